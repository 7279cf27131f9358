// SPDX-License-Identifier: GPL-3.0-or-later
// Texts as Python's str treats them: positions are code points, white space and case are Unicode's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle::python
{

/// str.isspace() of one code point.
bool isSpace(char32_t codePoint);
/// Without the characters at its ends that `strips` says; ends: 1 left, 2 right, 3 both.
enum Ends { Left = 1, Right = 2, Both = 3 };
std::string_view strip(std::string_view text, Ends ends = Both);
/// str.strip(chars).
std::string_view strip(std::string_view text, std::string_view characters, Ends ends = Both);
/// str.split() and str.split(separator, most); `most` < 0: no limit. `fromRight`: str.rsplit.
std::vector<std::string> splitAtSpace(std::string_view text, int64_t most, bool fromRight);
std::vector<std::string> split(std::string_view text, std::string_view separator, int64_t most, bool fromRight);
/// str.splitlines(): \n, \r\n, \r and the rarer line ends; without them.
std::vector<std::string> splitLines(std::string_view text);
/// text.find(part, from), in time linear in the text whatever the part is.
size_t find(std::string_view text, std::string_view part, size_t from = 0);
/// str.replace(from, to, count); `count` < 0: all.
std::string replace(std::string_view text, std::string_view from, std::string_view to, int64_t count);

std::string upper(const std::string& text);
std::string lower(const std::string& text);
/// str.capitalize(): the first character as in a title, the others lower.
std::string capitalize(const std::string& text);
/// str.title(): every run of cased letters capitalized.
std::string title(const std::string& text);
/// What str.isupper() and its like ask of a text.
enum class Quality { Alpha, Digit, Alnum, Space, Upper, Lower };
bool isAll(std::string_view text, Quality quality);

/// repr(text): in quotes, what cannot be printed escaped.
std::string quoted(std::string_view text);
/// repr(number): "1.0", "1e-05".
std::string numberText(double value);

} // namespace fettle::python
