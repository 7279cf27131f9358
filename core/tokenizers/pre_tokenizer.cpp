// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/pre_tokenizer.h"

#include "core/tokenizers/byte_alphabet.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>

namespace fettle
{

namespace
{

using SplitKind = PreTokenizerStep::Kind;
using Range = std::pair<size_t, size_t>;
using Ranges = std::vector<Range>;

/// Characters of one class are a word of their own (class > 0), or are left out (0); each by itself in the class
/// `alone`.
template <typename ClassOf>
void cutByClass(std::string_view text, Range range, const ClassOf& classOf, int alone, Ranges& out)
{
    size_t begin = range.first;
    int current = 0;
    const auto finish = [&](size_t end) {
        if (current != 0 && begin < end)
            out.push_back({begin, end});
        begin = end;
    };
    for (size_t at = range.first; at < range.second;) {
        const size_t here = at;
        const int kind = classOf(unicode::nextCodePoint(text, at));
        if (kind == current && kind != alone)
            continue;
        finish(here);
        current = kind;
    }
    finish(range.second);
}

/// Places that match (empty ones too), and what `behavior` makes of them and of what lies between. With `invert` what
/// lies between counts as found.
void cutAtMatches(Range range, const Ranges& matches, CutBehavior behavior, bool invert, Ranges& out)
{
    struct Part {
        Range range;
        bool isMatch;
    };
    std::vector<Part> parts;
    size_t done = range.first;
    for (const Range& match : matches) {
        if (done != match.first)
            parts.push_back({{done, match.first}, invert});
        parts.push_back({match, !invert});
        done = match.second;
    }
    if (done < range.second)
        parts.push_back({{done, range.second}, invert});
    const auto isMatch = [&](size_t i) { return i < parts.size() && parts[i].isMatch; };
    Ranges cut;
    for (size_t i = 0; i < parts.size(); ++i) {
        const bool here = parts[i].isMatch, before = i > 0 && isMatch(i - 1);
        bool glue = false;
        switch (behavior) {
        case CutBehavior::Removed:
            if (here)
                continue;
            break;
        case CutBehavior::Isolated:
            break;
        case CutBehavior::Contiguous:
            glue = i > 0 && here == before;
            break;
        case CutBehavior::MergedWithPrevious:
            glue = i > 0 && here && !before;
            break;
        case CutBehavior::MergedWithNext: // a match takes what follows, unless that is a match
            glue = !here && before;
            break;
        }
        if (glue)
            cut.back().second = parts[i].range.second;
        else
            cut.push_back(parts[i].range);
    }
    for (const Range& part : cut)
        if (part.first < part.second)
            out.push_back(part);
}

Ranges charactersOf(std::string_view text, Range range, uint16_t classes)
{
    Ranges matches;
    for (size_t at = range.first; at < range.second;) {
        const size_t here = at;
        if (unicode::classes()[unicode::nextCodePoint(text, at)] & classes)
            matches.push_back({here, at});
    }
    return matches;
}

Ranges placesOf(std::string_view text, Range range, const std::string& wanted)
{
    Ranges matches;
    for (size_t at = text.find(wanted, range.first); at != std::string_view::npos && at + wanted.size() <= range.second;
         at = text.find(wanted, at + wanted.size()))
        matches.push_back({at, at + wanted.size()});
    return matches;
}

void cut(const PreTokenizerStep& step, std::string_view text, Range range, Ranges& out)
{
    const unicode::ClassTable& table = unicode::classes();
    switch (step.kind) {
    case SplitKind::Words: // \w+|[^\w\s]+
        return cutByClass(
            text, range, [&](char32_t c) { return table[c] & unicode::Word    ? 1
                                                  : table[c] & unicode::Space ? 0
                                                                              : 2; },
            -1, out);
    case SplitKind::Spaces:
        return cutByClass(
            text, range, [&](char32_t c) { return table[c] & unicode::Space ? 0 : 1; }, -1, out);
    case SplitKind::Bert:
        return cutByClass(
            text, range,
            [&](char32_t c) { return table[c] & unicode::Space             ? 0
                                     : table[c] & unicode::BertPunctuation ? 2
                                                                           : 1; }, 2,
            out);
    case SplitKind::Punctuation:
        return cutAtMatches(range, charactersOf(text, range, unicode::BertPunctuation), step.behavior, step.invert,
                            out);
    case SplitKind::Digits:
        return cutAtMatches(range, charactersOf(text, range, unicode::Number), CutBehavior::Contiguous, false, out);
    case SplitKind::SingleDigits:
        return cutAtMatches(range, charactersOf(text, range, unicode::Number), CutBehavior::Isolated, false, out);
    case SplitKind::Text:
        return cutAtMatches(range, placesOf(text, range, step.text), step.behavior, step.invert, out);
    case SplitKind::Pattern: {
        const std::string_view part = text.substr(range.first, range.second - range.first);
        for (size_t at = 0, end; at < part.size(); at = end) {
            end = wordEnd(step.pattern, part, at);
            out.push_back({range.first + at, range.first + end});
        }
        return;
    }
    case SplitKind::Expression: {
        Ranges matches;
        step.expression->find(text, range.first, range.second, matches);
        return cutAtMatches(range, matches, step.behavior, step.invert, out);
    }
    case SplitKind::Metaspace:
    case SplitKind::ByteLevel:
        return;
    }
}

/// A text that is made anew, word by word.
struct Rewriting {
    std::string storage;
    std::vector<uint32_t> origins;
    Ranges ranges;
    bool wantOrigins;

