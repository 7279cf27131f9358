// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/loupe_card.h"

#include "ui/data/token_loupe.h"
#include "ui/look/focus_mark.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QCheckBox>
#include <QLocale>
#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
TokenChip legendChip(ChipKind kind, const QString& text)
{
    TokenChip chip;
    chip.kind = kind;
    chip.text = text;
    return chip;
}
} // namespace

LoupeCard::LoupeCard(QWidget* parent) : Card(tr("What is graded"), tr("the very batch that will be trained"), parent)
{
    m_before = makeIconButton(QStringLiteral("chevron-left"), tr("Batch before"), this);
    m_after = makeIconButton(QStringLiteral("chevron-right"), tr("Next batch"), this);
    m_number = new Label({}, Type::Mono, Ink::Text, this);
    right()->addWidget(m_before);
    right()->addWidget(m_number);
    right()->addWidget(m_after);
    setBodyMargins(0, px(8), 0, 0);
    body()->setSpacing(0);

    auto* legend = makeColumn(nullptr, px(2), {px(16), 0, px(16), px(4)});
    m_legend = new ChipLegend(this);
    m_end = new QCheckBox(tr("Learn where a text ends"), this);
    m_end->setToolTip(
        tr("Every row ends with a graded end-of-text token, so the model learns where to stop. Without it "
           "rows end as they are, as transformers does it."));
    m_end->setAccessibleDescription(m_end->toolTip());
    legend->addWidget(m_legend);
    legend->addWidget(m_end, 0, Qt::AlignLeft);
    body()->addLayout(legend);
    body()->addWidget(new Line(Qt::Horizontal, this));
    m_loupe = new TokenLoupe(this);
    body()->addWidget(m_loupe, 1);
    body()->addWidget(new Line(Qt::Horizontal, this));

    auto* below = makeRow(nullptr, px(10), {px(16), px(9), px(16), px(9)});
    m_chosen = new ChipLegend(this);
    m_chosen->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* words = makeColumn(nullptr, px(1));
    m_explained = (new Label({}, Type::Help, Ink::Text, this))->wrapped();
    m_counts = (new Label({}, Type::Help, Ink::Text2, this))->wrapped();
    words->addWidget(m_explained);
    words->addWidget(m_counts);
    below->addWidget(m_chosen, 0, Qt::AlignTop);
    below->addLayout(words, 1);
    body()->addLayout(below);

    connect(m_before, &QPushButton::clicked, this, [this] { showBatch(m_index - 1); });
    connect(m_after, &QPushButton::clicked, this, [this] { showBatch(m_index + 1); });
    connect(m_loupe, &TokenLoupe::batchWanted, this, [this](int direction) { showBatch(m_index + direction); });
    connect(m_loupe, &TokenLoupe::chosenChanged, this, &LoupeCard::explain);
    connect(m_end, &QCheckBox::clicked, this, &LoupeCard::endOfTextChosen);
}

void LoupeCard::setPreview(std::shared_ptr<const DataPreview> preview, Objective objective, const QString& maskToken)
{
    m_preview = std::move(preview);
    m_objective = objective;
    m_mask = maskToken;
    if (objective == Objective::Masked)
        m_legend->setEntries({{legendChip(ChipKind::Hidden, tr("blank")), tr("hidden: must be guessed")},
                              {legendChip(ChipKind::Replaced, tr("tok")), tr("replaced: graded too")},
                              {legendChip(ChipKind::Kept, tr("tok")), tr("kept, still graded")},
                              {legendChip(ChipKind::NotGraded, tr("tok")), tr("only read")}});
    else if (m_preview && m_preview->answersAlone)
        m_legend->setEntries({{legendChip(ChipKind::Graded, tr("tok")), tr("answer, graded: must be guessed")},
                              {legendChip(ChipKind::NotGraded, tr("tok")), tr("question: only read")}});
    else
        m_legend->setEntries({{legendChip(ChipKind::Graded, tr("tok")), tr("graded: must be guessed")},
                              {legendChip(ChipKind::First, tr("tok")), tr("ignored: nothing before it")}});
    m_end->setVisible(objective == Objective::Causal && !(m_preview && m_preview->hasAnswers));
    showBatch(0);
}

void LoupeCard::setEndOfText(bool appended)
{
    m_end->setChecked(appended);
}

