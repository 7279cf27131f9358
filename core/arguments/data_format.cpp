// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/data_format.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <cctype>
#include <fmt/format.h>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

namespace fettle
{

namespace
{

constexpr const char* formatSubject = "data.format";
using Words = std::initializer_list<std::pair<const char*, const char*>>;

/// The text at `key`, a word of `words` in its short form; "auto" is nothing.
std::string textAt(const Json& json, const char* key, const Words& words)
{
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return {};
    if (!found->is_string())
        throw badInput(fmt::format("\"data.format.{}\" must be a text.", key), {}, formatSubject);
    const auto value = found->get<std::string>();
    const std::string word = lowered(value);
    if (word == "auto")
        return {};
    for (const auto& [name, meant] : words)
        if (word == name)
            return meant;
    return value;
}

/// A separator or a quote is one character that no text is made of.
void requireMark(const char* key, const std::string& value, const char* usual)
{
    const auto isMark = [](unsigned char c) {
        return c < 0x80 && std::isalnum(c) == 0 && c != '\n' && c != '\r' && c != 0;
    };
    if (!value.empty() && (value.size() != 1 || !isMark(static_cast<unsigned char>(value[0]))))
        throw badInput(fmt::format("\"data.format.{}\" must be one character that is no letter or digit.", key), usual,
                       formatSubject);
}

} // namespace

DataFormat parseDataFormat(const Json& json)
{
    DataFormat format;
    format.kind = textAt(json, "kind",
                         {{"text", "text"},
                          {"txt", "text"},
                          {"csv", "csv"},
                          {"tsv", "csv"},
                          {"table", "csv"},
                          {"json", "json"},
                          {"jsonl", "jsonl"},
                          {"ndjson", "jsonl"}});
    if (!format.kind.empty() && format.kind != "text" && format.kind != "csv" && format.kind != "json" &&
        format.kind != "jsonl")
        throw badInput("\"data.format.kind\" is not a kind that can be read.", "Kinds are text, csv, json and jsonl.",
                       formatSubject);
    format.encoding =
        lowered(textAt(json, "encoding", {{"utf8", "utf-8"}, {"utf-8-sig", "utf-8"}, {"ansi", "windows-1252"}}));
    format.separator =
        textAt(json, "separator", {{"comma", ","}, {"semicolon", ";"}, {"tab", "\t"}, {"\\t", "\t"}, {"pipe", "|"}});
    format.quote = textAt(json, "quote", {{"double", "\""}, {"single", "'"}, {"none", "none"}});
    requireMark("separator", format.separator, "Usual are , ; | and \"tab\".");
    if (format.quote != "none")
        requireMark("quote", format.quote, "Usual are \" and ', or \"none\".");
    if (!format.separator.empty() && format.separator == format.quote)
        throw badInput("\"data.format\": separator and quote are the same character.", "Change one.", formatSubject);
    const auto header = json.find("header");
    if (header != json.end() && header->is_boolean())
        format.header = header->get<bool>();
    else if (header != json.end() && !header->is_null() && *header != "auto")
        throw badInput("\"data.format.header\" must be true or false.", {}, formatSubject);
    return format;
}

Json toJson(const DataFormat& format)
{
    Json json;
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty())
            json[key] = value;
    };
    put("kind", format.kind);
    put("encoding", format.encoding);
    put("separator", format.separator);
    put("quote", format.quote);
    if (format.header)
        json["header"] = *format.header;
    return json;
}

} // namespace fettle