    void add(const Words& words, std::string_view more, size_t from)
    {
        storage += more;
        if (wantOrigins)
            origins.resize(storage.size(), words.origins[from]);
    }
    void finish(Words& words)
    {
        words.storage = std::move(storage);
        words.origins = std::move(origins);
        words.ranges = std::move(ranges);
        words.text = words.storage;
    }
};

/// Each word cut by the expression, its bytes as characters.
void applyByteLevel(const PreTokenizerStep& step, Words& words)
{
    Rewriting made{{}, {}, {}, !words.origins.empty()};
    std::string withSpace;
    for (const auto& [begin, end] : words.ranges) {
        std::string_view word = words.text.substr(begin, end - begin);
        const bool spaceAdded = step.addPrefixSpace && word[0] != ' ';
        if (spaceAdded)
            word = withSpace.assign(1, ' ').append(word);
        for (size_t at = 0; at < word.size();) {
            const size_t behind = wordEnd(step.pattern, word, at), start = made.storage.size();
            for (; at < behind; ++at) // an added space counts as the character it stands before
                made.add(words, byteToCharacter(static_cast<unsigned char>(word[at])),
                         begin + at - (spaceAdded && at > 0 ? 1 : 0));
            made.ranges.push_back({start, made.storage.size()});
        }
    }
    made.finish(words);
}

/// Spaces become the replacement, which is put before each word that does not start with it.
void applyMetaspace(const PreTokenizerStep& step, bool startsText, Words& words)
{
    Rewriting made{{}, {}, {}, !words.origins.empty()};
    made.storage.reserve(words.text.size() + words.text.size() / 2 + step.text.size());
    for (const auto& [begin, end] : words.ranges) {
        size_t start = made.storage.size();
        const bool first = made.wantOrigins ? words.origins[begin] == 0 : startsText && begin == 0;
        const bool has = words.text[begin] == ' ' || words.text.substr(begin, end - begin).starts_with(step.text);
        if (!has && (step.prepend == PrependScheme::Always || (step.prepend == PrependScheme::First && first)))
            made.add(words, step.text, begin);
        for (size_t at = begin; at < end;) {
            if (words.text[at] == ' ') {
                made.add(words, step.text, at++);
                continue;
            }
            const size_t next = std::min(words.text.find(' ', at), end);
            if (!made.wantOrigins) {
                made.storage += words.text.substr(at, next - at);
                at = next;
            }
            for (; at < next; ++at)
                made.add(words, words.text.substr(at, 1), at);
        }
        if (!step.split) {
            made.ranges.push_back({start, made.storage.size()});
            continue;
        }
        const std::string_view text = made.storage;
        for (size_t at = text.find(step.text, start + 1); at != std::string_view::npos;
             at = text.find(step.text, at + 1)) {
            made.ranges.push_back({start, at});
            start = at;
        }
        made.ranges.push_back({start, made.storage.size()});
    }
    made.finish(words);
}

} // namespace

bool PreTokenizer::asksForStart() const
{
    return std::any_of(m_steps.begin(), m_steps.end(), [](const PreTokenizerStep& step) {
        return step.kind == SplitKind::Metaspace && step.prepend == PrependScheme::First;
    });
}

void PreTokenizer::apply(std::string_view text, const uint32_t* origins, bool startsText, Words& out) const
{
    out.text = text;
    out.ranges.clear();
    out.origins.clear();
    if (origins)
        out.origins.assign(origins, origins + text.size());
    if (!text.empty())
        out.ranges.push_back({0, text.size()});
    for (const PreTokenizerStep& step : m_steps) {
        if (step.kind == SplitKind::Metaspace || step.kind == SplitKind::ByteLevel) {
            if (step.kind == SplitKind::Metaspace)
                applyMetaspace(step, startsText, out);
            else
                applyByteLevel(step, out);
            continue;
        }
        Ranges finer;
        for (const Range& range : out.ranges)
            cut(step, out.text, range, finer);
        out.ranges = std::move(finer);
    }
}

} // namespace fettle
