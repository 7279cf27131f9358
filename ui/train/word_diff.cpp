// SPDX-License-Identifier: GPL-3.0-or-later
// Which words of a text are new against an earlier one.
#include "ui/train/word_diff.h"

#include <QStringView>
#include <algorithm>
#include <cstdint>

namespace fettle::ui
{

namespace
{

/// For every word of `after`, whether the longest common subsequence with `before` holds it.
std::vector<bool> commonWords(const std::vector<QStringView>& before, const std::vector<QStringView>& after)
{
    std::vector<bool> common(after.size(), false);
    size_t head = 0, tailBefore = before.size(), tailAfter = after.size();
    while (head < tailBefore && head < tailAfter && before[head] == after[head])
        common[head++] = true;
    while (tailBefore > head && tailAfter > head && before[tailBefore - 1] == after[tailAfter - 1]) {
        common[--tailAfter] = true;
        --tailBefore;
    }
    const size_t rows = tailBefore - head, columns = tailAfter - head;
    if (rows == 0 || columns == 0 || rows * columns > 16'000'000)
        return common;
    std::vector<uint16_t> length((rows + 1) * (columns + 1), 0);
    const auto at = [&](size_t r, size_t c) -> uint16_t& { return length[r * (columns + 1) + c]; };
    for (size_t r = rows; r-- > 0;)
        for (size_t c = columns; c-- > 0;)
            at(r, c) = before[head + r] == after[head + c] ? uint16_t(at(r + 1, c + 1) + 1)
                                                           : std::max(at(r + 1, c), at(r, c + 1));
    for (size_t r = 0, c = 0; r < rows && c < columns;) {
        if (before[head + r] == after[head + c]) {
            common[head + c] = true;
            ++r, ++c;
        } else if (at(r + 1, c) >= at(r, c + 1)) {
            ++r;
        } else {
            ++c;
        }
    }
    return common;
}

std::vector<QStringView> views(const QString& text, const std::vector<TextSpan>& words)
{
    std::vector<QStringView> result;
    result.reserve(words.size());
    for (const TextSpan& word : words)
        result.push_back(QStringView(text).mid(word.start, word.length));
    return result;
}

} // namespace

std::vector<TextSpan> wordsOf(const QString& text)
{
    std::vector<TextSpan> words;
    for (int i = 0; i < text.size();) {
        while (i < text.size() && text[i].isSpace())
            ++i;
        const int start = i;
        while (i < text.size() && !text[i].isSpace())
            ++i;
        if (i > start)
            words.push_back({start, i - start});
    }
    return words;
}

WordDiff diffWords(const QString& before, const QString& after)
{
    const std::vector<TextSpan> words = wordsOf(after);
    const std::vector<bool> common = commonWords(views(before, wordsOf(before)), views(after, words));
    WordDiff diff;
    diff.words = int(words.size());
    for (size_t i = 0; i < words.size(); ++i) {
        if (common[i])
            continue;
        ++diff.newWords;
        const int end = words[i].start + words[i].length;
        if (i > 0 && !common[i - 1])
            diff.newSpans.back().length = end - diff.newSpans.back().start;
        else
            diff.newSpans.push_back(words[i]);
    }
    return diff;
}

} // namespace fettle::ui
