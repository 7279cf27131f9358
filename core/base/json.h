// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing JSON with errors that name file, line and column.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fettle
{

using Json = nlohmann::ordered_json; ///< keys keep the order of the file

/// Parses UTF-8 JSON; throws BadInput "SOURCE, line L, column C: …". `source` is a file name or another word for it.
Json parseJson(std::string_view text, const std::string& source);
/// Reads and parses a whole file; a byte-order mark is skipped.
Json readJson(const std::filesystem::path& file);
/// Writes atomically, indented by 2, with a final newline.
void writeJson(const std::filesystem::path& file, const Json& value, bool sortedKeys = false);

/// `object[key]` as T, or `fallback` where the key is absent or null; throws BadInput naming key and type otherwise.
/// For T = bool, int64_t, double, std::string.
template <typename T>
T jsonValue(const Json& object, const char* key, const T& fallback);

} // namespace fettle
