// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8, numbers and names as text; independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// Byte position of the first ill-formed sequence, none for valid UTF-8 (surrogates and overlong forms are ill-formed).
std::optional<size_t> firstInvalidUtf8(std::string_view text);
/// U+FFFD for each maximal ill-formed part (Unicode's and WHATWG's rule).
std::string toValidUtf8(std::string_view text);
/// Code points of valid UTF-8.
std::u32string decodeUtf8(std::string_view text);
void appendUtf8(std::string& out, char32_t codePoint);
std::string encodeUtf8(std::u32string_view text);
/// Number of code points in valid UTF-8.
size_t countCodePoints(std::string_view text);

/// A foreign text (a name, a value, a library's words) for a message or a terminal: printable, no more than `limit`
/// characters ("…" where it was cut). Control characters, line ends and what turns the direction of writing become
/// \x1B or \u202E, ill-formed UTF-8 U+FFFD.
std::string shown(std::string_view foreign, size_t limit = 80);

/// The name of `known` nearest to `given` by edit distance, if one is near enough to be meant.
std::optional<std::string> nearestName(std::string_view given, const std::vector<std::string>& known);

std::string trim(std::string_view text);
/// Letters of ASCII in lower case, all else as it is.
std::string lowered(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
/// Shortest decimal form that reads back to the same double ("5e-05", "0.1").
std::string shortest(double value);
/// "1,338,112".
std::string grouped(int64_t value);
/// "38 MB", "1.2 GB" (decimal units).
std::string humanBytes(uint64_t bytes);
/// "0:51", "1:02:03".
std::string humanDuration(double seconds);
/// Parses a whole string as a number; none where anything is left over.
std::optional<double> parseDouble(std::string_view text);
std::optional<int64_t> parseInteger(std::string_view text);

} // namespace fettle
