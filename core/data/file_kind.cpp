// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/file_kind.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/json_scanner.h"

#include <algorithm>

namespace fettle
{

namespace
{

/// Whether the first lines that hold something, two at least, are JSON objects.
bool beginsWithJsonLines(const std::string& name, std::string_view content)
{
    size_t from = 0;
    int lines = 0;
    while (lines < 3 && from < content.size()) {
        const size_t end = std::min(content.find('\n', from), content.size());
        const std::string line = trim(content.substr(from, end - from));
        from = end + 1;
        if (line.empty())
            continue;
        if (line.front() != '{' || line.back() != '}')
            return false;
        try {
            JsonScanner scanner(name, line);
            if (scanner.skipValue().size() != line.size())
                return false;
        } catch (const Error&) {
            return false;
        }
        ++lines;
    }
    return lines > 1;
}

/// "[" and then an object or a text.
bool beginsWithJsonArray(std::string_view content)
{
    const size_t open = content.find_first_not_of(" \t\r\n");
    if (open == std::string_view::npos || content[open] != '[')
        return false;
    const size_t next = content.find_first_not_of(" \t\r\n", open + 1);
    if (next == std::string_view::npos || content[next] != '{')
        return false;
    const size_t key = content.find_first_not_of(" \t\r\n", next + 1);
    return key != std::string_view::npos && content[key] == '"';
}

} // namespace

std::string recogniseKind(const std::string& name, std::string_view content, const std::string& extension)
{
    const bool isJson = extension == ".json" || extension == ".jsonl" || extension == ".ndjson";
    const size_t first = content.find_first_not_of(" \t\r\n");
    if (isJson) {
        const bool isArray = first != std::string_view::npos && content[first] == '[';
        if (isArray && (extension == ".json" || beginsWithJsonArray(content)))
            return "json";
        return extension != ".json" || beginsWithJsonLines(name, content) ? "jsonl" : "json";
    }
    if (beginsWithJsonLines(name, content))
        return "jsonl";
    if (beginsWithJsonArray(content))
        return "json";
    return extension == ".csv" || extension == ".tsv" || extension == ".tab" || extension == ".psv" ? "csv" : "text";
}

} // namespace fettle
