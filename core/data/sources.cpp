// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sources.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/data/source_readers.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fettle
{

namespace
{

enum class SourceKind { Text, Comma, Tab, JsonLines };

std::string lowerExtension(const fs::path& file)
{
    std::string extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

SourceKind kindOf(const fs::path& file)
{
    const std::string extension = lowerExtension(file);
    if (extension == ".csv")
        return SourceKind::Comma;
    if (extension == ".tsv")
        return SourceKind::Tab;
    if (extension == ".jsonl" || extension == ".ndjson")
        return SourceKind::JsonLines;
    for (const char* unknown : {".json", ".parquet", ".arrow", ".gz", ".zst", ".zip", ".xz", ".bz2", ".pdf", ".docx",
                                ".epub", ".odt", ".html", ".xlsx"})
        if (extension == unknown)
            throw badInput(fmt::format("{}: files of the kind {} cannot be read.", file.string(), extension),
                           "Plain text (.txt), tables (.csv, .tsv) and JSON lines (.jsonl) can.", "data");
    return SourceKind::Text;
}

std::string withoutMark(std::string content)
{
    if (content.starts_with("\xEF\xBB\xBF"))
        content.erase(0, 3);
    return content;
}

void checkUtf8(const std::string& name, std::string_view content)
{
    const auto bad = firstInvalidUtf8(content);
    if (!bad)
        return;
    const bool wide = content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF");
    throw badData(name, content, *bad,
                  fmt::format("not UTF-8 (byte 0x{:02X}).", static_cast<unsigned char>(content[*bad])),
                  wide ? "The file is UTF-16. Save it as UTF-8."
                       : "Save the file as UTF-8; an old Western text becomes so with: iconv -f cp1252 -t utf-8.");
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
              const std::string& hint)
{
    const TextPosition at = positionOf(content, position);
    return badInput(fmt::format("{}, line {}, column {}: {}", name, at.line, at.column, what), hint, "data");
}

std::string chooseColumn(const std::string& name, const std::vector<std::string>& columns, const std::string& wanted)
{
    const auto has = [&](const std::string& column) {
        return std::find(columns.begin(), columns.end(), column) != columns.end();
    };
    if (!wanted.empty()) {
        if (has(wanted))
            return wanted;
        const auto near = nearestName(wanted, columns);
        throw badInput(fmt::format("{} has no column \"{}\".", name, wanted),
                       near ? fmt::format("Did you mean \"{}\"? It has: {}.", *near, fmt::join(columns, ", "))
                            : fmt::format("It has: {}.", fmt::join(columns, ", ")),
                       "data");
    }
    for (const char* usual : {"input_ids", "text"})
        if (has(usual))
            return usual;
    if (columns.size() == 1)
        return columns.front();
    throw badInput(fmt::format("{} has {} columns and none of them is called \"text\".", name, columns.size()),
                   fmt::format("Name the column that holds the text: {}.", fmt::join(columns, ", ")), "data");
}

void readPlainText(RowTable& table, std::string_view content)
{
    size_t start = 0;
    while (start < content.size()) {
        const size_t end = content.find_first_of("\r\n", start);
        if (end == std::string_view::npos) {
            table.appendText(content.substr(start), false);
            return;
        }
        table.appendText(content.substr(start, end - start), true);
        start = end + (content.substr(end, 2) == "\r\n" ? 2 : 1);
    }
}

RowTable readRows(const std::vector<std::filesystem::path>& files, const std::string& column, const Progress& progress)
{
    if (files.empty())
        throw badInput("No text to learn from is named.", "Name one under data.train.", "data");
    RowTable table;
    for (size_t i = 0; i < files.size(); ++i) {
        report(progress, static_cast<double>(i) / static_cast<double>(files.size()));
        const fs::path& file = files[i];
        std::string content;
        const SourceKind kind = kindOf(file);
        try {
            content = withoutMark(readFile(file));
        } catch (const Error& error) {
            throw error.about("data");
        }
        const std::string name = file.string();
        checkUtf8(name, content);
        if (table.tokenized() && kind != SourceKind::JsonLines)
            throw badInput(fmt::format("{} holds text and the files before it token ids.", name),
                           "Give files of one kind.", "data");
        table.beginFile(file.filename().string());
        table.bytes += static_cast<int64_t>(content.size());
        switch (kind) {
        case SourceKind::Text:
            readPlainText(table, content);
            break;
        case SourceKind::Comma:
        case SourceKind::Tab:
            readDelimited(table, name, content, kind == SourceKind::Tab ? '\t' : ',', column);
            break;
        case SourceKind::JsonLines:
            readJsonLines(table, name, content, column);
            break;
        }
    }
    if (table.size() == 0)
        throw badInput(fmt::format("{} holds no row.", files.size() == 1 ? files[0].string() : "The data"),
                       "Give a file with text in it.", "data");
    report(progress, 1);
    return table;
}

} // namespace fettle
