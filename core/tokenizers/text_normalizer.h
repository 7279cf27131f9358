// SPDX-License-Identifier: GPL-3.0-or-later
// The normalizers of tokenizer.json, one after the other, with the way back to the original characters.
#pragma once

#include "core/tokenizers/bert_normalizer.h"
#include "core/tokenizers/character_map.h"
#include "core/tokenizers/regular_expression.h"

#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct NormalizerStep {
    enum class Kind {
        Nfc,
        Nfd,
        Nfkc,
        Nfkd,
        Lowercase,
        StripAccents,
        Strip,
        Prepend,
        Replace,
        Bert,
        Nmt,
        CharacterMap,
        ByteLevel
    };
    Kind kind = Kind::Nfc;
    std::string from = {}, to = {}; ///< Replace; Prepend puts `to` before a text that is there
    std::shared_ptr<const RegularExpression> expression = {}; ///< Replace: instead of `from`
    bool left = true, right = true;                           ///< Strip: on which side white space goes
    BertNormalizer bert = BertNormalizer();
    std::shared_ptr<const CharacterMap> map = {};
};

class TextNormalizer
{
public:
    TextNormalizer() = default;
    TextNormalizer(std::vector<NormalizerStep> steps) : m_steps(std::move(steps)) {}

    /// As PipelineTokenizer::normalize.
    void apply(std::string_view part, uint32_t firstCodePoint, bool wantOrigins, NormalizedText& out) const;
    const std::vector<NormalizerStep>& steps() const { return m_steps; }
    bool empty() const { return m_steps.empty(); }
    /// Whether the first character of a text may vanish, so that what comes first then stood further on.
    bool mayDropStart() const;

private:
    std::vector<NormalizerStep> m_steps;
};

} // namespace fettle
