// SPDX-License-Identifier: GPL-3.0-or-later
// The regular expressions of tokenizer.json, by Oniguruma, the engine that Hugging Face tokenizers uses, with the
// character classes of that program's version of Unicode.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fettle
{

class RegularExpression
{
public:
    /// Throws BadInput (subject "model") naming the expression and what is wrong with it.
    RegularExpression(const std::string& pattern, const std::string& source);
    /// As it was given.
    const std::string& pattern() const { return m_pattern; }

    /// Appends the matches in `text` (valid UTF-8) from byte `begin` to `end`, which are its ends for the expression;
    /// in order, empty ones too, but none where another ends. From several threads at once.
    void find(std::string_view text, size_t begin, size_t end, std::vector<std::pair<size_t, size_t>>& matches) const;

private:
    struct Compiled;
    std::string m_pattern;
    std::shared_ptr<const Compiled> m_compiled;
};

/// Classes by property (\p{L}, \w, \d) written out as ranges of code points; what is unknown stays.
std::string withOwnClasses(std::string_view pattern);

} // namespace fettle
