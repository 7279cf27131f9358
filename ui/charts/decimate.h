// SPDX-License-Identifier: GPL-3.0-or-later
// Thins a long series to what a screen can show, keeping every peak: the lowest and highest value of each pixel column.
#pragma once

#include <span>
#include <vector>

namespace fettle::ui
{

struct ThinSeries {
    std::vector<double> x, y; ///< same length; y may hold NaN (a gap)
};

/// The part of a series (x never falls) between `from` and `to`, with one neighbour on each side so that lines run out
/// of the picture. With more than about two points a column, each of the `columns` keeps its first, lowest, highest and
/// last value in their order; a column of NaN alone keeps one of them.
void decimate(std::span<const double> x, std::span<const double> y, double from, double to, int columns,
              ThinSeries& out);

} // namespace fettle::ui
