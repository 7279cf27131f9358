// SPDX-License-Identifier: GPL-3.0-or-later
// The readers behind sources.h, one for each kind of file.
#pragma once

#include "core/base/error.h"
#include "core/data/columns.h"
#include "core/data/recognise.h"
#include "core/data/row_form.h"
#include "core/data/row_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// What a table holds besides its rows.
struct TableColumns {
    std::vector<ColumnFacts> facts;
    ColumnChoice choice;
};

/// Each appends to `table`; without a `table` only the columns are found and nothing is thrown for want of one.
TableColumns readDelimited(RowTable* table, const OpenedText& opened, const RowForm& form);
/// The columns of a table's first row alone.
TableColumns firstColumns(const OpenedText& opened);
/// JSON lines or one array; rows with input_ids make a tokenized table.
TableColumns readJson(RowTable* table, const OpenedText& opened, const RowForm& form);

/// Sets the table's columns by its first file; the files after it are read by the same column where `guessed` and where
/// they have it. Throws BadInput (subject "data.column") where no column was chosen.
void takeColumns(RowTable& table, const std::string& name, TableColumns& columns, bool guessed);
/// Sets the table's columns by its first file where its rows are composed of several.
void takeColumns(RowTable& table, const std::vector<ColumnFacts>& facts, const RowComposer& composer);
/// "NAME, line L, column C: what".
Error badData(const std::string& name, std::string_view content, size_t position, const std::string& what,
              const std::string& hint = {}, const std::string& subject = "data");

} // namespace fettle
