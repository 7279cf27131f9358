// SPDX-License-Identifier: GPL-3.0-or-later
// Steps from sample to sample; shared by the panels for causal and masked models.
#pragma once

#include "ui/bench/run_history.h"

#include <QWidget>

class QCheckBox;
class QGridLayout;
class QPushButton;

namespace fettle::ui
{

class Label;

class SampleSteps : public QWidget
{
    Q_OBJECT

public:
    explicit SampleSteps(QWidget* parent = nullptr);
    /// `shown` is the number of the sample set on show (-1: none).
    void show(const RunHistory& history, int shown, bool follow);
    void clear();

Q_SIGNALS:
    void stepWanted(qint64 step);
    void followWanted(bool follow);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QGridLayout* m_grid;
    QPushButton *m_previous, *m_next;
    Label *m_step, *m_epoch;
    QCheckBox* m_follow;
    int64_t m_previousStep = -1, m_nextStep = -1;
};

} // namespace fettle::ui
