// SPDX-License-Identifier: GPL-3.0-or-later
// Which encoding a text is in, and the text as UTF-8; through ICU's detector and converters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fettle
{

struct Charset {
    std::string name;  ///< lower case: "utf-8", "utf-16le", "windows-1252"
    size_t mark = 0;   ///< bytes of a byte-order mark before the text
    std::string other; ///< an encoding that makes sense too; empty: this one is sure
};

/// The encoding of a whole file. Nothing where the bytes are no text in any encoding, and for UTF-8 that is damaged:
/// more of it is right than wrong, so that no other encoding could be meant.
std::optional<Charset> recogniseCharset(std::string_view bytes);
/// The encoding that a byte-order mark says, with its length.
std::optional<Charset> charsetOfMark(std::string_view bytes);
/// Whether most of what is not ASCII is well-formed UTF-8.
bool isMostlyUtf8(std::string_view bytes);
/// `name` as ICU knows it; throws BadInput (subject "data.format") for one that it does not know.
std::string knownCharset(const std::string& name);

/// Valid UTF-8; what the encoding does not know becomes U+FFFD and is counted in `replaced`.
std::string toUtf8(std::string bytes, const std::string& charset, int64_t& replaced);
/// "Windows-1252", "UTF-16 LE", for people.
std::string charsetTitle(const std::string& name);

} // namespace fettle
