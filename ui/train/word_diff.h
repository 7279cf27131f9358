// SPDX-License-Identifier: GPL-3.0-or-later
// Which words of a text are new against an earlier one.
#pragma once

#include <QString>
#include <vector>

namespace fettle::ui
{

/// A stretch of text: UTF-16 offset and length.
struct TextSpan {
    int start = 0;
    int length = 0;
    friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

struct WordDiff {
    std::vector<TextSpan> newSpans; ///< in order; neighbouring new words and the space between them are one span
    int newWords = 0;
    int words = 0; ///< of the new text
};

/// The words (between white space) of a text.
std::vector<TextSpan> wordsOf(const QString& text);
/// New are the words that a longest common subsequence with `before` does not hold. Texts of more than some thousand
/// words are compared word for word from both ends.
WordDiff diffWords(const QString& before, const QString& after);

} // namespace fettle::ui
