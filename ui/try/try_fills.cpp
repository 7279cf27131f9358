// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_fills.h"

#include "ui/look/words.h"
#include "ui/parts/blanks.h"
#include "ui/parts/guess_bars.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

namespace fettle::ui
{

TryFills::TryFills(bool neutral, QWidget* parent) : CardScroll(parent), m_neutral(neutral)
{
    m_host = new QWidget(this);
    m_place = makeColumn(m_host, 8, {16, 12, 16, 12});
    m_sentence = new BlankSentence({}, m_host);
    m_place->addWidget(m_sentence);
    m_status = new Label({}, Type::Help, Ink::Text2, m_host);
    m_status->wrapped();
    m_place->addWidget(m_status);
    m_place->addStretch(1);
    setContent(m_host);
}

void TryFills::clear()
{
    begin({});
    setStatus(tr("Nothing is filled yet."));
}

void TryFills::begin(const QString& sentence)
{
    m_sentence->setWords({});
    m_sentence->setSentence(sentence);
    if (m_blanks)
        m_blanks->hide();
}

void TryFills::setStatus(const QString& words)
{
    m_status->setText(words);
}

void TryFills::fill(const std::vector<std::vector<FillCandidate>>& fills)
{
    if (m_blanks) {
        m_blanks->hide();
        m_blanks->deleteLater();
    }
    m_blanks = new QWidget(m_host);
    auto* column = makeColumn(m_blanks, 5);
    QStringList best;
    std::vector<GuessBars*> charts;
    for (size_t i = 0; i < fills.size(); ++i) {
        if (i > 0)
            column->addWidget(new Line(Qt::Horizontal, m_blanks));
        if (fills.size() > 1)
            column->addWidget(new Label(tr("blank %1").arg(i + 1), Type::Help, Ink::Text2, m_blanks));
        std::vector<GuessBar> bars;
        for (const FillCandidate& candidate : fills[i])
            bars.push_back({listedPiece(QString::fromStdString(candidate.token)), candidate.score, {}, 0, false});
        best << (fills[i].empty() ? QString() : shownPiece(QString::fromStdString(fills[i].front().token)));
        auto* chart = new GuessBars(m_blanks);
        chart->setNeutral(m_neutral);
        chart->setBars(std::move(bars));
        column->addWidget(chart);
        charts.push_back(chart);
    }
    alignBars(charts);
    m_place->insertWidget(2, m_blanks);
    m_sentence->setWords(best);
    setStatus(fills.empty() ? tr("There is no blank in the sentence.") : QString());
}

} // namespace fettle::ui
