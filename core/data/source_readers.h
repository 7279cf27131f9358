// SPDX-License-Identifier: GPL-3.0-or-later
// The readers behind sources.h, one for each kind of file; content is valid UTF-8 without a byte-order mark.
#pragma once

#include "core/base/error.h"
#include "core/data/row_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

void readPlainText(RowTable& table, std::string_view content);
/// Through Arrow's CSV reader; `name` is the file's, for messages. Appends to `table`.
void readDelimited(RowTable& table, const std::string& name, std::string_view content, char delimiter,
                   const std::string& column);
/// Through Arrow's JSON reader; rows with input_ids make a tokenized table.
void readJsonLines(RowTable& table, const std::string& name, std::string_view content, const std::string& column);

/// The column to read (see readRows); throws BadInput listing the columns.
std::string chooseColumn(const std::string& name, const std::vector<std::string>& columns, const std::string& wanted);
/// "NAME, line L, column C: what", with subject "data".
Error badData(const std::string& name, std::string_view content, size_t position, const std::string& what,
              const std::string& hint = {});

} // namespace fettle
