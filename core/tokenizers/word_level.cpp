// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/word_level.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace fettle
{

WordLevel::WordLevel(std::vector<std::string> pieces, const std::string& unknownToken, PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_unknown(pieceIds().at(unknownToken))
{
    if (m_unknown < 0)
        throw badInput(fmt::format("the vocabulary has no token for unknown words (\"{}\")", unknownToken),
                       "The model's unk_token in tokenizer.json has to be one of its vocabulary.", "model");
    finish();
}

void WordLevel::encodeWords(const Words& words, TokenSink& sink) const
{
    for (const auto& [begin, end] : words.ranges) {
        const int32_t known = pieceIds().at(words.text.substr(begin, end - begin)), id = known < 0 ? m_unknown : known;
        if (sink.offsets)
            sink.add(id, words.origins[begin], words.origins[end - 1] + 1);
        else
            sink.add(id);
    }
}

} // namespace fettle
