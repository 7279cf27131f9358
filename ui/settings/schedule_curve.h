// SPDX-License-Identifier: GPL-3.0-or-later
// The learning rate over the run, drawn from the schedule that the run will use.
#pragma once

#include "core/arguments/train_args.h"

#include <QWidget>
#include <vector>

namespace fettle::ui
{

/// "warm-up, then falling", "constant", ….
QString scheduleInWords(const TrainArgs& arguments, int64_t maxSteps);

class ScheduleCurve : public QWidget
{
    Q_OBJECT

public:
    explicit ScheduleCurve(QWidget* parent = nullptr);

    void setSchedule(const TrainArgs& arguments, int64_t maxSteps, int64_t stepsPerEpoch);
    const std::vector<double>& rates() const { return m_rates; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_rates; ///< at even distances from step 0 to the last
    double m_highest = 0;
    int64_t m_maxSteps = 0, m_stepsPerEpoch = 0;
};

} // namespace fettle::ui
