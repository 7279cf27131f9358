// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/preview_rows_model.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QLocale>

namespace fettle::ui
{

PreviewRowsModel::PreviewRowsModel(QObject* parent) : QAbstractTableModel(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    });
}

void PreviewRowsModel::setPreview(std::shared_ptr<const DataPreview> preview, int64_t cut)
{
    beginResetModel();
    m_preview = std::move(preview);
    m_cut = cut;
    endResetModel();
}

void PreviewRowsModel::setCut(int64_t cut)
{
    if (m_cut == cut)
        return;
    m_cut = cut;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Tokens), index(rowCount() - 1, Tokens));
}

int PreviewRowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_preview ? 0 : static_cast<int>(m_preview->firstRows.size());
}

int PreviewRowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// On one line; an answer behind an arrow.
static QString shownText(const PreviewRow& row)
{
    const auto line = [](const std::string& text) {
        return text.empty() ? PreviewRowsModel::tr("(empty)") : QString::fromStdString(text).simplified();
    };
    if (row.answerBegin < 0)
        return line(row.text);
    const auto begin = static_cast<size_t>(row.answerBegin);
    return line(row.text.substr(0, begin)) + QStringLiteral(" → ") + line(row.text.substr(begin));
}

QVariant PreviewRowsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const PreviewRow& row = m_preview->firstRows[static_cast<size_t>(index.row())];
    const bool cut = m_cut > 0 && row.tokens > m_cut;
    const QLocale locale;
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Row)
            return locale.toString(static_cast<qlonglong>(row.row));
        if (index.column() == Tokens)
            return locale.toString(row.tokens);
        return shownText(row);
    case Qt::ToolTipRole:
        if (index.column() == Tokens)
            return cut ? tr("Longer than %1 tokens: the end is cut off").arg(m_cut) : QVariant();
        return index.column() == Text ? QString::fromStdString(row.text).left(2000) : QVariant();
    case Qt::AccessibleTextRole:
        if (index.column() == Tokens)
            return cut ? tr("%1 tokens, cut at %2").arg(row.tokens).arg(m_cut)
                       : counted(row.tokens, tr("1 token"), tr("%1 tokens"));
        return {};
    case Qt::TextAlignmentRole:
        return static_cast<int>((index.column() == Text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::FontRole:
        return ui::font(index.column() == Text ? Type::Body : Type::Mono);
    case Qt::ForegroundRole:
        if (index.column() == Tokens && cut)
            return colors().warning;
        return index.column() == Row || (index.column() == Text && row.text.empty()) ? colors().text2 : colors().text;
    default:
        return {};
    }
}

QVariant PreviewRowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == Row ? tr("Row") : section == Text ? tr("Text") : tr("Tokens");
}

} // namespace fettle::ui
