// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/length_card.h"

#include "ui/data/length_histogram.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
QString lengthNumber(int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

/// 12 of 11.7; never "0 %" of something.
QString percentOf(int64_t part, int64_t whole)
{
    const double percent = whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
    return percent > 0 && percent < 1 ? LengthCard::tr("less than 1 %")
                                      : LengthCard::tr("%1 %").arg(std::lround(percent));
}

QString valueOf(Blocks blocks)
{
    return QString::number(static_cast<int>(blocks));
}
} // namespace

LengthCard::LengthCard(QWidget* parent) : Card(tr("How long the rows are"), {}, parent)
{
    right()->addWidget(new Label(tr("rows by tokens"), Type::Help, Ink::Text2, this));
    m_histogram = new LengthHistogram(this);
    body()->addWidget(m_histogram, 1);
    auto* line = makeRow(nullptr, px(8));
    m_mark = new IconLabel(QStringLiteral("check"), Ink::Accent, 16, this);
    line->addWidget(m_mark, 0, Qt::AlignTop);
    auto* words = makeColumn(nullptr, px(1));
    m_strong = (new Label({}, Type::BodyStrong, Ink::Text, this))->wrapped();
    m_rest = (new Label({}, Type::Body, Ink::Text2, this))->wrapped();
    words->addWidget(m_strong);
    words->addWidget(m_rest);
    line->addLayout(words, 1);
    m_raise = makeButton({}, Look::Outlined, ControlSize::Small, {}, this);
    m_join = makeButton(tr("Join in blocks"), Look::Outlined, ControlSize::Small, {}, this);
    line->addWidget(m_raise);
    line->addWidget(m_join);
    line->addWidget(m_joined = makeJoined());
    body()->addLayout(line);
    connect(m_histogram, &QAbstractSlider::sliderMoved, this, [this](int cut) {
        say(cut);
        Q_EMIT cutMoving(cut);
    });
    connect(m_histogram, &LengthHistogram::valueChosen, this, &LengthCard::cutChosen);
    connect(m_raise, &QPushButton::clicked, this, [this] { Q_EMIT cutChosen(m_raiseTo); });
    connect(m_join, &QPushButton::clicked, this, [this] { Q_EMIT blocksChosen(Blocks::Packed); });
}

SmallChoice* LengthCard::makeJoined()
{
    auto* joined = new SmallChoice(tr("How rows are joined"), this);
    joined->setToolTip(tr("One text: a row is read with what stands before it in its block. Each row by itself: rows "
                          "share a block to save time, and none sees another. As transformers: like group_texts of its "
                          "scripts, which leaves the end of every 1,000 rows out."));
    connect(joined, &SmallChoice::valueChosen, this,
            [this](const QString& value) { Q_EMIT blocksChosen(static_cast<Blocks>(value.toInt())); });
    return joined;
}

void LengthCard::setRows(const LengthTable& table, const DataConfig& rules, int context)
{
    m_context = context;
    m_blocks = rules.blocks;
    m_histogram->setTable(table);
    m_histogram->setCutShown(!joinsRows(m_blocks));
    m_histogram->setCut(static_cast<int>(std::min<int64_t>(rules.maxLength, 1 << 20)), context);
    say(m_histogram->value());
}

void LengthCard::setLocked(bool locked)
{
    m_locked = locked;
    m_histogram->setEnabled(!locked);
    m_raise->setEnabled(!locked);
    m_join->setEnabled(!locked);
    m_joined->setEnabled(!locked);
}

QString LengthCard::message() const
{
    return m_strong->text() + QLatin1Char(' ') + m_rest->text();
}

void LengthCard::say(int cut)
{
    const LengthTable& table = m_histogram->table();
    const int64_t rows = joinsRows(m_blocks) ? 0 : table.rowsLongerThan(cut);
    const bool loses = rows > 0 || m_blocks == Blocks::GroupTexts;
    m_mark->setIcon(loses ? QStringLiteral("warning") : QStringLiteral("check"), loses ? Ink::Warning : Ink::Accent);
    m_raise->hide();
    m_join->hide();
    m_joined->setVisible(joinsRows(m_blocks));
    if (joinsRows(m_blocks)) {
        m_joined->offer({{tr("as one text"), valueOf(Blocks::Packed)},
                         {tr("each row by itself"), valueOf(Blocks::PackedApart)},
                         {tr("as transformers does"), valueOf(Blocks::GroupTexts)}},
                        valueOf(m_blocks));
        m_strong->setText(loses ? tr("Ends are left out.") : tr("Nothing is lost."));
        // The choice beside it says the rest.
        m_rest->setText(tr("Blocks of %1 tokens").arg(lengthNumber(cut)));
        return;
    }
    if (!loses) {
        m_strong->setText(tr("All rows are read whole."));
        m_rest->setText(counted(table.longest(), tr("The longest has 1 token."), tr("The longest has %1 tokens.")));
        return;
    }
    const QString share = percentOf(table.tokensLost(cut), table.tokensOfRowsLongerThan(cut));
    m_strong->setText(rows == 1 ? tr("1 row loses %1 of its tokens.").arg(share)
                                : tr("%1 rows lose %2 of their tokens.").arg(lengthNumber(rows), share));
    m_rest->setText(rows == table.rows() ? tr("That is every row.")
                                         : counted(table.rows() - rows, tr("The other row is read whole."),
                                                   tr("The rest, %1 rows, are read whole.")));
    m_raiseTo = table.lengthForAll(m_context);
    if (m_raiseTo > cut) {
        m_raise->setText(tr("Raise to %1").arg(m_raiseTo));
        m_raise->setToolTip(m_raiseTo < table.longest()
                                ? tr("The model reads no more than %1 tokens at once.").arg(lengthNumber(m_context))
                                : tr("Then no row is cut."));
        m_raise->show();
    } else { // the model can read no more at once, but blocks lose nothing
        m_rest->setText(m_rest->text() + QLatin1Char(' ') +
                        tr("The model reads no more than %1 at once.").arg(lengthNumber(cut)));
        m_join->show();
    }
}

} // namespace fettle::ui
