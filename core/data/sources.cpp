// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sources.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/data/recognise.h"
#include "core/data/source_readers.h"
#include "core/data/split.h"
#include "core/data/text_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tuple>

namespace fettle
{

namespace
{

void tellNotices(std::vector<std::string>& notices, const OpenedText& opened)
{
    for (const std::string& notice : opened.notices)
        notices.push_back(fmt::format("{}: {}", shown(opened.facts.path.filename().string()), notice));
}

void readOne(RowTable& table, OpenedText opened, const RowForm& form)
{
    const std::string name = shown(opened.facts.path.string(), 300);
    const std::string& kind = opened.facts.format.kind;
    const bool isJson = kind == "json" || kind == "jsonl";
    if (table.tokenized() && !isJson)
        throw badInput(fmt::format("{} holds text and the files before it token ids.", name), "Give files of one kind.",
                       "data");
    if (!isJson && kind != "csv" && !form.parts.empty())
        throw badInput(fmt::format("{} is plain text: it has no columns for {}.", name, form.parts.front().setting()),
                       "Give a table or JSON lines, or leave that out.", form.parts.front().setting());
    if (table.hasConversations() && !isJson)
        throw badInput(fmt::format("{} holds text and the files before it conversations.", name),
                       "Give files of one kind.", "data");
    table.beginFile(shown(opened.facts.path.filename().string()));
    table.bytes += opened.bytes;
    table.replacedCharacters += opened.replaced;
    tellNotices(table.notices, opened);
    if (kind == "csv")
        readDelimited(&table, opened, form);
    else if (isJson)
        readJson(&table, opened, form);
    else
        table.appendLines(std::move(opened.content));
    if (!isJson && kind != "csv" && !form.column.empty())
        table.notices.push_back(fmt::format("{} is a text: it has no column \"{}\", its lines are read.",
                                            shown(opened.facts.path.filename().string()), form.column));
}

/// Without an error where the table is broken: reading it will say that.
TableColumns columnsOf(const OpenedText& opened)
{
    try {
        return opened.facts.format.kind == "csv" ? readDelimited(nullptr, opened, {}) : readJson(nullptr, opened, {});
    } catch (const Error&) {
        return opened.facts.format.kind == "csv" ? firstColumns(opened) : TableColumns{};
    }
}

} // namespace

TextPosition positionOf(std::string_view text, size_t position)
{
    TextPosition found;
    size_t lineStart = 0;
    for (size_t i = 0; i < position; ++i) {
        const bool lone = text[i] == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n');
        if (text[i] == '\n' || lone) {
            ++found.line;
            lineStart = i + 1;
        }
    }
    // Leading bytes are counted; it also serves where what follows is not UTF-8.
    found.column +=
        std::count_if(text.begin() + static_cast<ptrdiff_t>(lineStart), text.begin() + static_cast<ptrdiff_t>(position),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return found;
}

Error badData(const std::string& name, std::string_view content, size_t position, const std::string& what,
              const std::string& hint, const std::string& subject)
{
    const TextPosition at = positionOf(content, position);
    return badInput(fmt::format("{}, line {}, column {}: {}", name, at.line, at.column, what), hint, subject);
}

void takeColumns(RowTable& table, const std::string& name, TableColumns& columns, bool guessed)
{
    std::vector<std::string> names;
    for (const ColumnFacts& column : columns.facts)
        names.push_back(column.name);
    if (guessed && !table.column.empty() && columns.choice.column != table.column) {
        if (std::find(names.begin(), names.end(), table.column) != names.end())
            columns.choice = {table.column, table.columnReason};
        else if (!columns.choice.column.empty())
            table.notices.push_back(fmt::format("{} has no column \"{}\"; \"{}\" is read there.", name, table.column,
                                                columns.choice.column));
    }
    if (columns.choice.column.empty())
        throw badInput(fmt::format("{} has no column of texts.", name),
                       fmt::format("Its columns hold numbers or lists: {}. Name the one to be read (data.column).",
                                   listColumns(names)),
                       "data.column");
    if (table.columns.empty()) {
        table.columns = std::move(names);
        table.textColumns = textColumns(columns.facts);
        table.readColumns = {columns.choice.column};
        table.column = columns.choice.column;
        table.columnReason = columns.choice.reason;
        table.unreadColumns = unreadColumns(columns.facts, table.readColumns);
    }
}

void takeColumns(RowTable& table, const std::vector<ColumnFacts>& facts, const RowComposer& composer)
{
    if (!table.columns.empty())
        return;
    for (const ColumnFacts& column : facts)
        table.columns.push_back(column.name);
    table.textColumns = textColumns(facts);
    table.readColumns = composer.columns();
    table.column = fmt::format("{}", fmt::join(table.readColumns, ", "));
    table.columnReason = "chosen";
    table.unreadColumns = unreadColumns(facts, table.readColumns);
}

RowTable readRows(const std::vector<std::filesystem::path>& files, const RowForm& form, const Progress& progress,
                  const DataFormat& format, std::vector<RecognisedFile>* sources, const std::string& preferred,
                  const std::string& part)
{
    if (files.empty())
        throw badInput("No text to learn from is named.", "Name one under data.train.", "data");
    const TextFiles list = listTextFiles(files, part);
    requireMemoryFor(list.files);
    RowTable table;
    table.notices = list.notices;
    table.part = list.part;
    table.column = preferred;
    for (size_t i = 0; i < list.files.size(); ++i) {
        report(progress, static_cast<double>(i) / static_cast<double>(list.files.size()));
        OpenedText opened = openText(list.files[i], format);
        if (sources != nullptr)
            sources->push_back(opened.facts);
        readOne(table, std::move(opened), form);
    }
    if (table.size() == 0)
        throw badInput(fmt::format("{} holds no row.", files.size() == 1 ? shown(files[0].string(), 300) : "The data"),
                       "Give a file with text in it.", "data");
    report(progress, 1);
    return table;
}

DataPreview previewColumns(const DataConfig& data, const std::function<bool(double)>& progress)
{
    DataPreview preview;
    const TextFiles list = listTextFiles(resolveTexts(data.train), partOfSplit(data.split));
    requireMemoryFor(list.files);
    preview.notices = list.notices;
    for (size_t i = 0; i < list.files.size(); ++i) {
        report(progress, static_cast<double>(i) / static_cast<double>(list.files.size()));
        const OpenedText opened = openText(list.files[i], data.format);
        preview.sources.push_back(opened.facts);
        tellNotices(preview.notices, opened);
        preview.bytes += opened.bytes;
        const std::string& kind = opened.facts.format.kind;
        if (!preview.columns.empty() || kind == "text")
            continue;
        const TableColumns found = columnsOf(opened);
        for (const ColumnFacts& column : found.facts)
            preview.columns.push_back(column.name);
        preview.textColumns = textColumns(found.facts);
        std::tie(preview.likelyPrompt, preview.likelyAnswer) = likelyAnswers(preview.textColumns);
        const bool has =
            std::find(preview.columns.begin(), preview.columns.end(), data.column) != preview.columns.end();
        if (data.column.empty() || !has) {
            preview.column = found.choice.column;
            preview.columnReason = found.choice.reason;
        } else {
            preview.column = data.column;
            preview.columnReason = "chosen";
        }
    }
    return preview;
}

} // namespace fettle