void LoupeCard::setLocked(bool locked)
{
    m_end->setEnabled(!locked);
}

void LoupeCard::showBatch(int index)
{
    const int shown = m_preview ? static_cast<int>(m_preview->batches.size()) : 0;
    m_index = std::clamp(index, 0, std::max(0, shown - 1));
    m_before->setEnabled(m_index > 0);
    m_after->setEnabled(m_index + 1 < shown);
    if (shown == 0) {
        m_number->setText({});
        m_loupe->setBatch({}, m_objective);
        return;
    }
    const QLocale locale;
    m_number->setText(
        tr("batch %1 of %2")
            .arg(locale.toString(m_index + 1), locale.toString(static_cast<qlonglong>(m_preview->batchesPerEpoch))));
    m_number->setToolTip(counted(static_cast<int64_t>(shown), tr("The first batch of the run can be looked at."),
                                 tr("The first %1 batches of the run can be looked at (PgUp, PgDn).")));
    m_loupe->setBatch(chipsOf(m_preview->batches[static_cast<size_t>(m_index)], m_objective, m_mask), m_objective);
}

QString LoupeCard::explanation() const
{
    return m_explained->text();
}

void LoupeCard::explain()
{
    const TokenChip* chip = m_loupe->chosen();
    m_chosen->setVisible(chip != nullptr);
    m_explained->setVisible(chip != nullptr);
    m_counts->setText(m_preview && !m_preview->batches.empty() ? explainBatch(m_loupe->batch(), m_objective)
                                                               : tr("No batch."));
    if (chip == nullptr)
        return;
    TokenChip alone = *chip;
    alone.original.clear();
    m_chosen->setEntries({{alone, {}}}, true);
    const QString id = chip->wantedId >= 0 && chip->wantedId != chip->id
                           ? tr("id %1 → %2").arg(chip->id).arg(chip->wantedId)
                           : tr("id %1").arg(chip->id);
    m_explained->setText(QStringLiteral("%1 <span style=\"color:%2\">%3</span>")
                             .arg(explainChip(*chip, m_objective).toHtmlEscaped(), colors().text2.name(), id));
}

ChipLegend::ChipLegend(QWidget* parent) : WrappingWidget(parent, 21) {}

void ChipLegend::setEntries(std::vector<Entry> entries, bool ringed)
{
    m_entries = std::move(entries);
    m_ringed = ringed;
    QStringList spoken;
    for (const Entry& entry : m_entries)
        spoken << (entry.words.isEmpty() ? entry.chip.text : entry.words);
    itemsChanged(spoken);
}

std::vector<QRectF> ChipLegend::places(double width) const
{
    const QFontMetricsF words(ui::font(Type::Help));
    std::vector<WrapItem> items;
    for (const Entry& entry : m_entries) {
        QSizeF size = TokenLoupe::chipSize(entry.chip);
        size.rwidth() += entry.words.isEmpty() ? 0 : px(6) + words.horizontalAdvance(entry.words);
        items.push_back({size, static_cast<double>(px(14))});
    }
    const double edge = m_ringed ? 3 : 0;
    return wrapped(items, QRectF(edge, edge, width - edge, 0), px(4));
}

int ChipLegend::heightForWidth(int width) const
{
    return WrappingWidget::heightForWidth(width) + (m_ringed ? 3 : 0);
}

QSize ChipLegend::sizeHint() const
{
    if (m_ringed && !m_entries.empty()) {
        const QSizeF chip = TokenLoupe::chipSize(m_entries.front().chip);
        return {static_cast<int>(std::ceil(chip.width())) + 6, static_cast<int>(std::ceil(chip.height())) + 6};
    }
    return {px(300), heightForWidth(px(520))};
}

QSize ChipLegend::minimumSizeHint() const
{
    return m_ringed ? sizeHint() : QSize(px(120), px(21));
}

void ChipLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto all = places(width());
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const QRectF chip(all[i].topLeft(), TokenLoupe::chipSize(m_entries[i].chip));
        TokenLoupe::paintChip(painter, chip, m_entries[i].chip);
        if (m_ringed)
            paintFocusMark(painter, chip, px(3));
        painter.setFont(ui::font(Type::Help));
        painter.setPen(colors().text);
        painter.drawText(QRectF(chip.right() + px(6), chip.top(), width(), chip.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, m_entries[i].words);
    }
}

} // namespace fettle::ui
