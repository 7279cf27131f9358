// SPDX-License-Identifier: GPL-3.0-or-later
// How long work tells how far it is and hears that it is no longer wanted.
#pragma once

#include <functional>

namespace fettle
{

/// Gets 0..1; returns false to cancel. May be empty.
using Progress = std::function<bool(double)>;

/// Calls `progress` where it is set; throws Error (Stopped) where it answers false.
void report(const Progress& progress, double fraction);

} // namespace fettle
