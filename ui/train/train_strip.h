// SPDX-License-Identifier: GPL-3.0-or-later
// The strip over the charts: state, progress, and the figures that a person asks for first.
#pragma once

#include "ui/bench/run_history.h"
#include "ui/parts/card.h"

#include <vector>

namespace fettle::ui
{

class Bar;
class ElidedLabel;
class Figure;
class Label;
class Line;
class StepMark;

class TrainStrip : public Card
{
    Q_OBJECT

public:
    enum class State {
        Preparing,
        Training,
        Pausing,
        Paused,
        Finished,
        FinishedInTrouble,
        Stopped,
        CutOff,
        Failed,
        Elsewhere
    };

    explicit TrainStrip(QWidget* parent = nullptr);
    /// `activity` in words, or empty; `memory` of this process in bytes (0: not shown).
    void show(const RunHistory& history, State state, const QString& activity, uint64_t memory);
    void clear(); ///< no figure of a former run
    void setProjector(bool on);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    enum Item { Steps, Epochs, Gone, Left, Speed, Memory, ItemCount };
    void arrange();
    void setNumber(Item item, const QString& number);

    StepMark* m_mark;
    ElidedLabel* m_state; ///< whatever it is busy with, the strip keeps its width
    Label* m_percent;
    Bar* m_bar;
    QWidget* m_progress;
    std::vector<Figure*> m_figures;
    std::vector<Line*> m_lines;
    bool m_wanted[ItemCount] = {};
    bool m_projector = false;
};

/// "2.13 of 3.13": never more than planned, where it is known.
QString epochsText(const RunHistory& history);

} // namespace fettle::ui
