// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing JSON with errors that name file, line and column.
#include "core/base/json.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// "line 3, column 7" of a byte, columns counted in characters, both from 1.
std::string placeOfByte(std::string_view text, size_t byte)
{
    byte = std::min(byte, text.size());
    const std::string_view before = text.substr(0, byte);
    const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
    const size_t lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("line {}, column {}", line, 1 + countCodePoints(before.substr(lineStart)));
}

/// The library's sentence without its own prefix and place.
std::string plainJsonComplaint(const std::string& what)
{
    size_t at = what.find("syntax error");
    if (at == std::string::npos)
        at = what.rfind("] ") == std::string::npos ? 0 : what.rfind("] ") + 2;
    std::string words = what.substr(at);
    if (const size_t lastRead = words.find("; last read:"); lastRead != std::string::npos) {
        const size_t expected = words.find("; expected", lastRead);
        words.erase(lastRead, expected == std::string::npos ? std::string::npos : expected - lastRead);
    }
    return words;
}

template <typename T>
struct JsonWord;
template <>
struct JsonWord<bool> {
    static constexpr const char* word = "true or false";
    static bool fits(const Json& value) { return value.is_boolean(); }
};
template <>
struct JsonWord<int64_t> {
    static constexpr const char* word = "a whole number";
    static bool fits(const Json& value)
    {
        if (value.is_number_unsigned())
            return value.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
        if (value.is_number_float()) {
            const double number = value.get<double>();
            return std::abs(number) < 9e15 && number == std::floor(number);
        }
        return value.is_number_integer();
    }
};
template <>
struct JsonWord<double> {
    static constexpr const char* word = "a number";
    static bool fits(const Json& value) { return value.is_number(); }
};
template <>
struct JsonWord<std::string> {
    static constexpr const char* word = "a text";
    static bool fits(const Json& value) { return value.is_string(); }
};

} // namespace

Json parseJson(std::string_view text, const std::string& source)
{
    if (text.substr(0, 3) == "\xEF\xBB\xBF")
        text.remove_prefix(3);
    if (const auto broken = firstInvalidUtf8(text))
        throw badInput(fmt::format("{}, {}: not UTF-8", source, placeOfByte(text, *broken)), "Save the file as UTF-8.");
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const nlohmann::json::parse_error& error) {
        const size_t byte = error.byte == 0 ? 0 : error.byte - 1; // the library counts the bytes it has read
        throw badInput(fmt::format("{}, {}: {}", source, placeOfByte(text, byte), plainJsonComplaint(error.what())));
    } catch (const nlohmann::json::exception& error) {
        throw badInput(fmt::format("{}: {}", source, plainJsonComplaint(error.what())));
    }
}

Json readJson(const std::filesystem::path& file)
{
    return parseJson(readFile(file), file.string());
}

void writeJson(const std::filesystem::path& file, const Json& value, bool sortedKeys)
{
    constexpr auto replace = nlohmann::json::error_handler_t::replace;
    const std::string text = sortedKeys ? nlohmann::json(value).dump(2, ' ', false, replace)
                                        : value.dump(2, ' ', false, Json::error_handler_t::replace);
    writeFileAtomically(file, text + "\n");
}

template <typename T>
T jsonValue(const Json& object, const char* key, const T& fallback)
{
    if (!object.is_object())
        return fallback;
    const auto found = object.find(key);
    if (found == object.end() || found->is_null())
        return fallback;
    if (!JsonWord<T>::fits(*found))
        throw badInput(fmt::format("\"{}\" must be {}, not {}", key, JsonWord<T>::word, found->dump()), {}, key);
    return found->get<T>();
}

template bool jsonValue<bool>(const Json&, const char*, const bool&);
template int64_t jsonValue<int64_t>(const Json&, const char*, const int64_t&);
template double jsonValue<double>(const Json&, const char*, const double&);
template std::string jsonValue<std::string>(const Json&, const char*, const std::string&);

} // namespace fettle
