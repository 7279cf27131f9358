// SPDX-License-Identifier: GPL-3.0-or-later
// The normalizer that SentencePiece models bring along (precompiled_charsmap): texts and what stands for them.
// Source: the double-array trie of Darts-clone, as SentencePiece writes it; applied as Hugging Face tokenizers does.
#pragma once

#include "core/tokenizers/unicode.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class CharacterMap
{
public:
    /// `bytes` as in a SentencePiece model. Throws BadInput (subject "model") where they are no such map.
    CharacterMap(std::string bytes, const std::string& source);
    CharacterMap(const CharacterMap&) = delete;
    CharacterMap& operator=(const CharacterMap&) = delete;

    /// Cluster by cluster where a cluster is short, else character by character; `text` is valid UTF-8. The changes are
    /// counted as in unicode::NormalCharacter. Nothing where nothing changes.
    std::optional<std::vector<unicode::NormalCharacter>> apply(std::string_view text) const;

private:
    std::optional<std::string_view> find(std::string_view text) const;

    std::string m_bytes;
    size_t m_units = 0;         ///< of the trie, 4 bytes each behind the first 4 bytes
    std::string_view m_targets; ///< texts with a NUL behind each
};

/// Throws BadInput (subject "model") for what is no Base64.
std::string decodeBase64(std::string_view text, const std::string& source);

} // namespace fettle
