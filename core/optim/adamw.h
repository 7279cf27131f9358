// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW (Loshchilov & Hutter, arXiv:1711.05101; torch's semantics) over what trains of the flat arena, gradient
// clipping in the same pass.
#pragma once

#include "core/tensors/arena.h"

#include <cstdint>
#include <vector>

namespace fettle
{

struct AdamWOptions {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0;
    double maxGradNorm = 1; ///< 0: no clipping
};

class AdamW
{
public:
    AdamW(Arena& arena, const AdamWOptions& options);
    /// One step with the arena's gradients, which are left zeroed. Returns the norm before clipping: the norm of the
    /// per-tensor norms; factor min(1, max/(norm + 1e-6)).
    double step(double learningRate);
    int64_t steps() const { return m_steps; }

    /// Flat state, laid out as the arena's master: for checkpoints.
    at::Tensor& firstMoment() { return m_first; }
    at::Tensor& secondMoment() { return m_second; }
    void setSteps(int64_t steps) { m_steps = steps; }

    /// The twin of step() in at:: calls, which other devices take and tests compare with.
    double stepInPlainForm(double learningRate)
    {
        ++m_steps;
        const double norm = stepPlain(learningRate);
        m_arena.takeMaster();
        return norm;
    }

private:
    /// A stretch of one parameter.
    struct Chunk {
        int64_t offset = 0, length = 0;
        bool decays = true;
    };
    double clipFactor(double norm) const;
    double stepOnProcessor(double learningRate);
    double stepPlain(double learningRate);

    Arena& m_arena;
    AdamWOptions m_options;
    at::Tensor m_first, m_second;
    at::Tensor m_decays; ///< for the plain form: 1 where weight decay applies, else 0
    std::vector<Chunk> m_chunks;
    std::vector<double> m_sums; ///< of each chunk's squares
    int64_t m_steps = 0;
};

} // namespace fettle
