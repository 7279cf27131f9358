// SPDX-License-Identifier: GPL-3.0-or-later
// What a run changes: the whole model, or an adapter to it (LoRA).
#pragma once

#include "ui/settings/presets.h"

#include <QWidget>

namespace fettle::ui
{

class Label;
class SegmentedControl;

class LearnerChoice : public QWidget
{
    Q_OBJECT

public:
    explicit LearnerChoice(QWidget* parent = nullptr);

    /// What holds, and the learning rate. `isFixed`: the chosen model is an adapter, which goes on learning as one.
    void setLearner(Learner learner, bool isFixed, double rate);
    /// `arguments` for the other learner; where that sets the learning rate, the words say so, and the way back brings
    /// the former one.
    TrainArgs changedTo(Learner wanted, const TrainArgs& arguments, const PresetBasis& basis);
    /// How many parameters learn, of all; 0: not known yet.
    void setCounts(int64_t trained, int64_t all);
    SegmentedControl* control() const { return m_control; }

Q_SIGNALS:
    void chosen(fettle::ui::Learner learner);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showWords();
    void keepRoom(); ///< for the longest words, so that what stands below does not move with the choice

    struct RateChange {
        Learner learner = Learner::Model;
        double before = 0, after = 0;
    };

    SegmentedControl* m_control;
    Label* m_words;
    std::optional<RateChange> m_rate; ///< the last one that came with what learns, while it holds
    Learner m_learner = Learner::Model;
    bool m_isFixed = false;
    int64_t m_trained = 0, m_all = 0;
};

} // namespace fettle::ui
