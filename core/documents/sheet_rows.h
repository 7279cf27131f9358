// SPDX-License-Identifier: GPL-3.0-or-later
// The cells of a spreadsheet as comma-separated rows.
#pragma once

#include "core/documents/allowance.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class SheetRows
{
public:
    /// The widest sheet that Excel and LibreOffice know.
    static constexpr int64_t mostColumns = 16384;

    explicit SheetRows(Allowance& allowance) : m_allowance(allowance) {}

    /// The next cell of the row, at `column` (from 0, beyond those before it). Empty ones need not be set.
    void set(int64_t column, std::string_view value);
    /// Ends the row, which stands there `times`; rows without a value are left out.
    void endRow(int64_t times = 1);
    bool empty() const { return m_widths.empty(); }
    /// RFC 4180: rows of one width, from the first column that holds something on. Every value that might be mistaken
    /// stands in quotes.
    std::string take();

private:
    Allowance& m_allowance;
    std::string m_rows; ///< each from the first column on, not yet of one width
    std::vector<int64_t> m_widths;
    std::string m_row;
    int64_t m_width = 0;          ///< of the row that is open
    int64_t m_first = INT64_MAX;  ///< the leftmost column that holds something
    std::vector<size_t> m_starts; ///< where each row begins
};

} // namespace fettle
