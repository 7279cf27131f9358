// SPDX-License-Identifier: GPL-3.0-or-later
// What Hugging Face tokenizers 0.22 takes for a letter, a space, a mark…, as generated tables (sorted by code point).
#pragma once

#include <cstdint>
#include <span>

namespace fettle::unicode
{

struct CodePointRange {
    char32_t first, last;
};
struct LowercaseRange {
    char32_t first, last;
    int32_t step;  ///< 1: every code point of the range, 2: every other one
    int32_t delta; ///< lower case minus upper case
};
struct Decomposition {
    char32_t codePoint;
    uint16_t offset, length; ///< in `decomposed`: the full decomposition
};
struct Composition {
    char32_t first, second, composed;
};
struct CombiningRange {
    char32_t first, last;
    uint8_t combiningClass;
};

enum class Category : uint8_t {
    Lu,
    Ll,
    Lt,
    Lm,
    Lo,
    Mn,
    Mc,
    Me,
    Nd,
    Nl,
    No,
    Pc,
    Pd,
    Ps,
    Pe,
    Pi,
    Pf,
    Po,
    Sm,
    Sc,
    Sk,
    So,
    Zs,
    Zl,
    Zp,
    Cc,
    Cf,
    Co
};
struct CategoryRange {
    char32_t first, last;
    Category category;
};
enum class GraphemeKind : uint8_t {
    Any,
    CarriageReturn,
    LineFeed,
    Control,
    Extend,
    Joiner,
    Pictograph,
    Consonant,
    HangulL,
    HangulV,
    HangulT,
    HangulLV,
    HangulLVT,
    Prepend,
    Regional,
    SpacingMark
};
struct GraphemeRange {
    char32_t first, last;
    GraphemeKind kind;
};

/// Regular expressions: \p{L}, \p{N}, \s (Unicode 16).
extern const std::span<const CodePointRange> letters, numbers, spaces;
/// \w where an added token has to be a word of its own.
extern const std::span<const CodePointRange> wordCharacters;
/// BERT's basic tokenizer (Unicode 8 for punctuation and marks).
extern const std::span<const CodePointRange> bertPunctuation, bertNonspacingMarks, bertChinese, bertRemoved, bertSpaces;
/// Combining marks of any kind (Unicode 9).
extern const std::span<const CodePointRange> marks;
/// One to one; U+0130 alone becomes two code points and is not listed.
extern const std::span<const LowercaseRange> lowercase;
/// General categories in regular expressions (Unicode 16); what is in none of them is unassigned.
extern const std::span<const CategoryRange> categories;
/// \w in regular expressions.
extern const std::span<const CodePointRange> expressionWords;
/// Extended grapheme clusters (Unicode 16).
extern const std::span<const GraphemeRange> graphemes;
extern const std::span<const CodePointRange> conjunctExtenders;
/// Unicode 9, Hangul left to arithmetic.
extern const std::span<const Decomposition> decompositions;
/// What NFKD makes of a code point, where it is not what NFD makes.
extern const std::span<const Decomposition> compatibility;
extern const std::span<const char32_t> decomposed;
extern const std::span<const Composition> compositions;
extern const std::span<const CombiningRange> combiningClasses;

} // namespace fettle::unicode
