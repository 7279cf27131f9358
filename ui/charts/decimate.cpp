// SPDX-License-Identifier: GPL-3.0-or-later
// Thins a long series to what a screen can show.
#include "ui/charts/decimate.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

/// Appends what stands for the points first … last - 1, all in one pixel column.
void addColumn(std::span<const double> x, std::span<const double> y, size_t first, size_t last, ThinSeries& out)
{
    size_t picks[4];
    size_t count = 0;
    size_t lowest = last, highest = last, begin = last, end = last;
    for (size_t i = first; i < last; ++i) {
        if (std::isnan(y[i]))
            continue;
        if (begin == last)
            begin = lowest = highest = i;
        end = i;
        if (y[i] < y[lowest])
            lowest = i;
        if (y[i] > y[highest])
            highest = i;
    }
    if (begin == last)
        picks[count++] = first; // nothing but gaps
    else
        for (size_t i : {begin, std::min(lowest, highest), std::max(lowest, highest), end})
            if (count == 0 || picks[count - 1] != i)
                picks[count++] = i;
    for (size_t i = 0; i < count; ++i) {
        out.x.push_back(x[picks[i]]);
        out.y.push_back(y[picks[i]]);
    }
}

} // namespace

void decimate(std::span<const double> x, std::span<const double> y, double from, double to, int columns,
              ThinSeries& out)
{
    out.x.clear();
    out.y.clear();
    size_t first = size_t(std::lower_bound(x.begin(), x.end(), from) - x.begin());
    size_t last = size_t(std::upper_bound(x.begin() + ptrdiff_t(first), x.end(), to) - x.begin());
    first -= first > 0;
    last += last < x.size();
    if (first >= last)
        return;
    if (columns < 1 || last - first <= size_t(columns) * 2 || !(to > from)) {
        out.x.assign(x.begin() + ptrdiff_t(first), x.begin() + ptrdiff_t(last));
        out.y.assign(y.begin() + ptrdiff_t(first), y.begin() + ptrdiff_t(last));
        return;
    }
    const double scale = columns / (to - from);
    size_t begin = first;
    double column = std::floor((x[first] - from) * scale);
    for (size_t i = first + 1; i < last; ++i) {
        const double here = std::floor((x[i] - from) * scale);
        if (here == column)
            continue;
        addColumn(x, y, begin, i, out);
        begin = i;
        column = here;
    }
    addColumn(x, y, begin, last, out);
}

} // namespace fettle::ui
