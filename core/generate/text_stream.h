// SPDX-License-Identifier: GPL-3.0-or-later
// Turns tokens that come one by one into text, whole characters at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;

/// A token alone may be half a character, and how it reads may depend on its neighbours (SentencePiece's spaces), so
/// a short window is decoded and what has grown is given out.
class TextStream
{
public:
    /// `prompt` is what stands before; its text is not given out.
    TextStream(const Tokenizer& tokenizer, const std::vector<int64_t>& prompt);
    /// The text that `id` completed; empty while a character is incomplete. Special tokens have none.
    std::string add(int32_t id);
    /// What is left at the end: U+FFFD for a character that was never completed.
    std::string finish();

private:
    std::string grown(bool evenIncomplete);

    const Tokenizer& m_tokenizer;
    std::vector<int32_t> m_window; ///< tokens whose text was given out, then those that wait
    size_t m_given = 0;            ///< so many of the window were given out
};

} // namespace fettle
