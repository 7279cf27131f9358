// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a run as a table.
#include "ui/charts/curve_table.h"

#include "ui/charts/axis_ticks.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

namespace fettle::ui
{

namespace
{

/// The check made at exactly this step; NaN for all of it where there was none.
CurveEval checkedAt(const RunCurves& curves, int64_t step)
{
    const CurveEval* eval = curves.evalAtOrBefore(step);
    return eval && eval->step == step ? *eval : CurveEval{step, std::nan(""), std::nan(""), {}};
}

double accuracyOf(const CurveEval& eval)
{
    return eval.accuracy.value_or(std::nan(""));
}

bool hasZeroRow(const RunCurves& curves)
{
    return !curves.evals().empty() && (curves.steps().empty() || curves.evals().front().step < curves.steps().front());
}

} // namespace

CurveTableModel::CurveTableModel(const RunCurves& curves, QObject* parent) : QAbstractTableModel(parent)
{
    setCurves(curves);
}

void CurveTableModel::setCurves(const RunCurves& curves)
{
    beginResetModel();
    m_curves = curves;
    m_zeroRow = hasZeroRow(m_curves);
    m_rows = int(m_curves.size()) + m_zeroRow;
    endResetModel();
}

int CurveTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int CurveTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QVariant CurveTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::FontRole)
        return ui::font(Type::Mono);
    if (role != Qt::DisplayRole)
        return {};
    const ptrdiff_t i = index.row() - m_zeroRow;
    const bool zero = i < 0;
    const int64_t step = zero ? m_curves.evals().front().step : m_curves.steps()[size_t(i)];
    const auto cell = [](double value, QString (*text)(double)) { return std::isnan(value) ? QString() : text(value); };
    const auto value = [&](const std::vector<double>& values) { return zero ? std::nan("") : values[size_t(i)]; };
    switch (index.column()) {
    case Step:
        return QString::number(step);
    case Epoch:
        return QString::number(m_curves.xAt(CurveAxis::Epoch, double(step)), 'f', 3);
    case Time:
        return clockText(m_curves.xAt(CurveAxis::Time, double(step)));
    case Loss:
        return cell(value(m_curves.loss()), [](double v) { return QString::number(v, 'f', 4); });
    case Smoothed:
        return cell(value(m_curves.smoothed()), [](double v) { return QString::number(v, 'f', 4); });
    case Validation:
        return cell(checkedAt(m_curves, step).loss, [](double v) { return QString::number(v, 'f', 4); });
    case Perplexity:
        return cell(checkedAt(m_curves, step).perplexity, figureText);
    case Accuracy:
        return cell(accuracyOf(checkedAt(m_curves, step)), shareText);
    case LearningRate:
        return cell(value(m_curves.learningRate()), [](double v) { return QString::number(v, 'g', 4); });
    case GradNorm:
        return cell(value(m_curves.gradNorm()), [](double v) { return QString::number(v, 'f', 3); });
    case TokensPerSecond:
        return cell(value(m_curves.tokensPerSecond()), axisCountText);
    default:
        return {};
    }
}

QVariant CurveTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Step:
        return tr("Step");
    case Epoch:
        return tr("Epoch");
    case Time:
        return tr("Time");
    case Loss:
        return tr("Training loss");
    case Smoothed:
        return tr("smoothed");
    case Validation:
        return tr("Validation loss");
    case Perplexity:
        return tr("Perplexity");
    case Accuracy:
        return tr("Token accuracy");
    case LearningRate:
        return tr("Learning rate");
    case GradNorm:
        return tr("Gradient norm");
    case TokensPerSecond:
        return tr("Tokens/s");
    default:
        return {};
    }
}

CurveTableDialog::CurveTableDialog(const RunCurves& curves, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Figures of the run"));
    resize(px(880), px(520));
    auto* layout = new QVBoxLayout(this);
    auto* table = new QTableView(this);
    auto* model = new CurveTableModel(curves, table);
    table->setModel(model);
    table->verticalHeader()->hide();
    // Each head is read in full; what is left over is shared.
    QHeaderView* head = table->horizontalHeader();
    const QFontMetrics metrics(ui::font(Type::HelpStrong));
    for (int column = 0; column < CurveTableModel::ColumnCount; ++column) {
        const QString title = model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        head->resizeSection(column, metrics.horizontalAdvance(title) + px(34));
    }
    head->setFont(ui::font(Type::HelpStrong));
    head->setStretchLastSection(true);
    resize(std::max(width(), head->length() + px(70)), height());
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAccessibleName(windowTitle());
    layout->addWidget(table);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* renew = buttons->addButton(tr("Take in newer steps"), QDialogButtonBox::ActionRole);
    connect(renew, &QPushButton::clicked, model, [model, table, &curves] {
        model->setCurves(curves);
        table->scrollToBottom();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    table->scrollToBottom();
}

QByteArray curvesAsCsv(const RunCurves& curves)
{
    QByteArray csv("step,epoch,tokens,elapsed_seconds,loss,loss_smoothed,validation_loss,learning_rate,grad_norm,"
                   "tokens_per_second,validation_perplexity,validation_accuracy\n");
    const auto add = [&](double value, char end = ',') {
        if (std::isfinite(value))
            csv += QByteArray::number(value, 'g', 12);
        csv += end;
    };
    const auto end = [&](const CurveEval& eval) {
        add(eval.perplexity);
        add(accuracyOf(eval), '\n');
    };
    const auto head = [&](int64_t step) {
        csv += QByteArray::number(qint64(step)) + ',';
        for (CurveAxis axis : {CurveAxis::Epoch, CurveAxis::Tokens, CurveAxis::Time})
            add(curves.xAt(axis, double(step)));
    };
    if (hasZeroRow(curves)) {
        const CurveEval& eval = curves.evals().front();
        head(eval.step);
        csv += ",,";
        add(eval.loss);
        csv += ",,,";
        end(eval);
    }
    for (size_t i = 0; i < curves.size(); ++i) {
        head(curves.steps()[i]);
        add(curves.loss()[i]);
        add(curves.smoothed()[i]);
        const CurveEval eval = checkedAt(curves, curves.steps()[i]);
        add(eval.loss);
        add(curves.learningRate()[i]);
        add(curves.gradNorm()[i]);
        add(curves.tokensPerSecond()[i]);
        end(eval);
    }
    return csv;
}

} // namespace fettle::ui
