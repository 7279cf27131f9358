// SPDX-License-Identifier: GPL-3.0-or-later
// BERT's cleaning of text: control characters, white space, Chinese characters, accents, lower case.
#pragma once

#include "core/tokenizers/normalized_text.h"

namespace fettle
{

struct BertNormalizer {
    bool cleanText = true;
    bool chineseCharacters = true; ///< each gets spaces around it
    bool stripAccents = true;
    bool lowercase = true;

    /// As PipelineTokenizer::normalize.
    void apply(std::string_view part, uint32_t firstCodePoint, bool wantOrigins, NormalizedText& out) const;
};

} // namespace fettle
