// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/length_table.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

int64_t LengthBins::highest() const
{
    return counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
}

LengthTable::LengthTable(const std::vector<int32_t>& tokensPerRow)
{
    if (tokensPerRow.empty())
        return;
    const auto [least, most] = std::minmax_element(tokensPerRow.begin(), tokensPerRow.end());
    m_rows = static_cast<int64_t>(tokensPerRow.size());
    m_shortest = *least;
    m_longest = *most;
    m_shortestRow = least - tokensPerRow.begin() + 1;
    m_rowsUpTo.assign(static_cast<size_t>(m_longest) + 1, 0);
    for (const int32_t tokens : tokensPerRow)
        ++m_rowsUpTo[static_cast<size_t>(std::max(0, tokens))];
    m_tokensUpTo.resize(m_rowsUpTo.size());
    int64_t rows = 0;
    for (size_t length = 0; length < m_rowsUpTo.size(); ++length) {
        rows += m_rowsUpTo[length];
        m_tokens += m_rowsUpTo[length] * static_cast<int64_t>(length);
        m_rowsUpTo[length] = rows;
        m_tokensUpTo[length] = m_tokens;
    }
}

int64_t LengthTable::rowsOfAtMost(int tokens) const
{
    if (tokens < 0 || m_rows == 0)
        return 0;
    return m_rowsUpTo[static_cast<size_t>(std::min(tokens, m_longest))];
}

int64_t LengthTable::tokensOfRowsLongerThan(int cut) const
{
    if (m_rows == 0 || cut >= m_longest)
        return 0;
    return m_tokens - (cut < 0 ? 0 : m_tokensUpTo[static_cast<size_t>(cut)]);
}

int64_t LengthTable::tokensLost(int cut) const
{
    return tokensOfRowsLongerThan(cut) - rowsLongerThan(cut) * std::max(0, cut);
}

LengthBins LengthTable::bins(int cut, int wanted) const
{
    LengthBins bins;
    if (m_rows == 0)
        return bins;
    int usual = 0; // 99.5 % of the rows are no longer than this
    while (usual < m_longest && rowsOfAtMost(usual) * 1000 < m_rows * 995)
        ++usual;
    // The tail beyond would squeeze all that matters into a few bars.
    int end = m_longest <= usual * 2 ? m_longest : usual + usual / 4;
    end = std::max({end, std::min(cut + cut / 8, m_longest), 8});
    while (bins.width * wanted <= end)
        bins.width *= 2;
    const int bars = end / bins.width + 1;
    bins.counts.resize(static_cast<size_t>(bars));
    for (int i = 0; i < bars; ++i)
        bins.counts[static_cast<size_t>(i)] = rowsOfAtMost((i + 1) * bins.width - 1) - rowsOfAtMost(i * bins.width - 1);
    const int64_t beyond = rowsLongerThan(bins.end() - 1);
    bins.overflow = beyond > 0;
    bins.counts.back() += beyond;
    return bins;
}

int LengthTable::lengthForAll(int limit) const
{
    const int step = m_longest > 128 ? 32 : 8;
    const int wanted = std::max(step, (m_longest + step - 1) / step * step);
    return limit > 0 ? std::min(limit, wanted) : wanted;
}

std::vector<int64_t> axisSteps(int64_t highest, int wanted)
{
    if (highest <= 0)
        return {0};
    const double rough = static_cast<double>(highest) / std::max(1, wanted - 1);
    const double power = std::pow(10.0, std::floor(std::log10(std::max(1.0, rough))));
    int64_t step = 1;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = std::max<int64_t>(1, std::llround(factor * power));
        if (static_cast<double>(step) >= rough * 0.7)
            break;
    }
    std::vector<int64_t> steps;
    for (int64_t value = 0; value <= highest; value += step)
        steps.push_back(value);
    return steps;
}

} // namespace fettle::ui
