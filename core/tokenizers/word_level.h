// SPDX-License-Identifier: GPL-3.0-or-later
// WordLevel: every word is a token, or unknown.
#pragma once

#include "core/tokenizers/pipeline.h"

namespace fettle
{

class WordLevel : public PipelineTokenizer
{
public:
    /// Throws BadInput (subject "model") where the vocabulary lacks the unknown token.
    WordLevel(std::vector<std::string> pieces, const std::string& unknownToken, PipelineSettings settings);

    std::string kind() const override { return "WordLevel"; }

protected:
    void encodeWords(const Words& words, TokenSink& sink) const override;

private:
    int32_t m_unknown = -1;
};

} // namespace fettle
