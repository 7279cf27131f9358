// SPDX-License-Identifier: GPL-3.0-or-later
// How long the rows of a text are: what a cut at so many tokens costs, and bins for the histogram.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle::ui
{

/// Bars of a histogram: bar i counts rows of [i * width, (i + 1) * width) tokens; the last also those beyond it where
/// `overflow` is set.
struct LengthBins {
    int width = 1;
    bool overflow = false;
    std::vector<int64_t> counts;

    int end() const { return width * static_cast<int>(counts.size()); } ///< tokens at the right edge
    int64_t highest() const;
};

/// Rows counted by their tokens; answers every cut in O(1).
class LengthTable
{
public:
    LengthTable() = default;
    explicit LengthTable(const std::vector<int32_t>& tokensPerRow);

    int64_t rows() const { return m_rows; }
    int longest() const { return m_longest; }
    int shortest() const { return m_shortest; }
    int64_t shortestRow() const { return m_shortestRow; } ///< from 1; 0 where there are no rows
    int64_t rowsOfAtMost(int tokens) const;
    int64_t rowsLongerThan(int cut) const { return m_rows - rowsOfAtMost(cut); }
    int64_t tokensOfRowsLongerThan(int cut) const;
    int64_t tokensLost(int cut) const; ///< by cutting every row to `cut` tokens

    /// About `wanted` bars of a width that is a power of two; reaches over `cut` and over 99.5 % of the rows, a long
    /// tail is gathered in the last bar.
    LengthBins bins(int cut, int wanted = 24) const;
    /// The smallest multiple of 8 (of 32 from 128 on) that cuts nothing, but not above `limit`.
    int lengthForAll(int limit) const;

private:
    int64_t m_rows = 0, m_tokens = 0, m_shortestRow = 0;
    int m_longest = 0, m_shortest = 0;
    std::vector<int64_t> m_rowsUpTo, m_tokensUpTo; ///< [longest + 1], cumulated
};

/// Three to six round steps of an axis from 0 to `highest`: 0, 200, 400.
std::vector<int64_t> axisSteps(int64_t highest, int wanted = 3);

} // namespace fettle::ui
