// SPDX-License-Identifier: GPL-3.0-or-later
// Examples ready to be batched: token ids, flat in memory; an example is a row (lines) or a block (packed).
#pragma once

#include "core/data/row_table.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fettle
{

/// A view into a Dataset. Spans other than `ids` are empty where the data set does not have them.
struct Example {
    std::span<const int32_t> ids;
    std::span<const int32_t> labels; ///< causal ones unshifted; -100: not graded
    std::span<const uint8_t> attention;
    std::span<const uint8_t> types;
    std::span<const uint8_t> wordStarts; ///< 1 where a word begins
    std::span<const uint8_t> rowStarts;  ///< 1 where a row begins that sees nothing of what stands before it

    bool startsRow(size_t place) const { return !rowStarts.empty() && rowStarts[place] != 0; }
};

class Dataset
{
public:
    Dataset() = default;
    explicit Dataset(TokenColumns columns);

    int64_t size() const { return m_columns.rows(); }
    Example get(int64_t index) const;
    int64_t tokens() const { return static_cast<int64_t>(m_columns.ids.size()); }
    /// Tokens of the longest example.
    int64_t longest() const { return m_longest; }
    /// The rows say themselves what is graded; nothing is drawn.
    bool hasLabels() const { return !m_columns.labels.empty(); }
    /// Examples are blocks of several rows, none of which sees another.
    bool hasRowsApart() const { return !m_columns.rowStarts.empty(); }

private:
    TokenColumns m_columns;
    int64_t m_longest = 0;
};

/// The chosen rows of a table of token ids, in the order given.
TokenColumns selectRows(const TokenColumns& columns, const std::vector<int64_t>& rows);

} // namespace fettle
