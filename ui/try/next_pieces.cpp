// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/next_pieces.h"

#include "ui/look/words.h"
#include "ui/parts/guess_bars.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/try/try_settings.h"

#include <algorithm>

namespace fettle::ui
{

NextPieces::NextPieces(bool neutral, QWidget* parent) : QWidget(parent)
{
    auto* column = makeColumn(this, 4, {16, 9, 16, 12});
    auto* head = new QHBoxLayout;
    m_title = new Label({}, Type::Body, Ink::Text, this);
    m_title->setTextFormat(Qt::RichText);
    m_title->wrapped();
    head->addWidget(m_title, 1);
    head->addWidget(new Label(tr("top %1").arg(likeliestPieces), Type::Help, Ink::Text2, this));
    column->addLayout(head);
    m_bars = new GuessBars(this);
    m_bars->setRows(likeliestPieces + 1); // and the one written
    m_bars->setNeutral(neutral);
    m_bars->setAllAccent(!neutral);
    column->addWidget(m_bars);
    clear();
}

void NextPieces::clear()
{
    m_title->setText(tr("Its next piece: click a word"));
    m_bars->setBars({});
}

void NextPieces::showPiece(const GeneratedPiece& piece, const QString& before)
{
    const QStringList words = before.simplified().split(QLatin1Char(' '));
    m_title->setText(tr("<b>Its next piece after</b> %1")
                         .arg(QStringList(words.mid(std::max<qsizetype>(0, words.size() - 2)))
                                  .join(QLatin1Char(' '))
                                  .toHtmlEscaped()));
    std::vector<GuessBar> bars;
    for (const Alternative& alternative : piece.alternatives) {
        const bool isAmongTop = bars.size() < likeliestPieces;
        bars.push_back({shownPiece(QString::fromStdString(alternative.text)),
                        alternative.probability,
                        {},
                        0,
                        alternative.id == piece.id,
                        isAmongTop ? QString() : tr("what it wrote, no. %1").arg(countText(alternative.rank))});
    }
    m_bars->setBars(std::move(bars));
}

} // namespace fettle::ui
