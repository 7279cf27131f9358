// SPDX-License-Identifier: GPL-3.0-or-later
// Where axes carry numbers and how those are written: losses (linear and log), steps, epochs, tokens, time.
#pragma once

#include "ui/charts/run_curves.h"

#include <QString>
#include <vector>

namespace fettle::ui
{

/// Round values (1, 2, 2.5 or 5 times a power of ten) from `low` to `high`, about `wanted` of them; the step is at
/// least `smallest`.
std::vector<double> linearTicks(double low, double high, int wanted, double smallest = 0);
/// For a logarithmic axis of any span: round values that stand at least `gap` (a share of the axis) apart. Over a span
/// as short as 2 to 5, where powers of ten say nothing, these are round linear values.
std::vector<double> logTicks(double low, double high, double gap);
/// Round lengths of time in seconds: 1, 2, 5, 10, 15, 30 s, minutes, hours.
std::vector<double> timeTicks(double low, double high, int wanted);
std::vector<double> axisTicks(CurveAxis axis, double low, double high, int wanted);

/// The shortest writing with the decimals that tell neighbours apart: "4.5", "0.25", "12".
QString tickText(double value, double spacing);
/// "950", "10 k", "1.2 M".
QString axisCountText(double count);
/// A place on an axis as a label: "120", "0.87", "10 k", "0:14".
QString axisText(CurveAxis axis, double value, double spacing);
/// Few digits that suffice: "3.7e-4", "0.82", "2.53".
QString figureText(double value);

} // namespace fettle::ui
