// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/adamw8bit.h"

#include "core/nn/kernels/kernels.h"
#include "core/optim/dynamic_map.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/bucketize.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/zeros.h>

namespace fettle
{

namespace
{

constexpr int64_t momentBlock = ByteMoment::blockSize;
constexpr int64_t leastInBlocks = 4096; // torchao's and bitsandbytes' (min_8bit_size)

int64_t blocksOf(int64_t numel)
{
    return (numel + momentBlock - 1) / momentBlock;
}

} // namespace

AdamW8bit::AdamW8bit(Arena& arena, const AdamWOptions& options, BlockRule rule)
    : Optimizer(arena, options.maxGradNorm), m_options(options), m_rule(rule)
{
    if (rule == BlockRule::Torchao) {
        m_first = {"exp_avg_codes", "exp_avg_scale", "exp_avg", true, {}, {}, {}};
        m_second = {"exp_avg_sq_codes", "exp_avg_sq_scale", "exp_avg_sq", false, {}, {}, {}};
    } else {
        m_first = {"state1", "absmax1", "state1", true, {}, {}, {}};
        m_second = {"state2", "absmax2", "state2", false, {}, {}, {}};
    }
    layOut();
}

const char* AdamW8bit::name() const
{
    return m_rule == BlockRule::Torchao ? "adamw_torch_8bit" : "adamw_8bit";
}

bool AdamW8bit::isInBlocks(const Arena::Entry& parameter) const
{
    return parameter.numel >= leastInBlocks &&
           (m_rule == BlockRule::Torchao ? parameter.numel % momentBlock == 0 : !isEmbedding(parameter.traits.role));
}

void AdamW8bit::layOut()
{
    int64_t codes = 0, blocks = 0, floats = 0;
    for (const Arena::Entry& parameter : m_arena.entries()) {
        if (!parameter.trains)
            continue;
        const bool inBlocks = isInBlocks(parameter);
        m_places.push_back({&parameter, inBlocks, inBlocks ? codes : floats, blocks});
        (inBlocks ? codes : floats) += parameter.numel;
        blocks += inBlocks ? blocksOf(parameter.numel) : 0;
    }
    size_t place = 0;
    for (const Chunk& chunk : chunks()) { // chunks are in the arena's order too
        while (chunk.offset >= m_places[place].parameter->offset + m_places[place].parameter->numel)
            ++place;
        m_placeOf.push_back(&m_places[place]);
    }
    const at::TensorOptions options = m_arena.master().options();
    for (Moment* moment : {&m_first, &m_second}) {
        moment->codes = at::zeros({codes}, options.dtype(at::kByte));
        moment->scales = at::zeros({blocks}, options.dtype(at::kFloat));
        moment->floats = at::zeros({floats}, options);
    }
}

std::vector<OptimizerState> AdamW8bit::state()
{
    std::vector<OptimizerState> states;
    for (const Moment* moment : {&m_first, &m_second})
        for (const Place& place : m_places) {
            const Arena::Entry& of = *place.parameter;
            const auto add = [&](const char* key, const at::Tensor& part) { states.push_back({key, &of, part}); };
            if (place.inBlocks) {
                add(moment->codesKey, moment->codes.narrow(0, place.at, of.numel).view(of.shape));
                add(moment->scalesKey, moment->scales.narrow(0, place.block, blocksOf(of.numel)));
            } else {
                add(moment->floatsKey, moment->floats.narrow(0, place.at, of.numel).view(of.shape));
            }
        }
    return states;
}

double AdamW8bit::step(double learningRate)
{
    if (!onProcessor())
        return stepInPlainForm(learningRate);
    ++m_steps;
    const double norm = stepOnProcessor(learningRate);
    m_arena.takeMaster();
    return norm;
}

double AdamW8bit::stepInPlainForm(double learningRate)
{
    ++m_steps;
    const double norm = stepPlain(learningRate);
    m_arena.takeMaster();
    return norm;
}

double AdamW8bit::stepOnProcessor(double learningRate)
{
    auto* values = m_arena.master().mutable_data_ptr<float>();
    auto* gradients = m_arena.gradients().mutable_data_ptr<float>();
    const double norm = gradientNorm();
    const AdamWNumbers plain = adamwNumbers(m_options, learningRate, m_steps, clipFactor(norm), false);
    const AdamWNumbers decaying = adamwNumbers(m_options, learningRate, m_steps, clipFactor(norm), true);
    const auto blocksAt = [](const Moment& moment, const Place& place, int64_t from) {
        return ByteMoment{moment.codes.mutable_data_ptr<uint8_t>() + place.at + from,
                          moment.scales.mutable_data_ptr<float>() + place.block + from / momentBlock,
                          &dynamicMap(moment.isSigned)};
    };
    at::parallel_for(0, static_cast<int64_t>(chunks().size()), 4, [&](int64_t first, int64_t last) {
        for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(last); ++i) {
            const Chunk& chunk = chunks()[i];
            const Place& place = *m_placeOf[i];
            const int64_t from = chunk.offset - place.parameter->offset; // a multiple of momentBlock
            float *value = values + chunk.offset, *gradient = gradients + chunk.offset;
            const AdamWNumbers& numbers = chunk.decays ? decaying : plain;
            if (place.inBlocks)
                kernels().adamw8bit(value, gradient, blocksAt(m_first, place, from), blocksAt(m_second, place, from),
                                    chunk.length, numbers);
            else
                kernels().adamw(value, gradient, m_first.floats.mutable_data_ptr<float>() + place.at + from,
                                m_second.floats.mutable_data_ptr<float>() + place.at + from, chunk.length, numbers);
        }
    });
    return norm;
}

