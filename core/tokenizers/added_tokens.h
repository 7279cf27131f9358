// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens that stand in the text as they are ("<|endoftext|>", "[MASK]"): found before the model cuts what is left.
#pragma once

#include "core/tokenizers/text_finder.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fettle
{

/// As in tokenizer.json.
struct AddedToken {
    std::string content;
    int32_t id = -1;
    bool special = false;
    bool singleWord = false; ///< only where no letter or digit touches it
    bool stripLeft = false;  ///< swallows white space before it
    bool stripRight = false;
    bool normalized = false; ///< looked for after normalization, else in the raw text
};

/// A part of a text: an added token (id >= 0) or what lies between two of them (id < 0).
struct TextPart {
    size_t begin, end; ///< bytes
    int32_t id;
};

class AddedTokens
{
public:
    /// Tokens of one content or id: the later wins. `normalize` is applied to the content of those that are normalized.
    explicit AddedTokens(std::vector<AddedToken> tokens = {},
                         const std::function<std::string(const std::string&)>& normalize = {});

    /// The parts of `text` in order (of two that overlap the second is an added token), for tokens looked for in raw
    /// (or normalized) text. Leftmost, then longest, as the reference.
    void split(std::string_view text, bool normalized, std::vector<TextPart>& parts) const;
    bool hasAny(bool normalized) const { return !m_finders[normalized].empty() || (normalized && m_blank); }

    /// None where `id` is no added token.
    const AddedToken* byId(int32_t id) const;
    const AddedToken* byContent(std::string_view content) const;
    const std::vector<AddedToken>& all() const { return m_tokens; }

private:
    std::vector<AddedToken> m_tokens;
    std::unordered_map<int32_t, size_t> m_byId;
    std::unordered_map<std::string, size_t> m_byContent;
    std::array<TextFinder, 2> m_finders; ///< for raw and for normalized text; patterns are places in m_tokens
    std::optional<uint32_t> m_blank;     ///< of m_tokens: the first one of which normalization leaves nothing
};

} // namespace fettle
