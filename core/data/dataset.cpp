// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include <algorithm>

namespace fettle
{

Dataset::Dataset(TokenColumns columns) : m_columns(std::move(columns))
{
    for (size_t i = 0; i + 1 < m_columns.offsets.size(); ++i)
        m_longest = std::max(m_longest, m_columns.offsets[i + 1] - m_columns.offsets[i]);
}

Example Dataset::get(int64_t index) const
{
    const auto i = static_cast<size_t>(index);
    const auto begin = static_cast<size_t>(m_columns.offsets[i]);
    const size_t length = static_cast<size_t>(m_columns.offsets[i + 1]) - begin;
    const auto view = [&]<typename T>(const std::vector<T>& column) {
        return column.empty() ? std::span<const T>() : std::span<const T>(column).subspan(begin, length);
    };
    return {view(m_columns.ids),   view(m_columns.labels),     view(m_columns.attention),
            view(m_columns.types), view(m_columns.wordStarts), view(m_columns.rowStarts)};
}

TokenColumns selectRows(const TokenColumns& columns, const std::vector<int64_t>& rows)
{
    TokenColumns chosen;
    for (const int64_t row : rows) {
        const auto begin = columns.offsets[static_cast<size_t>(row)],
                   end = columns.offsets[static_cast<size_t>(row) + 1];
        const auto take = [&]<typename T>(const std::vector<T>& from, std::vector<T>& to) {
            if (!from.empty())
                to.insert(to.end(), from.begin() + begin, from.begin() + end);
        };
        take(columns.ids, chosen.ids);
        take(columns.labels, chosen.labels);
        take(columns.attention, chosen.attention);
        take(columns.types, chosen.types);
        take(columns.wordStarts, chosen.wordStarts);
        chosen.offsets.push_back(static_cast<int64_t>(chosen.ids.size()));
    }
    return chosen;
}

} // namespace fettle
