// SPDX-License-Identifier: GPL-3.0-or-later
// JSON as text, in messages and as typed values.
#include "core/base/json.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

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

/// Appends JSON until `limit` bytes are passed: of a value of any size only the beginning is looked at.
void appendBeginning(std::string& out, const Json& value, size_t limit)
{
    if (out.size() > limit)
        return;
    if (value.is_string()) {
        // Escapes only lengthen, so the cut lies behind what is shown.
        const std::string& text = value.get_ref<const std::string&>();
        out += jsonText(text.substr(0, limit));
    } else if (value.is_structured()) {
        out += value.is_array() ? '[' : '{';
        const char* separator = "";
        for (auto each = value.begin(); each != value.end() && out.size() <= limit; ++each, separator = ",") {
            out += separator;
            if (value.is_object()) {
                appendBeginning(out, each.key(), limit);
                out += ':';
            }
            appendBeginning(out, *each, limit);
        }
        out += value.is_array() ? ']' : '}';
    } else {
        out += jsonText(value);
    }
}

} // namespace

void writeJson(const std::filesystem::path& file, const Json& value)
{
    writeFileAtomically(file, fileText(value));
}

std::string fileText(const Json& value)
{
    return jsonText(value, 2) + "\n";
}

std::string jsonText(const Json& value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string shownJson(const Json& value, size_t limit)
{
    std::string beginning;
    appendBeginning(beginning, value, 4 * limit + 4); // no character takes more than four bytes
    return shown(std::string_view(beginning), limit);
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
        throw badInput(fmt::format("\"{}\" must be {}, not {}", key, JsonWord<T>::word, shown(*found)), {}, key);
    return found->get<T>();
}

template bool jsonValue<bool>(const Json&, const char*, const bool&);
template int64_t jsonValue<int64_t>(const Json&, const char*, const int64_t&);
template double jsonValue<double>(const Json&, const char*, const double&);
template std::string jsonValue<std::string>(const Json&, const char*, const std::string&);

} // namespace fettle
