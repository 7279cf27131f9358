// SPDX-License-Identifier: GPL-3.0-or-later
// The decoders of tokenizer.json: what makes text of tokens.
#pragma once

#include "core/tokenizers/regular_expression.h"

#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct DecoderStep {
    enum class Kind { Replace, ByteFallback, Fuse, Strip, Metaspace, WordPiece, Suffix, ByteLevel, Ctc };
    Kind kind = Kind::Fuse;
    std::string from = {}, to = {}; ///< Replace; Strip: what goes; Metaspace, WordPiece, Suffix: the mark; Ctc: the
                                    ///< padding and what stands for a space
    size_t start = 0, stop = 0;     ///< Strip: how many at the most
    bool flag = true;               ///< Metaspace: the first mark vanishes; WordPiece, Ctc: clean up
    std::shared_ptr<const RegularExpression> expression = {}; ///< Replace: instead of `from`
};

class TokenDecoder
{
public:
    TokenDecoder() = default;
    TokenDecoder(std::vector<DecoderStep> steps) : m_steps(std::move(steps)) {}

    /// Without any step the tokens are joined with spaces, as the reference does.
    std::string decode(std::vector<std::string> tokens) const;
    /// One token as people read it: marks of spaces are spaces, "<0x41>" is "A", "<0xC3>" half a character.
    std::string readable(std::string token) const;

private:
    std::vector<DecoderStep> m_steps;
};

/// The reference's cleanup of WordPiece tokens, token by token: " n't" becomes "n't".
void cleanUpToken(std::string& token);

} // namespace fettle
