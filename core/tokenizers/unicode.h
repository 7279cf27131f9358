// SPDX-License-Identifier: GPL-3.0-or-later
// Character classes, lower case and canonical forms, as Hugging Face tokenizers 0.22 sees them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fettle::unicode
{

enum CharacterClass : uint16_t {
    Letter = 1,
    Number = 2,
    Space = 4,
    Word = 8, ///< what an added token of single_word may not touch
    BertPunctuation = 16,
    BertNonspacingMark = 32,
    BertChinese = 64,
    BertRemoved = 128,
    BertSpace = 256, ///< becomes U+0020 in clean_text
    Mark = 512,      ///< what StripAccents leaves out
};

/// The classes of all code points: one page of flags for 256 of them, equal pages shared.
class ClassTable
{
public:
    uint16_t operator[](char32_t codePoint) const
    {
        return m_flags[(size_t(m_pages[codePoint >> 8]) << 8) | (codePoint & 0xFF)];
    }

private:
    friend const ClassTable& classes();
    ClassTable();
    std::array<uint16_t, 0x1100> m_pages{};
    std::vector<uint16_t> m_flags;
};
/// Built at the first call (milliseconds).
const ClassTable& classes();

/// Lower case of one code point; `second` is 0, but for U+0130.
struct Lowered {
    char32_t first, second;
};
Lowered toLower(char32_t codePoint);

/// One code point of a text that is being normalized. `change` says how it came about, as the reference counts it:
/// 0 in place of one, 1 added, -n in place of 1 + n. Offsets follow from these counts in order.
struct NormalCharacter {
    char32_t codePoint;
    int change;
};
/// Decomposition with canonical order (Unicode 9): NFD, or NFKD where compatibility characters go too.
std::vector<NormalCharacter> decompose(std::u32string_view text, bool compatible = false);
/// Canonical composition of decompose(): NFC or NFKC.
std::vector<NormalCharacter> compose(std::u32string_view text, bool compatible = false);

/// The code point that starts at `text[at]` (valid UTF-8); moves `at` behind it.
inline char32_t nextCodePoint(std::string_view text, size_t& at)
{
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const char32_t lead = byte(at);
    if (lead < 0x80)
        return at += 1, lead;
    if (lead < 0xE0)
        return at += 2, ((lead & 0x1F) << 6) | (byte(at - 1) & 0x3F);
    if (lead < 0xF0)
        return at += 3, ((lead & 0x0F) << 12) | ((byte(at - 2) & 0x3F) << 6) | (byte(at - 1) & 0x3F);
    return at += 4,
           ((lead & 0x07) << 18) | ((byte(at - 3) & 0x3F) << 12) | ((byte(at - 2) & 0x3F) << 6) | (byte(at - 1) & 0x3F);
}
/// The code point that ends before `text[at]`; moves `at` to its start.
inline char32_t previousCodePoint(std::string_view text, size_t& at)
{
    do
        --at;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    size_t copy = at;
    return nextCodePoint(text, copy);
}
inline bool startsCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

} // namespace fettle::unicode
