// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/graphemes.h"

#include "core/tokenizers/unicode.h"
#include "core/tokenizers/unicode_tables.h"

#include <algorithm>

namespace fettle::unicode
{

namespace
{

using enum GraphemeKind;

template <typename Range>
const Range* rangeOf(std::span<const Range> table, char32_t codePoint)
{
    const auto after = std::upper_bound(table.begin(), table.end(), codePoint,
                                        [](char32_t code, const Range& range) { return code < range.first; });
    return after == table.begin() || codePoint > (after - 1)->last ? nullptr : &*(after - 1);
}

GraphemeKind kindOf(char32_t codePoint)
{
    if (codePoint >= 0x20 && codePoint < 0x7F)
        return Any;
    const GraphemeRange* range = rangeOf(graphemes, codePoint);
    return range ? range->kind : Any;
}

/// The viramas that join consonants.
bool isLinker(char32_t c)
{
    return c == 0x94D || c == 0x9CD || c == 0xACD || c == 0xB4D || c == 0xC4D || c == 0xD4D;
}

bool isControl(GraphemeKind kind)
{
    return kind == Control || kind == CarriageReturn || kind == LineFeed;
}

/// Whether a Hangul syllable goes on.
bool joinsSyllable(GraphemeKind before, GraphemeKind after)
{
    switch (before) {
    case HangulL:
        return after == HangulL || after == HangulV || after == HangulLV || after == HangulLVT;
    case HangulLV:
    case HangulV:
        return after == HangulV || after == HangulT;
    case HangulLVT:
    case HangulT:
        return after == HangulT;
    default:
        return false;
    }
}

/// What of the cluster so far decides whether the next character still belongs to it.
struct Cluster {
    GraphemeKind last;
    bool pictograph, joinedPictograph = false; ///< ends in a pictograph and extenders; and a joiner behind them
    bool consonant, linked = false;            ///< ends in a consonant and extenders; one of which links
    bool oddRegional;

    explicit Cluster(GraphemeKind first)
        : last(first), pictograph(first == Pictograph), consonant(first == Consonant), oddRegional(first == Regional)
    {
    }
    bool takes(GraphemeKind kind) const
    {
        if (isControl(last) || isControl(kind))
            return last == CarriageReturn && kind == LineFeed;
        return joinsSyllable(last, kind) || kind == Extend || kind == Joiner || kind == SpacingMark ||
               last == Prepend || (kind == Consonant && linked) || (kind == Pictograph && joinedPictograph) ||
               (kind == Regional && last == Regional && oddRegional);
    }
    void add(GraphemeKind kind, char32_t codePoint)
    {
        joinedPictograph = kind == Joiner && pictograph;
        pictograph = kind == Pictograph || (kind == Extend && pictograph);
        if (kind == Consonant) {
            consonant = true;
            linked = false;
        } else if (consonant) {
            linked = linked || isLinker(codePoint);
            consonant = isLinker(codePoint) || rangeOf(conjunctExtenders, codePoint);
            linked = linked && consonant;
        }
        oddRegional = kind == Regional && !oddRegional;
        last = kind;
    }
};

} // namespace

size_t graphemeEnd(std::string_view text, size_t at)
{
    const auto isPlain = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (isPlain(text[at]) && (at + 1 == text.size() || isPlain(text[at + 1])))
        return at + 1;
    Cluster cluster(kindOf(nextCodePoint(text, at)));
    while (at < text.size()) {
        size_t behind = at;
        const char32_t codePoint = nextCodePoint(text, behind);
        const GraphemeKind kind = kindOf(codePoint);
        if (!cluster.takes(kind))
            break;
        cluster.add(kind, codePoint);
        at = behind;
    }
    return at;
}

} // namespace fettle::unicode
