// SPDX-License-Identifier: GPL-3.0-or-later
// The pre-tokenizers of tokenizer.json that cut normalized text into words, one after the other.
#pragma once

#include "core/tokenizers/regular_expression.h"
#include "core/tokenizers/word_splitter.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// What happens to the characters that a cut is made at.
enum class CutBehavior { Removed, Isolated, Contiguous, MergedWithPrevious, MergedWithNext };

/// Metaspace: where "▁" is put before a text that does not start with one.
enum class PrependScheme { Never, First, Always };

struct PreTokenizerStep {
    enum class Kind {
        Words,
        Spaces,
        Bert,
        Punctuation,
        Digits,
        SingleDigits,
        Text,
        Pattern,
        Expression,
        Metaspace,
        ByteLevel
    };
    Kind kind = Kind::Words;
    CutBehavior behavior = CutBehavior::Isolated; ///< Punctuation, Text, Expression
    std::string text = {};                        ///< Text: what is looked for; Metaspace: what stands for a space
    SplitPattern pattern = SplitPattern::None;    ///< Pattern, ByteLevel
    PrependScheme prepend = PrependScheme::Always;
    bool split = true;                                        ///< Metaspace: a word begins at every replacement
    std::shared_ptr<const RegularExpression> expression = {}; ///< Expression
    bool invert = false;                                      ///< Text, Expression: what lies between counts as found
    bool addPrefixSpace = false; ///< ByteLevel: a space before each word that starts with none
};

/// Words of a text that may have been rewritten on the way.
struct Words {
    std::string_view text; ///< of `storage`, or what was given
    std::string storage;
    std::vector<uint32_t> origins;                 ///< for each byte of `text`, only if asked
    std::vector<std::pair<size_t, size_t>> ranges; ///< bytes, in order, none empty
};

class PreTokenizer
{
public:
    PreTokenizer() = default;
    PreTokenizer(std::vector<PreTokenizerStep> steps) : m_steps(std::move(steps)) {}

    /// `origins` for the bytes of `text` (null: not wanted); `startsText`: nothing of the original stands before it.
    void apply(std::string_view text, const uint32_t* origins, bool startsText, Words& out) const;
    bool empty() const { return m_steps.empty(); }
    const std::vector<PreTokenizerStep>& steps() const { return m_steps; }
    /// Whether a step asks if a word stands at the very start of the text; behind other steps only origins tell it.
    bool asksForStart() const;

private:
    std::vector<PreTokenizerStep> m_steps;
};

} // namespace fettle
