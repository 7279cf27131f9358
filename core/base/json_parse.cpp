// SPDX-License-Identifier: GPL-3.0-or-later
// The parser: nlohmann's lexer, with our own builder that knows how deep it is.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// "line 3, column 7" of a byte, columns counted in characters, both from 1.
std::string placeOfByte(std::string_view text, size_t byte)
{
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
    const size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0
    return fmt::format("line {}, column {}", line, 1 + countCodePoints(before.substr(lineStart)));
}

/// Where a text that is JSON so far goes too deep.
size_t byteOfDepth(std::string_view text)
{
    bool inString = false;
    for (size_t at = 0, depth = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (inString && c == '\\')
            ++at;
        else if (c == '"')
            inString = !inString;
        else if (!inString && (c == '[' || c == '{') && ++depth > deepestJson)
            return at;
        else if (!inString && (c == ']' || c == '}') && depth > 0)
            --depth;
    }
    return text.size();
}

class Builder : public nlohmann::json_sax<Json>
{
public:
    explicit Builder(EqualKeys keys) : m_keys(keys) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; } // not in JSON text
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override
    {
        const auto [member, isNew] = m_open.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
        if (!isNew && m_keys == EqualKeys::Refused) {
            m_complaint = {0, fmt::format("the key \"{}\" stands twice", shown(name))};
            return false;
        }
        m_member = &member->second;
        return true;
    }
    bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) override
    {
        // The library counts the bytes it has read: of a number all, of other mistakes the first wrong one.
        constexpr int numberOverflow = 406;
        if (error.id == numberOverflow)
            m_complaint = {position - std::min(position, token.size()),
                           fmt::format("the number {} is too large", shown(token, 40))};
        else
            m_complaint = {position > 0 ? position - 1 : 0, plainJsonWords(error.what())};
        return false;
    }

    Json& result() { return m_result; }
    JsonComplaint& complaint() { return m_complaint; }
    bool tooDeep() const { return m_open.size() > deepestJson; }

private:
    bool add(Json value)
    {
        place(std::move(value));
        return true;
    }
    bool open(Json container)
    {
        m_open.push_back(&place(std::move(container)));
        return !tooDeep();
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }
    Json& place(Json value)
    {
        Json* where = &m_result;
        if (!m_open.empty() && m_open.back()->is_array())
            where = &m_open.back()->get_ref<Json::array_t&>().emplace_back();
        else if (!m_open.empty())
            where = m_member;
        *where = std::move(value);
        return *where;
    }

    EqualKeys m_keys;
    Json m_result;
    std::vector<Json*> m_open; ///< the containers around the present place; they do not move while they are open
    Json* m_member = nullptr;  ///< of the innermost object, named and not yet filled
    JsonComplaint m_complaint;
};

} // namespace

std::string plainJsonWords(const std::string& what)
{
    size_t at = what.find("syntax error");
    if (at == std::string::npos)
        at = what.rfind("] ") == std::string::npos ? 0 : what.rfind("] ") + 2;
    std::string words = what.substr(at);
    if (const size_t lastRead = words.find("; last read:"); lastRead != std::string::npos) {
        const size_t expected = words.rfind("; expected");
        words.erase(lastRead,
                    expected == std::string::npos || expected < lastRead ? std::string::npos : expected - lastRead);
    }
    return shown(words, 200);
}

std::optional<Json> tryParseJson(std::string_view text, JsonComplaint* complaint, EqualKeys keys)
{
    const size_t mark = text.substr(0, byteOrderMark.size()) == byteOrderMark ? byteOrderMark.size() : 0;
    text.remove_prefix(mark);
    Builder builder(keys);
    const auto invalid = firstInvalidUtf8(text);
    if (!invalid && Json::sax_parse(text.begin(), text.end(), &builder))
        return std::move(builder.result());
    if (!complaint)
        return std::nullopt;
    *complaint = std::move(builder.complaint());
    if (invalid)
        *complaint = {*invalid, "not UTF-8"};
    else if (builder.tooDeep())
        *complaint = {byteOfDepth(text), fmt::format("nested deeper than {} levels", deepestJson)};
    complaint->byte += mark;
    return std::nullopt;
}

Json parseJson(std::string_view text, const std::string& source, EqualKeys keys)
{
    JsonComplaint complaint;
    if (std::optional<Json> value = tryParseJson(text, &complaint, keys))
        return std::move(*value);
    const bool encoding = complaint.words == "not UTF-8";
    throw badInput(fmt::format("{}, {}: {}", source, placeOfByte(text, complaint.byte), complaint.words),
                   encoding ? "Save the file as UTF-8." : "");
}

Json readJson(const std::filesystem::path& file, uint64_t maxBytes)
{
    return parseJson(readRegularFile(file, maxBytes), file.string());
}

Json readModelJson(const std::filesystem::path& file)
{
    // A link to a file of the hub's cache is a plain file here; a pipe is not.
    try {
        return readJson(file);
    } catch (const Error& error) {
        throw Error(error.code(), error.message(),
                    error.hint().empty() ? "The file may be cut short or a Git LFS pointer; fetch it anew."
                                         : error.hint(),
                    "model");
    }
}

Json readModelObject(const std::filesystem::path& file)
{
    Json json = readModelJson(file);
    if (!json.is_object())
        throw badInput(fmt::format("{} is no JSON object.", file.string()), {}, "model");
    return json;
}

} // namespace fettle
