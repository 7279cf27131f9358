// SPDX-License-Identifier: GPL-3.0-or-later
// JSON lines and arrays: a first walk finds the columns of all rows, a second one takes the texts or token ids.
#include "core/base/text.h"
#include "core/data/json_rows.h"
#include "core/data/json_tokens.h"
#include "core/data/source_readers.h"

#include <fmt/format.h>
#include <unordered_map>

namespace fettle
{

namespace
{

JsonRows rowsOf(const std::string& name, const OpenedText& opened)
{
    return {name, opened.content, opened.facts.format.kind == "jsonl", opened.facts.isConverted};
}

/// Reads every row once: checks the JSON and measures its columns, in the order in which they appear.
std::vector<ColumnFacts> measureColumns(JsonRows rows)
{
    std::vector<ColumnFacts> columns;
    std::vector<int64_t> lastRow; // of each column, to find a key that stands twice
    std::unordered_map<std::string, size_t> places;
    JsonScanner& scanner = rows.scanner();
    for (int64_t row = 1; rows.next(); ++row) {
        rows.forEach([&](const std::string& key) {
            const auto [place, isNew] = places.emplace(key, columns.size());
            if (isNew) {
                columns.push_back({key});
                lastRow.push_back(0);
            }
            if (lastRow[place->second] == row)
                scanner.fail(scanner.position(), fmt::format("this row has the key \"{}\" twice.", shown(key, 60)),
                             "Leave one.");
            lastRow[place->second] = row;
            ColumnFacts& column = columns[place->second];
            const std::string_view value = scanner.skipValue();
            if (value.front() == '"') {
                ++column.texts;
                column.characters += static_cast<int64_t>(value.size()) - 2;
            } else {
                column.others += value != "null";
            }
        });
    }
    for (ColumnFacts& column : columns)
        column.isReadable = column.texts > 0 || column.others == 0;
    return columns;
}

void takeTexts(RowTable& table, JsonRows rows, const std::string& column)
{
    JsonScanner& scanner = rows.scanner();
    while (rows.next()) {
        bool found = false;
        rows.forEach([&](const std::string& key) {
            if (key != column) {
                scanner.skipValue();
                return;
            }
            const size_t position = scanner.position();
            if (scanner.peek() == '"') {
                const int64_t before = scanner.replaced();
                table.appendText(scanner.string(), false);
                table.replacedCharacters += scanner.replaced() - before;
                found = true;
                return;
            }
            const std::string_view value = scanner.skipValue();
            if (value != "null")
                scanner.fail(
                    position, fmt::format("\"{}\" is {}, not a text.", shown(column, 60), shown(value, 60)),
                    "Write it in quotes, write null for an empty row, or choose another column (data.column).");
        });
        if (!found) {
            ++table.missingRows;
            table.appendText({}, false);
        }
    }
}

} // namespace

TableColumns readJson(RowTable* table, const OpenedText& opened, const std::string& column)
{
    const std::string name = shown(opened.facts.path.string(), 300);
    TableColumns found;
    found.facts = measureColumns(rowsOf(name, opened));
    if (found.facts.empty()) {
        JsonRows rows = rowsOf(name, opened);
        if (table != nullptr && rows.next())
            rows.scanner().fail(rows.position(), "this row is empty.", "A row is one object: {\"text\": \"…\"}.");
        return found;
    }
    found.choice = chooseColumn(name, found.facts, table == nullptr ? std::string() : column);
    if (table == nullptr)
        return found;
    takeColumns(*table, name, found, column.empty());
    if (found.choice.column == "input_ids") {
        readTokenRows(*table, name, found.facts, rowsOf(name, opened));
        return found;
    }
    if (table->tokenized())
        throw badInput(fmt::format("{} holds text and the files before it token ids.", name), "Give files of one kind.",
                       "data");
    JsonRows rows = rowsOf(name, opened);
    if (!rows.arrayKey().empty())
        table->notices.push_back(fmt::format("{}: the rows are those of \"{}\".",
                                             shown(opened.facts.path.filename().string()), shown(rows.arrayKey(), 60)));
    for (const ColumnFacts& facts : found.facts)
        if (facts.name == found.choice.column)
            table->reserveText(facts.characters);
    takeTexts(*table, std::move(rows), found.choice.column);
    return found;
}

} // namespace fettle
