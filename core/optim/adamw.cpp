// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/adamw.h"

#include "core/nn/kernels/kernels.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/zeros_like.h>
#include <cmath>

namespace fettle
{

AdamWNumbers adamwNumbers(const AdamWOptions& options, double learningRate, int64_t step, double clip, bool decays)
{
    AdamWNumbers numbers;
    if (decays)
        numbers.keep = static_cast<float>(1 - learningRate * options.weightDecay);
    numbers.gradScale = static_cast<float>(clip);
    numbers.firstRate = static_cast<float>(1 - options.beta1);
    numbers.beta2 = static_cast<float>(options.beta2);
    numbers.secondRate = static_cast<float>(1 - options.beta2);
    numbers.secondCorrection = static_cast<float>(std::sqrt(1 - std::pow(options.beta2, static_cast<double>(step))));
    numbers.epsilon = static_cast<float>(options.epsilon);
    numbers.stepSize = static_cast<float>(learningRate / (1 - std::pow(options.beta1, static_cast<double>(step))));
    return numbers;
}

AdamW::AdamW(Arena& arena, const AdamWOptions& options)
    : Optimizer(arena, options.maxGradNorm), m_options(options), m_first(at::zeros_like(arena.master())),
      m_second(at::zeros_like(arena.master()))
{
}

std::vector<OptimizerState> AdamW::state()
{
    std::vector<OptimizerState> states;
    appendFlat(states, "exp_avg", m_first);
    appendFlat(states, "exp_avg_sq", m_second);
    return states;
}

double AdamW::step(double learningRate)
{
    ++m_steps;
    const double norm = onProcessor() ? stepOnProcessor(learningRate) : stepPlain(learningRate);
    m_arena.takeMaster();
    return norm;
}

double AdamW::stepOnProcessor(double learningRate)
{
    auto* value = m_arena.master().mutable_data_ptr<float>();
    auto* grad = m_arena.gradients().mutable_data_ptr<float>();
    auto* first = m_first.mutable_data_ptr<float>();
    auto* second = m_second.mutable_data_ptr<float>();
    const double norm = gradientNorm();
    const AdamWNumbers plain = adamwNumbers(m_options, learningRate, m_steps, clipFactor(norm), false);
    const AdamWNumbers decaying = adamwNumbers(m_options, learningRate, m_steps, clipFactor(norm), true);
    at::parallel_for(0, static_cast<int64_t>(chunks().size()), 4, [&](int64_t from, int64_t to) {
        for (auto i = static_cast<size_t>(from); i < static_cast<size_t>(to); ++i) {
            const Chunk& chunk = chunks()[i];
            const int64_t at = chunk.offset;
            kernels().adamw(value + at, grad + at, first + at, second + at, chunk.length,
                            chunk.decays ? decaying : plain);
        }
    });
    return norm;
}

double AdamW::stepPlain(double learningRate)
{
    const at::Tensor grad = m_arena.gradients();
    const at::Tensor value = m_arena.master();
    const double norm = gradientNorm();
    grad.mul_(clipFactor(norm));
    if (m_options.weightDecay != 0) {
        if (!m_decays.defined()) {
            m_decays = at::zeros_like(value);
            for (const Chunk& chunk : chunks())
                m_decays.narrow(0, chunk.offset, chunk.length).fill_(chunk.decays ? 1.0 : 0.0);
        }
        value.mul_(1 - m_decays * (learningRate * m_options.weightDecay));
    }
    m_first.lerp_(grad, 1 - m_options.beta1);
    m_second.mul_(m_options.beta2).addcmul_(grad, grad, 1 - m_options.beta2);
    const auto step = static_cast<double>(m_steps);
    const at::Tensor denominator =
        (at::sqrt(m_second) / std::sqrt(1 - std::pow(m_options.beta2, step))).add_(m_options.epsilon);
    value.addcdiv_(m_first, denominator, -learningRate / (1 - std::pow(m_options.beta1, step)));
    grad.zero_();
    return norm;
}

} // namespace fettle
