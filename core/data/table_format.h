// SPDX-License-Identifier: GPL-3.0-or-later
// Separator, quote and header of a delimited table, from its first rows.
#pragma once

#include "core/arguments/data_format.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct TableFormat {
    DataFormat format; ///< separator ("none": one column), quote and header are filled
    size_t begin = 0;  ///< where the table begins: behind Excel's "sep=;" line
    std::string doubt; ///< empty where it is sure
};

/// `wanted` overrules; `extension` (".tsv") says which separator is expected.
TableFormat recogniseTable(std::string_view content, const DataFormat& wanted, std::string_view extension);
/// 0 for "none".
char markOf(const std::string& separatorOrQuote);

/// Whether the first of `rows` names the columns.
struct HeaderGuess {
    bool header = true;
    bool sure = false;
};
HeaderGuess guessHeader(const std::vector<std::vector<std::string>>& rows);
/// Digits with what goes with them: "1", "-3,5", "12.05.2021", "7 %".
bool looksNumeric(std::string_view text);

} // namespace fettle
