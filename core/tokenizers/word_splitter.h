// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts text into the words that byte-level BPE works on: the regular expressions of GPT-2 and Llama 3, by hand.
#pragma once

#include <cstddef>
#include <string_view>

namespace fettle
{

enum class SplitPattern {
    None,        ///< the whole text is one word
    Gpt2,        ///< 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
    Llama3,      ///< numbers in groups of three, contractions in any case, line ends apart
    SingleDigits ///< as Llama3, numbers digit by digit (Qwen 2 and 3)
};

/// The end of the word that starts at byte `at` of valid UTF-8 (at < text.size()).
size_t wordEnd(SplitPattern pattern, std::string_view text, size_t at);

} // namespace fettle
