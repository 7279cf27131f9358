// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/masking.h"

#include "core/data/random_source.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{

MaskDraw untouched(const MaskPlaces& places)
{
    const size_t count = places.maskable.size();
    return {std::vector<MaskFate>(count, MaskFate::Untouched), std::vector<int32_t>(count, 0)};
}

/// [rows, width] draws of 0 or 1. Tensors of probabilities throughout: with one number bernoulli draws by another
/// algorithm.
at::Tensor drawEach(const MaskPlaces& places, double probability, RandomSource& random,
                    const std::vector<uint8_t>* only = nullptr)
{
    at::Tensor probabilities =
        at::full({places.rows, places.width}, probability, at::TensorOptions().dtype(at::kFloat));
    float* of = probabilities.mutable_data_ptr<float>();
    for (size_t i = 0; only != nullptr && i < only->size(); ++i)
        if (!(*only)[i])
            of[i] = 0;
    return at::bernoulli(probabilities, random.generator());
}

/// A span's words: Geo(0.2), more than ten left out.
int drawSpanLength(RandomSource& random)
{
    constexpr double stops = 0.2;
    constexpr int most = 10;
    const double all = 1 - std::pow(1 - stops, most);
    const double length = std::ceil(std::log1p(-random.uniform() * all) / std::log1p(-stops));
    return std::clamp(static_cast<int>(length), 1, most);
}

/// The spans of one row, over its tokens that may be hidden.
class SpanRow
{
public:
    SpanRow(const MaskPlaces& places, int64_t row)
    {
        const auto begin = static_cast<size_t>(row * places.width), end = begin + static_cast<size_t>(places.width);
        for (size_t place = begin; place < end; ++place)
            if (places.maskable[place])
                tokens.push_back({place, places.wordStarts[place] != 0, place == begin || !places.maskable[place - 1]});
    }

    struct Token {
        size_t place;
        bool startsWord;
        bool startsRun; ///< what stands before it is never hidden
    };
    std::vector<Token> tokens;

    size_t wordBegin(size_t token) const
    {
        while (token > 0 && !tokens[token].startsWord)
            --token;
        return token;
    }
    /// The token after `words` words from this one on, or after the last before a special token.
    size_t spanEnd(size_t token, int words) const
    {
        size_t end = token + 1;
        for (; end < tokens.size() && !tokens[end].startsRun; ++end)
            if (tokens[end].startsWord && --words == 0)
                break;
        return end;
    }
};

} // namespace

MaskRule maskRule(const TrainArgs& arguments)
{
    const MaskKind kind = arguments.mask_kind == "whole_word" ? MaskKind::WholeWord
                          : arguments.mask_kind == "span"     ? MaskKind::Span
                                                              : MaskKind::Token;
    return {kind, arguments.mlm_probability};
}

Masker::Masker(const MaskingOptions& options, RandomSource& random) : m_options(options), m_random(random) {}

MaskDraw Masker::draw(const MaskPlaces& places)
{
    switch (m_options.rule.kind) {
    case MaskKind::WholeWord:
        return drawWords(places);
    case MaskKind::Span:
        return drawSpans(places);
    case MaskKind::Token:
        break;
    }
    return drawTokens(places);
}

MaskDraw Masker::drawTokens(const MaskPlaces& places)
{
    const at::Tensor graded = drawEach(places, m_options.rule.probability, m_random, &places.maskable);
    const at::Tensor hidden = drawEach(places, 0.8, m_random);
    const at::Tensor replaced = drawEach(places, 0.5, m_random);
    const at::Tensor words = at::randint(m_options.vocabularySize, {places.rows, places.width}, m_random.generator(),
                                         at::TensorOptions().dtype(at::kLong));

    const float* isGraded = graded.const_data_ptr<float>();
    const float* isHidden = hidden.const_data_ptr<float>();
    const float* isReplaced = replaced.const_data_ptr<float>();
    const int64_t* word = words.const_data_ptr<int64_t>();
    MaskDraw draw = untouched(places);
    for (size_t i = 0; i < draw.fates.size(); ++i) {
        draw.replacement[i] = static_cast<int32_t>(word[i]);
        if (isGraded[i] == 0)
            continue;
        draw.fates[i] = isHidden[i] != 0 ? MaskFate::Hidden : isReplaced[i] != 0 ? MaskFate::Replaced : MaskFate::Kept;
    }
    return draw;
}

MaskDraw Masker::drawWords(const MaskPlaces& places)
{
    const at::Tensor graded = drawEach(places, m_options.rule.probability, m_random, &places.wordStarts);
    drawEach(places, 1, m_random); // whether a token is hidden: always, and drawn nevertheless
    const float* isGraded = graded.const_data_ptr<float>();
    MaskDraw draw = untouched(places);
    bool hides = false;
    for (size_t i = 0; i < draw.fates.size(); ++i) {
        if (places.wordStarts[i])
            hides = isGraded[i] != 0;
        if (places.maskable[i] && hides)
            draw.fates[i] = MaskFate::Hidden;
    }
    return draw;
}

MaskDraw Masker::drawSpans(const MaskPlaces& places)
{
    MaskDraw draw = untouched(places);
    const auto taken = [&](const SpanRow::Token& token) { return draw.fates[token.place] != MaskFate::Untouched; };
    for (int64_t row = 0; row < places.rows; ++row) {
        const SpanRow spans(places, row);
        const auto count = static_cast<double>(spans.tokens.size());
        auto left = static_cast<int64_t>(std::ceil(m_options.rule.probability * count));
        while (left > 0) {
            const int words = drawSpanLength(m_random);
            const auto anchor = static_cast<size_t>(m_random.uniform() * count);
            if (taken(spans.tokens[anchor]))
                continue;
            const size_t begin = spans.wordBegin(anchor), end = spans.spanEnd(begin, words);
            const double chance = m_random.uniform();
            const MaskFate fate = chance < 0.8 ? MaskFate::Hidden : chance < 0.9 ? MaskFate::Replaced : MaskFate::Kept;
            for (size_t i = begin; i < end && left > 0; ++i) {
                if (taken(spans.tokens[i]))
                    continue;
                const size_t place = spans.tokens[i].place;
                draw.fates[place] = fate;
                if (fate == MaskFate::Replaced)
                    draw.replacement[place] =
                        static_cast<int32_t>(m_random.uniform() * static_cast<double>(m_options.vocabularySize));
                --left;
            }
        }
    }
    return draw;
}

} // namespace fettle