/// Flat; a view of what is kept in floats.
at::Tensor AdamW8bit::numbersOf(const Moment& moment, const Place& place) const
{
    const int64_t numel = place.parameter->numel, blocks = blocksOf(numel);
    if (!place.inBlocks)
        return moment.floats.narrow(0, place.at, numel);
    const at::Tensor values = dynamicMapTensor(moment.isSigned).to(moment.codes.device());
    const at::Tensor scales = moment.scales.narrow(0, place.block, blocks).repeat_interleave(momentBlock);
    return values.index_select(0, moment.codes.narrow(0, place.at, numel).to(at::kInt))
        .mul_(scales.narrow(0, 0, numel));
}

void AdamW8bit::keep(const Moment& moment, const Place& place, const at::Tensor& numbers) const
{
    if (!place.inBlocks)
        return; // `numbers` is what is kept
    const int64_t numel = numbers.numel(), blocks = blocksOf(numel);
    const at::Tensor whole =
        at::constant_pad_nd(numbers, {0, blocks * momentBlock - numel}).view({blocks, momentBlock});
    const at::Tensor scales = whole.abs().amax(1).clamp_min_(1e-12);
    auto& boundaries = const_cast<std::array<float, 255>&>(codeBoundaries(moment.isSigned)); // from_blob reads alone
    const at::Tensor edges = at::from_blob(boundaries.data(), {255}, at::kFloat).to(numbers.device());
    const at::Tensor codes = at::bucketize(whole / scales.unsqueeze(1), edges, /*out_int32=*/true, /*right=*/true);
    moment.codes.narrow(0, place.at, numel).copy_(codes.view(-1).narrow(0, 0, numel));
    moment.scales.narrow(0, place.block, blocks).copy_(scales);
}

double AdamW8bit::stepPlain(double learningRate)
{
    const double norm = gradientNorm();
    m_arena.gradients().mul_(clipFactor(norm));
    const AdamWNumbers numbers = adamwNumbers(m_options, learningRate, m_steps, 1, false);
    for (const Place& place : m_places) {
        const Arena::Entry& parameter = *place.parameter;
        const at::Tensor value = m_arena.master().narrow(0, parameter.offset, parameter.numel);
        const at::Tensor gradient = m_arena.gradients().narrow(0, parameter.offset, parameter.numel);
        const at::Tensor first = numbersOf(m_first, place), second = numbersOf(m_second, place);
        first.lerp_(gradient, 1 - m_options.beta1);
        second.lerp_(gradient * gradient, 1 - m_options.beta2);
        if (parameter.traits.decays)
            value.mul_(1 - learningRate * m_options.weightDecay);
        value.addcdiv_(first, (at::sqrt(second) / numbers.secondCorrection).add_(numbers.epsilon), -numbers.stepSize);
        keep(m_first, place, first);
        keep(m_second, place, second);
    }
    m_arena.zeroGradients();
    return norm;
}

} // namespace fettle
