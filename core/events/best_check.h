// SPDX-License-Identifier: GPL-3.0-or-later
// Which check of a run is its best: the one idea of it.
#pragma once

#include <cmath>
#include <optional>
#include <vector>

namespace fettle
{

/// Whether a check with this loss is the best after one with `best` (none: the first). A check that gave no number is
/// never the best, and of equal ones the earlier stays it.
inline bool isBetterCheck(double loss, const std::optional<double>& best)
{
    return std::isfinite(loss) && (!best || loss < *best);
}

/// The best of a list of checks in the order of their steps, null where none gave a number. `Check` has a `loss`.
template <typename Check>
const Check* bestCheck(const std::vector<Check>& checks)
{
    const Check* best = nullptr;
    for (const Check& check : checks)
        if (isBetterCheck(check.loss, best ? std::optional<double>(best->loss) : std::nullopt))
            best = &check;
    return best;
}

} // namespace fettle
