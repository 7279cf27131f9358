// SPDX-License-Identifier: GPL-3.0-or-later
// Which words of a batch are hidden: as transformers' DataCollatorForLanguageModeling draws them, or spans.
#pragma once

#include "core/arguments/train_args.h"

#include <cstdint>
#include <vector>

namespace fettle
{

class RandomSource;

enum class MaskKind { Token, WholeWord, Span };

/// What is hidden, as mask_kind and mlm_probability say it.
struct MaskRule {
    MaskKind kind = MaskKind::Token;
    double probability = 0.15; ///< Token: of each token; WholeWord: of each word; Span: share of a row's tokens
};
MaskRule maskRule(const TrainArgs& arguments);

struct MaskingOptions {
    MaskRule rule;
    int32_t maskToken = 0;      ///< stands for a hidden one
    int64_t vocabularySize = 0; ///< a random word comes from all of it (the config's vocab_size)
};

/// The places [rows, width] of a padded batch, row by row.
struct MaskPlaces {
    int64_t rows = 0, width = 0;
    std::vector<uint8_t> maskable;   ///< 0 at special tokens and padding
    std::vector<uint8_t> wordStarts; ///< 1 where a word begins, at the least after each place that is not maskable
};

/// What became of one padded place.
enum class MaskFate : uint8_t { Untouched, Hidden, Replaced, Kept }; ///< all but Untouched are graded

struct MaskDraw {
    std::vector<MaskFate> fates;      ///< [rows*width]
    std::vector<int32_t> replacement; ///< [rows*width], where Replaced
};

/// The draws depend on what `random` (which must outlive it) gave before, on nothing else.
class Masker
{
public:
    Masker(const MaskingOptions& options, RandomSource& random);
    const MaskingOptions& options() const { return m_options; }

    /// Token: each by itself, hidden 80 of 100 times, a random word 10, as it is 10. Drawn as transformers does:
    /// bernoulli(probability or 0), bernoulli(0.8), bernoulli(0.5), randint(vocabulary).
    ///
    /// WholeWord: all tokens of a word, always hidden, drawn as transformers' whole_word_mask does:
    /// bernoulli(probability at a word's first token, else 0), bernoulli(1).
    ///
    /// Span: as SpanBERT (Joshi et al., arXiv:1907.10529, section 3.1). Spans of whole words, their length drawn from
    /// Geo(0.2) up to ten words and their place evenly, until ceil(probability x tokens of the row) are taken; a span
    /// as a whole is hidden 80 of 100 times, random words 10, as it is 10. No span goes over a special token. The draws
    /// are our own; equal to SpanBERT's in law.
    MaskDraw draw(const MaskPlaces& places);

private:
    MaskDraw drawTokens(const MaskPlaces& places);
    MaskDraw drawWords(const MaskPlaces& places);
    MaskDraw drawSpans(const MaskPlaces& places);

    MaskingOptions m_options;
    RandomSource& m_random;
};

} // namespace fettle
