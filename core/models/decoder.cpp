// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/decoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <cmath>
#include <numeric>

namespace fettle
{

Var DecoderBlock::operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
{
    if (order == Order::After) {
        const Var y = norm(tape, attention(tape, x, input, layer, x));
        return second(tape, mlp(tape, y, y));
    }
    const Var normed = norm(tape, x);
    if (order == Order::BeforeAll) {
        const Var y = second(tape, attention(tape, normed, input, layer, normed));
        return mlp(tape, y, y);
    }
    if (order == Order::Parallel || order == Order::ParallelOneNorm) {
        const Var read = order == Order::Parallel ? second(tape, x) : normed;
        if (sumDropout == 0)
            return mlp(tape, read, attention(tape, normed, input, layer, x));
        return addDropout(tape, x, mlp(tape, read, attention(tape, normed, input, layer, nullptr)), sumDropout);
    }
    const Var y = attention(tape, normed, input, layer, x);
    return mlp(tape, second(tape, y), y);
}

Decoder::Decoder(const Scope& scope, const DecoderPlan& plan)
    : m_placesOffset(plan.placesOffset), m_countsTokens(plan.countsTokens), m_dropout(plan.dropout)
{
    const ModelFacts& facts = scope.facts();
    scope.form().gguf = plan.gguf;
    const Scope whole = scope.trunk(plan.trunk), trunk = plan.inner.empty() ? whole : whole / plan.inner;
    declareEmbeddings(trunk, plan, facts);
    const auto declareLast = [&](bool isFirst) {
        if (!plan.last.empty() && isFirst == plan.lastIsMadeFirst)
            m_last.emplace(trunk / plan.last, facts.hiddenSize, plan.epsilon, Role::OutputNorm);
    };
    declareLast(true);
    for (int64_t i = 0; i < facts.layers; ++i)
        m_blocks.push_back(makeBlock(trunk.layer(plan.layers, i), plan, i));
    declareLast(false);
    const Scope head = scope.head(plan.head);
    m_head = {head, m_words, plan.isTied};
    if (plan.headHasBias) {
        head.construct({{facts.vocabularySize}, true, 1 / std::sqrt(static_cast<double>(m_words.width()))});
        m_head.declareBias(head);
    }
}

void Decoder::declareEmbeddings(const Scope& scope, const DecoderPlan& plan, const ModelFacts& facts)
{
    const int64_t width = plan.wordsWidth > 0 ? plan.wordsWidth : facts.hiddenSize;
    m_words = {scope / plan.words, facts.vocabularySize, width, Role::Words, plan.padding};
    if (!plan.places.empty())
        m_places.emplace(scope / plan.places, facts.contextLength + plan.placesOffset, facts.hiddenSize,
                         Role::Positions);
    if (width != facts.hiddenSize) {
        m_projectOut.emplace(scope / "project_out", facts.hiddenSize, width, Role::HeadTransform,
                             LinearKind{.hasBias = false});
        m_projectIn.emplace(scope / "project_in", width, facts.hiddenSize, Role::WordsProjection,
                            LinearKind{.hasBias = false});
    }
    if (!plan.embeddingNorm.empty())
        m_embeddingNorm.emplace(scope / plan.embeddingNorm, facts.hiddenSize, plan.epsilon, Role::EmbeddingNorm);
}

DecoderBlock Decoder::makeBlock(const Scope& at, const DecoderPlan& plan, int64_t layer)
{
    const int64_t width = at.facts().hiddenSize;
    const bool isAfter = plan.order == DecoderBlock::Order::After;
    Attention::Options attention = plan.attention;
    attention.shape.window = plan.window(layer);
    DecoderBlock block{.order = plan.order, .sumDropout = plan.sumDropout};
    for (const char part : plan.parts) {
        if (part == 'n')
            block.norm = {at / plan.norm, width, plan.epsilon, isAfter ? Role::AttentionOutNorm : Role::AttentionNorm};
        else if (part == 'a')
            block.attention = {at / plan.attentionName, width, attention};
        else if (part == 'm')
            block.mlp = {plan.mlpName.empty() ? at : at / plan.mlpName, width, plan.mlp};
        else if (plan.order != DecoderBlock::Order::ParallelOneNorm)
            block.second = {at / plan.second, width, plan.epsilon, isAfter ? Role::MlpOutNorm : Role::MlpNorm};
    }
    return block;
}

at::Tensor Decoder::placesOf(const NetworkInput& input) const
{
    at::Tensor places = input.positions;
    if (m_countsTokens && input.sequences) {
        places = at::empty_like(places, at::kCPU);
        auto* place = places.mutable_data_ptr<int64_t>();
        for (size_t b = 0; b + 1 < input.sequences->cu.size(); ++b)
            std::iota(place + input.sequences->cu[b], place + input.sequences->cu[b + 1], int64_t{0});
        places = places.to(input.positions.device());
    }
    return m_placesOffset == 0 ? places : places + m_placesOffset;
}

Var Decoder::hidden(Tape& tape, const NetworkInput& input)
{
    std::vector<Lookup> lookups;
    const bool projects = m_projectIn.has_value();
    if (!projects)
        lookups.push_back(m_words(input.ids));
    if (m_places)
        lookups.push_back((*m_places)(placesOf(input)));
    Var x = lookups.empty() ? nullptr : embedding(tape, lookups);
    if (projects)
        x = addDropout(tape, x, (*m_projectIn)(tape, embedding(tape, {m_words(input.ids)})), 0);
    if (m_embeddingNorm)
        x = (*m_embeddingNorm)(tape, x);
    return runBlocks(tape, m_blocks, addDropout(tape, nullptr, x, m_dropout), input);
}

Var Decoder::top(Tape& tape, const Var& rows)
{
    const Var normed = m_last ? (*m_last)(tape, rows) : rows;
    return m_projectOut ? (*m_projectOut)(tape, normed) : normed;
}

} // namespace fettle
