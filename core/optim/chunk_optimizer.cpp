// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/chunk_optimizer.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>

namespace fettle
{

double ChunkOptimizer::step(double learningRate)
{
    ++m_steps;
    const double norm = gradientNorm(), clip = clipFactor(norm);
    const at::Tensor &values = m_arena.master(), &gradients = m_arena.gradients();
    const auto run = [&](int64_t from, int64_t to) {
        for (auto i = static_cast<size_t>(from); i < static_cast<size_t>(to); ++i) {
            const Chunk& chunk = chunks()[i];
            const at::Tensor value = values.narrow(0, chunk.offset, chunk.length);
            const at::Tensor gradient = gradients.narrow(0, chunk.offset, chunk.length);
            if (clip != 1)
                gradient.mul_(clip);
            if (chunk.decays && m_weightDecay != 0 && m_decay == Decay::Decoupled)
                value.mul_(1 - learningRate * m_weightDecay);
            else if (chunk.decays && m_weightDecay != 0)
                gradient.add_(value, m_weightDecay);
            update({value, gradient, chunk.offset, chunk.length}, learningRate);
            gradient.zero_();
        }
    };
    // A chunk at a time through all of the rule, so that it is read from memory once.
    if (values.device().is_cpu())
        at::parallel_for(0, static_cast<int64_t>(chunks().size()), 1, run);
    else
        run(0, static_cast<int64_t>(chunks().size()));
    m_arena.takeMaster();
    return norm;
}

std::vector<OptimizerState> ChunkOptimizer::state()
{
    std::vector<OptimizerState> states;
    for (const Memory& memory : m_memories)
        appendFlat(states, memory.key, memory.flat);
    return states;
}

at::Tensor ChunkOptimizer::remember(const char* key)
{
    m_memories.push_back({key, at::zeros_like(m_arena.master())});
    return m_memories.back().flat;
}

} // namespace fettle
