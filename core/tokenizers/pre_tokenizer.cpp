// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/pre_tokenizer.h"

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

/// Places that match, and what `behavior` makes of them and of what lies between.
void cutAtMatches(Range range, const Ranges& matches, CutBehavior behavior, Ranges& out)
{
    Ranges parts; // alternating: between, match, between, …
    std::vector<bool> isMatch;
    size_t done = range.first;
    for (const Range& match : matches) {
        if (done < match.first) {
            parts.push_back({done, match.first});
            isMatch.push_back(false);
        }
        parts.push_back(match);
        isMatch.push_back(true);
        done = match.second;
    }
    if (done < range.second) {
        parts.push_back({done, range.second});
        isMatch.push_back(false);
    }
    const auto glue = [&](size_t end) { out.back().second = end; };
    for (size_t i = 0; i < parts.size(); ++i) {
        const bool after = i > 0;
        switch (behavior) {
        case CutBehavior::Removed:
            if (!isMatch[i])
                out.push_back(parts[i]);
            break;
        case CutBehavior::Isolated:
            out.push_back(parts[i]);
            break;
        case CutBehavior::Contiguous:
            if (after && isMatch[i] && isMatch[i - 1])
                glue(parts[i].second);
            else
                out.push_back(parts[i]);
            break;
        case CutBehavior::MergedWithPrevious:
            if (after && isMatch[i] && !isMatch[i - 1])
                glue(parts[i].second);
            else
                out.push_back(parts[i]);
            break;
        case CutBehavior::MergedWithNext:
            if (after && !isMatch[i] && isMatch[i - 1])
                glue(parts[i].second);
            else
                out.push_back(parts[i]);
            break;
        }
    }
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
    for (size_t at = text.find(wanted, range.first); at + wanted.size() <= range.second;
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
        return cutAtMatches(range, charactersOf(text, range, unicode::BertPunctuation), step.behavior, out);
    case SplitKind::Digits:
        return cutAtMatches(range, charactersOf(text, range, unicode::Number), CutBehavior::Contiguous, out);
    case SplitKind::SingleDigits:
        return cutAtMatches(range, charactersOf(text, range, unicode::Number), CutBehavior::Isolated, out);
    case SplitKind::Text:
        return cutAtMatches(range, placesOf(text, range, step.text), step.behavior, out);
    case SplitKind::Pattern: {
        const std::string_view part = text.substr(range.first, range.second - range.first);
        for (size_t at = 0, end; at < part.size(); at = end) {
            end = wordEnd(step.pattern, part, at);
            out.push_back({range.first + at, range.first + end});
        }
        return;
    }
    case SplitKind::Metaspace:
        return;
    }
}

/// Spaces become the replacement, which is put before each word that does not start with it.
void applyMetaspace(const PreTokenizerStep& step, bool startsText, Words& words)
{
    std::string storage;
    std::vector<uint32_t> origins;
    Ranges ranges;
    storage.reserve(words.text.size() + words.text.size() / 2 + step.text.size());
    const bool wantOrigins = !words.origins.empty();
    const auto add = [&](std::string_view more, size_t from) {
        storage += more;
        if (wantOrigins)
            origins.resize(storage.size(), words.origins[from]);
    };
    for (const auto& [begin, end] : words.ranges) {
        size_t start = storage.size();
        const bool first = startsText && begin == 0;
        const bool has = words.text[begin] == ' ' || words.text.substr(begin, end - begin).starts_with(step.text);
        if (!has && (step.prepend == PrependScheme::Always || (step.prepend == PrependScheme::First && first)))
            add(step.text, begin);
        for (size_t at = begin; at < end;) {
            if (words.text[at] == ' ') {
                add(step.text, at++);
                continue;
            }
            size_t next = std::min(words.text.find(' ', at), end);
            if (!wantOrigins) {
                storage += words.text.substr(at, next - at);
            } else {
                for (size_t i = at; i < next; ++i)
                    add(words.text.substr(i, 1), i);
            }
            at = next;
        }
        if (!step.split) {
            ranges.push_back({start, storage.size()});
            continue;
        }
        const std::string_view made = storage;
        for (size_t at = made.find(step.text, start + 1); at != std::string_view::npos;
             at = made.find(step.text, at + 1)) {
            ranges.push_back({start, at});
            start = at;
        }
        ranges.push_back({start, storage.size()});
    }
    words.storage = std::move(storage);
    words.origins = std::move(origins);
    words.ranges = std::move(ranges);
    words.text = words.storage;
}

} // namespace

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
        if (step.kind == SplitKind::Metaspace) {
            applyMetaspace(step, startsText, out);
            continue;
        }
        Ranges finer;
        for (const Range& range : out.ranges)
            cut(step, out.text, range, finer);
        out.ranges = std::move(finer);
    }
}

} // namespace fettle
