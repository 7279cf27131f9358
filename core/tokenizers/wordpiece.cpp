// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/wordpiece.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

WordPiece::WordPiece(std::vector<std::string> pieces, WordPieceSettings wordPiece, PipelineSettings settings)
    : PipelineTokenizer(std::move(pieces), std::move(settings)), m_wordPiece(std::move(wordPiece)),
      m_unknown(pieceIds().at(m_wordPiece.unknownToken))
{
    if (m_unknown < 0)
        throw badInput(fmt::format("the vocabulary has no token for unknown words (\"{}\")", m_wordPiece.unknownToken),
                       "Add it to vocab.txt, or name another as unk_token in tokenizer_config.json.", "model");
    const std::string& prefix = m_wordPiece.continuing;
    for (size_t id = 0; id < this->pieces().size(); ++id) {
        const std::string_view piece = this->pieces()[id];
        m_longestPiece = std::max(m_longestPiece, piece.size());
        if (piece.starts_with(prefix) && piece.size() > prefix.size())
            m_continuing.insert(piece.substr(prefix.size()), int32_t(id));
    }
    finish();
}

void WordPiece::encodeWords(const Words& words, TokenSink& sink) const
{
    for (const auto& [begin, end] : words.ranges)
        encodeWord(words.text.substr(begin, end - begin), sink.offsets ? words.origins.data() + begin : nullptr, sink);
}

void WordPiece::encodeWord(std::string_view word, const uint32_t* origins, TokenSink& sink) const
{
    const auto add = [&](int32_t id, size_t begin, size_t end) {
        if (origins)
            sink.add(id, origins[begin], origins[end - 1] + 1);
        else
            sink.add(id);
    };
    const bool tooLong = word.size() > m_wordPiece.longestWord && countCodePoints(word) > m_wordPiece.longestWord;
    const size_t before = sink.ids.size();
    for (size_t begin = 0; begin < word.size() && !tooLong;) {
        const PieceMap& known = begin == 0 ? pieceIds() : m_continuing;
        size_t end = std::min(word.size(), begin + m_longestPiece);
        int32_t id = -1;
        for (; end > begin; --end)
            if (end == word.size() || unicode::startsCharacter(word[end]))
                if ((id = known.at(word.substr(begin, end - begin))) >= 0)
                    break;
        if (id < 0)
            break;
        add(id, begin, end);
        begin = end;
        if (begin == word.size())
            return;
    }
    sink.ids.resize(before); // one missing piece makes the whole word unknown
    if (sink.offsets)
        sink.offsets->resize(before);
    if (sink.spaces)
        sink.spaces->resize(before);
    add(m_unknown, 0, word.size());
}

} // namespace fettle
