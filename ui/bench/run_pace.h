// SPDX-License-Identifier: GPL-3.0-or-later
// How long a run still takes, from what it has done.
#pragma once

#include "ui/bench/run_history.h"

namespace fettle::ui
{

/// Seconds that the rest of a run will take at its recent pace; negative where it cannot be told yet.
double secondsLeft(const RunHistory& history);

} // namespace fettle::ui
