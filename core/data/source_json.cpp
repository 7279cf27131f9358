// SPDX-License-Identifier: GPL-3.0-or-later
// JSON lines and arrays: a first walk finds the columns of all rows, a second one takes the texts or token ids.
#include "core/arguments/setting_keys.h"
#include "core/base/text.h"
#include "core/data/conversations.h"
#include "core/data/json_rows.h"
#include "core/data/json_tokens.h"
#include "core/data/source_readers.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>

namespace fettle
{

namespace
{

JsonRows rowsOf(const std::string& name, const OpenedText& opened)
{
    return {name, opened.content, opened.facts.format.kind == "jsonl", opened.facts.isConverted};
}

bool isListOfObjects(std::string_view value)
{
    const size_t inside = value.find_first_not_of(" \t\r\n", 1);
    return value.front() == '[' && inside != std::string_view::npos && value[inside] == '{';
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
                column.lists += isListOfObjects(value);
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

void takeConversations(RowTable& table, JsonRows rows, const std::string& column)
{
    JsonScanner& scanner = rows.scanner();
    while (rows.next()) {
        std::string messages;
        rows.forEach([&](const std::string& key) {
            if (key != column || scanner.peek() == 'n')
                scanner.skipValue();
            else
                messages = readMessages(scanner, column);
        });
        table.missingRows += messages.empty();
        table.appendConversation(messages);
    }
}

bool isConversation(const std::vector<ColumnFacts>& facts, const std::string& column)
{
    return std::any_of(facts.begin(), facts.end(),
                       [&](const ColumnFacts& each) { return each.name == column && holdsConversations(each); });
}

/// The columns of conversations whose answers stand apart: those that `form` names, or those that trl calls prompt and
/// completion. Else nothing.
std::vector<RowTemplate> answeredConversations(const std::vector<ColumnFacts>& facts, const RowForm& form)
{
    std::vector<RowTemplate> parts = form.parts;
    const bool hasTokens =
        std::any_of(facts.begin(), facts.end(), [](const ColumnFacts& each) { return each.name == "input_ids"; });
    if (parts.empty() && form.column.empty() && !hasTokens)
        parts = {RowTemplate::ofColumn("prompt", setting_key::data::prompt),
                 RowTemplate::ofColumn("completion", setting_key::data::completion)};
    const bool holdsBoth = parts.size() == 2 && std::all_of(parts.begin(), parts.end(), [&](const RowTemplate& part) {
                               return part.pieces().size() == 1 && part.pieces().front().isColumn &&
                                      isConversation(facts, part.pieces().front().text);
                           });
    return holdsBoth ? parts : std::vector<RowTemplate>();
}

void takeAnsweredConversations(RowTable& table, JsonRows rows, const std::vector<RowTemplate>& parts)
{
    JsonScanner& scanner = rows.scanner();
    while (rows.next()) {
        std::string messages[2];
        rows.forEach([&](const std::string& key) {
            const size_t part = key == parts[0].pieces().front().text   ? 0
                                : key == parts[1].pieces().front().text ? 1
                                                                        : 2;
            if (part == 2 || scanner.peek() == 'n')
                scanner.skipValue();
            else
                messages[part] = readMessages(scanner, key);
        });
        const bool isWhole = !messages[0].empty() && !messages[1].empty();
        table.missingRows += !isWhole;
        table.appendConversation(isWhole ? answeredConversation(messages[0], messages[1]) : std::string());
    }
}

/// A text, or a number as it stands; the scanner stands before it. Nothing for null.
std::optional<std::string> partText(JsonScanner& scanner, RowTable& table, const std::string& column)
{
    const size_t position = scanner.position();
    if (scanner.peek() == '"') {
        const int64_t before = scanner.replaced();
        std::string text = scanner.string();
        table.replacedCharacters += scanner.replaced() - before;
        return text;
    }
    const std::string_view value = scanner.skipValue();
    const bool isNumber = value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
    if (!isNumber && value != "null")
        scanner.fail(position,
                     fmt::format("\"{}\" is {}, not a text or a number.", shown(column, 60), shown(value, 60)),
                     "Write it in quotes, write null for nothing, or take another column.");
    return isNumber ? std::optional(std::string(value)) : std::nullopt;
}

void composeRows(RowTable& table, JsonRows rows, RowComposer& composer)
{
    const std::vector<std::string>& columns = composer.columns();
    while (rows.next()) {
        size_t found = 0;
        rows.forEach([&](const std::string& key) {
            const auto at = std::find(columns.begin(), columns.end(), key);
            if (at == columns.end()) {
                rows.scanner().skipValue();
            } else if (auto text = partText(rows.scanner(), table, key)) {
                composer.value(static_cast<size_t>(at - columns.begin())) = std::move(*text);
                ++found;
            }
        });
        table.missingRows += found < columns.size();
        composer.appendTo(table);
    }
}

} // namespace

TableColumns readJson(RowTable* table, const OpenedText& opened, const RowForm& form)
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
    const std::vector<RowTemplate> answered = answeredConversations(found.facts, form);
    const bool isComposed = table != nullptr && !form.parts.empty();
    if (!answered.empty()) {
        found.choice = {fmt::format("{}, {}", answered[0].pieces().front().text, answered[1].pieces().front().text),
                        form.parts.empty() ? "named prompt and completion" : "chosen"};
        if (table == nullptr)
            return found;
    } else if (!isComposed) {
        found.choice = chooseColumn(name, found.facts, table == nullptr ? std::string() : form.column);
        if (table == nullptr)
            return found;
        takeColumns(*table, name, found, form.column.empty());
    }
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
    const bool holdsConversation =
        !answered.empty() || (!isComposed && isConversation(found.facts, found.choice.column));
    if (table->size() > 0 && table->hasConversations() != holdsConversation)
        throw badInput(fmt::format("{}: some of the files hold conversations, and some texts.", name),
                       "Give files of one kind.", "data");
    if (!answered.empty()) {
        const bool isFirst = table->columns.empty();
        takeColumns(*table, found.facts, RowComposer(answered, name, found.facts));
        if (isFirst)
            table->columnReason = found.choice.reason;
        takeAnsweredConversations(*table, std::move(rows), answered);
        return found;
    }
    if (isComposed) {
        RowComposer composer(form.parts, name, found.facts);
        takeColumns(*table, found.facts, composer);
        composeRows(*table, std::move(rows), composer);
        return found;
    }
    const auto chosen = std::find_if(found.facts.begin(), found.facts.end(),
                                     [&](const ColumnFacts& facts) { return facts.name == found.choice.column; });
    if (holdsConversation) {
        takeConversations(*table, std::move(rows), found.choice.column);
        return found;
    }
    table->reserveText(chosen->characters);
    takeTexts(*table, std::move(rows), found.choice.column);
    return found;
}

} // namespace fettle
