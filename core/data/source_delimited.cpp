// SPDX-License-Identifier: GPL-3.0-or-later
// Comma and tab separated tables, through Arrow.
#include "core/data/csv_structure.h"
#include "core/data/source_arrow.h"
#include "core/data/source_readers.h"

#include <algorithm>
#include <arrow/csv/api.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// The longest record may span many lines inside quotes, so a table goes to Arrow as one block where it can.
int32_t csvBlockSize(const std::string& name, std::string_view content)
{
    if (content.size() >= static_cast<size_t>(INT32_MAX))
        throw badInput(fmt::format("{} is larger than 2 GB.", name), "Split the table into several files.", "data");
    return std::max(1024, static_cast<int32_t>(content.size()) + 1);
}

} // namespace

void readDelimited(RowTable& table, const std::string& name, std::string_view content, char delimiter,
                   const std::string& column)
{
    const std::vector<std::string> columns = checkCsvStructure(name, content, delimiter);
    if (columns.empty())
        throw badInput(fmt::format("{} is empty.", name), "Give a table whose first line names its columns.", "data");
    const std::string chosen = chooseColumn(name, columns, column);
    if (chosen == "input_ids" && column.empty())
        throw badInput(fmt::format("{} holds token ids in a table of text.", name),
                       "Rows of token ids are read from JSON lines (.jsonl).", "data");
    if (std::count(columns.begin(), columns.end(), chosen) > 1)
        throw badInput(fmt::format("{} has two columns called \"{}\".", name, chosen), "Rename one.", "data");
    if (table.columns.empty()) {
        table.columns = columns;
        table.column = chosen;
    }

    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;
    read.block_size = csvBlockSize(name, content);
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.delimiter = delimiter;
    parse.newlines_in_values = true;
    auto convert = arrow::csv::ConvertOptions::Defaults();
    convert.include_columns = {chosen};
    convert.column_types = {{chosen, arrow::utf8()}};
    convert.strings_can_be_null = false;
    const auto input = viewAsStream(content);
    auto reader = arrow::csv::TableReader::Make(arrow::io::default_io_context(), input, read, parse, convert);
    auto rows = reader.ok() ? (*reader)->Read() : arrow::Result<std::shared_ptr<arrow::Table>>(reader.status());
    if (!rows.ok())
        throw badInput(fmt::format("{}: {}", name, rows.status().message()), "", "data");
    appendStrings(table, *(*rows)->column(0), {});
}

} // namespace fettle
