// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/vocabulary_files.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr int64_t kMostTokens = 1 << 24;

/// Lines without their ends, "\r\n" too; no line after the last end.
std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const size_t length = end - at - (end > at && text[end - 1] == '\r');
        lines.push_back(text.substr(at, length));
        at = end + 1;
    }
    return lines;
}

} // namespace

std::string readModelText(const std::filesystem::path& file)
{
    try {
        return readRegularFile(file, largestJsonFile);
    } catch (const Error& error) {
        throw error.about("model");
    }
}

std::vector<std::string> readVocabularyLines(const std::filesystem::path& file)
{
    return linesOf(readModelText(file));
}

MergeRules readMergesFile(const std::filesystem::path& file)
{
    MergeRules result{{}, file.string() + ", line "};
    const std::vector<std::string> lines = linesOf(readModelText(file));
    for (size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (line.empty() || line.starts_with("#version"))
            continue;
        const size_t space = line.find(' ');
        if (space == std::string::npos || space == 0 || space + 1 == line.size() ||
            line.find(' ', space + 1) != std::string::npos)
            throw badInput(fmt::format("{}{}: \"{}\" is not two tokens with a space between them", result.where, i + 1,
                                       toValidUtf8(line)),
                           "merges.txt has one merge a line: \"Ġ t\".", "model");
        result.rules.push_back({line.substr(0, space), line.substr(space + 1), i + 1});
    }
    return result;
}

std::vector<std::string> readVocabulary(const Json& vocabulary, const std::string& source)
{
    if (!vocabulary.is_object() || vocabulary.empty())
        throw badInput(fmt::format("{}: there is no vocabulary in it", source),
                       "It should be an object of tokens and ids: {\"the\": 0, …}.", "model");
    std::vector<std::string> pieces;
    for (const auto& [token, id] : vocabulary.items()) {
        if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() >= kMostTokens)
            throw badInput(fmt::format("{}: the token \"{}\" has the id {}", source, shown(token), shown(id, 40)),
                           "Ids are whole numbers from 0 on.", "model");
        const size_t index = id.get<size_t>();
        if (index >= pieces.size())
            pieces.resize(index + 1);
        pieces[index] = token;
    }
    return pieces;
}

MergeRules readJsonMerges(const Json& merges, const std::string& source)
{
    MergeRules result{{}, source + ", merge "};
    result.rules.reserve(merges.size());
    for (const Json& merge : merges) {
        const size_t number = result.rules.size() + 1;
        if (merge.is_array() && merge.size() == 2) {
            result.rules.push_back({merge[0].get<std::string>(), merge[1].get<std::string>(), number});
            continue;
        }
        const std::string text = merge.is_string() ? merge.get<std::string>() : std::string();
        const size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            throw badInput(fmt::format("{}{}: {} is not two tokens", result.where, number, shown(merge)), {}, "model");
        result.rules.push_back({text.substr(0, space), text.substr(space + 1), number});
    }
    return result;
}

} // namespace fettle
