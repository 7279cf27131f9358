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

    /// `isFixed`: the chosen model is an adapter, which goes on learning as one.
    void setLearner(Learner learner, bool isFixed);
    /// How many parameters learn, of all; 0: not known yet.
    void setCounts(int64_t trained, int64_t all);
    SegmentedControl* control() const { return m_control; }

Q_SIGNALS:
    void chosen(fettle::ui::Learner learner);

private:
    void showWords();

    SegmentedControl* m_control;
    Label* m_words;
    Learner m_learner = Learner::Model;
    bool m_isFixed = false;
    int64_t m_trained = 0, m_all = 0;
};

} // namespace fettle::ui
