// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the rows of text files: plain text (a row is a line), comma or tab separated tables, JSON lines.
#pragma once

#include "core/data/progress.h"
#include "core/data/row_table.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// Reads all files into one table. `column` names the one that holds the text; empty: input_ids where the rows have
/// them, else "text", else the only one. Files are UTF-8, with or without a byte-order mark; lines end with \n, \r\n or
/// \r. Throws BadInput (subject "data") naming file, line and column: no such file, nothing in it, not UTF-8, a row of
/// another width, broken JSON, no such column.
RowTable readRows(const std::vector<std::filesystem::path>& files, const std::string& column,
                  const Progress& progress = {});

/// Where byte `position` of a text stands.
struct TextPosition {
    int64_t line = 1;   ///< from 1
    int64_t column = 1; ///< in code points, from 1
};
TextPosition positionOf(std::string_view text, size_t position);

} // namespace fettle
