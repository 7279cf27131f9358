// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/optimizer.h"

#include "core/base/error.h"
#include "core/nn/kernels/kernels.h"

#include <ATen/Parallel.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{

constexpr int64_t chunkLength = 1 << 15; // 512 kB over AdamW's four arrays: stays in the second cache

} // namespace

Optimizer::Optimizer(Arena& arena, double maxGradNorm) : m_arena(arena), m_maxGradNorm(maxGradNorm)
{
    if (!arena.hasGradients())
        throw Error(ErrorCode::Failed, "An optimizer needs an arena with gradients.");
    const int64_t most = arena.master().device().is_cpu() ? chunkLength : INT64_MAX;
    for (const Arena::Entry& parameter : arena.entries())
        for (int64_t at = 0; parameter.trains && at < parameter.numel; at += std::min(most, parameter.numel - at))
            m_chunks.push_back({parameter.offset + at, std::min(most, parameter.numel - at), parameter.traits.decays});
}

Optimizer::~Optimizer() = default;

bool Optimizer::onProcessor() const
{
    return m_arena.master().device().is_cpu() && m_arena.master().scalar_type() == at::kFloat;
}

double Optimizer::gradientNorm()
{
    if (!m_arena.gradients().device().is_cpu() || m_arena.gradients().scalar_type() != at::kFloat)
        return at::linalg_vector_norm(m_arena.gradients()).item<double>();
    const auto* gradients = m_arena.gradients().const_data_ptr<float>();
    // Chunks are summed in their order whatever the threads: the norm is the same bits on any number of them.
    m_sums.resize(m_chunks.size());
    at::parallel_for(0, static_cast<int64_t>(m_chunks.size()), 4, [&](int64_t from, int64_t to) {
        for (auto i = static_cast<size_t>(from); i < static_cast<size_t>(to); ++i)
            m_sums[i] = kernels().squaredSum(gradients + m_chunks[i].offset, m_chunks[i].length);
    });
    double squares = 0;
    for (const double sum : m_sums)
        squares += sum;
    return std::sqrt(squares);
}

double Optimizer::clipFactor(double norm) const
{
    return m_maxGradNorm > 0 ? std::min(1.0, m_maxGradNorm / (norm + 1e-6)) : 1.0;
}

void Optimizer::appendFlat(std::vector<OptimizerState>& states, const char* key, const at::Tensor& flat) const
{
    for (const Arena::Entry& parameter : m_arena.entries())
        if (parameter.trains)
            states.push_back(
                {key, &parameter, flat.narrow(0, parameter.offset, parameter.numel).view(parameter.shape)});
}

} // namespace fettle
