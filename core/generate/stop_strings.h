// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that end the writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;

/// transformers' stop_strings: they are looked for in what the tokens say one behind the other, the prompt's last ones
/// included, whatever the borders between tokens are.
class StopStrings
{
public:
    StopStrings(const Tokenizer& tokenizer, std::vector<std::string> strings);
    /// Whether the last of `tokens` completes one.
    bool areCompletedBy(std::span<const int64_t> tokens) const;

private:
    const Tokenizer& m_tokenizer;
    std::vector<std::string> m_strings;
    size_t m_longest = 0; ///< bytes
};

} // namespace fettle
