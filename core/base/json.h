// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing JSON: the only reader of the project. What it reads may be anyone's: nesting is limited, time is
// linear in the size, and errors name file, line and column.
#pragma once

#include "core/base/json_object.h"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// Keys keep the order of the file. Objects of any size are fast: a vocabulary or a safetensors header may be one.
using Json = nlohmann::basic_json<JsonObject, std::vector, std::string, bool, std::int64_t, std::uint64_t, double,
                                  std::allocator, nlohmann::adl_serializer, std::vector<std::uint8_t>>;

/// Arrays and objects inside each other; what is nested deeper is refused.
constexpr size_t deepestJson = 200;
/// Bytes of the largest JSON file that is read.
constexpr uint64_t largestJsonFile = uint64_t{1} << 30;

/// Of two equal keys the last counts, as everywhere; formats that forbid them ask for Refused.
enum class EqualKeys { LastCounts, Refused };

/// What is wrong with a text that is no JSON.
struct JsonComplaint {
    size_t byte = 0;   ///< where, from 0
    std::string words; ///< "nested deeper than 200 levels", "the number 1e400 is too large": short and printable
};

/// Parses UTF-8 JSON (a byte-order mark is skipped); throws BadInput "SOURCE, line L, column C: …". `source` is a file
/// name or another word for it.
Json parseJson(std::string_view text, const std::string& source, EqualKeys keys = EqualKeys::LastCounts);
/// The same for callers with a better word for the place, or none (rows, journal lines): none where it is no JSON, then
/// `complaint` says why. Never throws.
std::optional<Json> tryParseJson(std::string_view text, JsonComplaint* complaint = nullptr,
                                 EqualKeys keys = EqualKeys::LastCounts);
/// Reads and parses a whole plain file (readRegularFile).
Json readJson(const std::filesystem::path& file, uint64_t maxBytes = largestJsonFile);
/// The same of what belongs to a model: its errors have the subject "model".
Json readModelJson(const std::filesystem::path& file);
/// The same of an object; throws BadInput where it is none.
Json readModelObject(const std::filesystem::path& file);
/// Writes fileText atomically.
void writeJson(const std::filesystem::path& file, const Json& value);
/// As JSON stands in files: indented by 2, with a final newline.
std::string fileText(const Json& value);

/// JSON text; `indent` -1: in one line. Ill-formed UTF-8 becomes U+FFFD. Never for messages: that is `shown`.
std::string jsonText(const Json& value, int indent = -1);
/// A foreign value for a message: JSON, printable, no more than `limit` characters ("…" where it was cut).
std::string shownJson(const Json& value, size_t limit = 80);
/// The same under the name that texts have.
template <std::same_as<Json> Value>
std::string shown(const Value& value, size_t limit = 80)
{
    return shownJson(value, limit);
}

/// What an exception of the JSON library says, without its own names: "type must be string, but is array".
std::string plainJsonWords(const std::string& what);

/// A path as JSON. One that is not UTF-8 becomes a file URI ("file:///caf%E9.txt"), which `pathFromJson` takes back.
std::string pathToJson(const std::string& path);
std::string pathFromJson(const std::string& text);

/// `object[key]` as T, or `fallback` where the key is absent or null; throws BadInput naming key and type otherwise.
/// For T = bool, int64_t, double, std::string.
template <typename T>
T jsonValue(const Json& object, const char* key, const T& fallback);

} // namespace fettle
