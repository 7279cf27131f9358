// SPDX-License-Identifier: GPL-3.0-or-later
// A sentence with its blanks filled, and what else might stand in each of them.
#pragma once

#include "core/events/events.h"
#include "ui/parts/card_scroll.h"

#include <vector>

class QVBoxLayout;

namespace fettle::ui
{

class BlankSentence;
class Label;

class TryFills : public CardScroll
{
    Q_OBJECT

public:
    /// `neutral`: the bars are those of a model that nothing was taught.
    TryFills(bool neutral, QWidget* parent);

    void clear();
    void begin(const QString& sentence); ///< with blanks that are not filled yet
    void setStatus(const QString& words);
    void fill(const std::vector<std::vector<FillCandidate>>& fills);

private:
    bool m_neutral;
    BlankSentence* m_sentence;
    Label* m_status;
    QWidget *m_host, *m_blanks = nullptr;
    QVBoxLayout* m_place;
};

} // namespace fettle::ui
