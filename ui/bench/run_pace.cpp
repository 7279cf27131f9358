// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_pace.h"

#include <algorithm>

namespace fettle::ui
{

double secondsLeft(const RunHistory& history)
{
    if (history.steps.size() < 3 || history.maxSteps <= 0)
        return -1;
    // The pace of the newest fifth, at least 20 steps: it follows a machine that slows down and does not tremble.
    const size_t window = std::min(history.steps.size() - 1, std::max<size_t>(20, history.steps.size() / 5));
    const StepEvent& newest = history.steps.back();
    const StepEvent& before = history.steps[history.steps.size() - 1 - window];
    const int64_t done = newest.step - before.step;
    const double seconds = newest.elapsed - before.elapsed;
    if (done <= 0 || !(seconds > 0))
        return -1;
    return seconds / double(done) * double(std::max<int64_t>(0, history.maxSteps - newest.step));
}

} // namespace fettle::ui
