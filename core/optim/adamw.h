// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW (Loshchilov & Hutter, arXiv:1711.05101; torch's semantics) over what trains of the flat arena, gradient
// clipping in the same pass.
#pragma once

#include "core/nn/kernels/kernels.h"
#include "core/optim/optimizer.h"

namespace fettle
{

struct AdamWOptions {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0;
    double maxGradNorm = 1; ///< 0: no clipping
};

/// Of step `step`, counted from 1. `clip`: what gradients are multiplied by; `decays`: weight decay applies.
AdamWNumbers adamwNumbers(const AdamWOptions& options, double learningRate, int64_t step, double clip, bool decays);

class AdamW : public Optimizer
{
public:
    AdamW(Arena& arena, const AdamWOptions& options);
    double step(double learningRate) override;
    const char* name() const override { return "adamw"; }
    std::vector<OptimizerState> state() override;

    /// Flat, laid out as the arena's master.
    at::Tensor& firstMoment() { return m_first; }
    at::Tensor& secondMoment() { return m_second; }

    /// The twin of step() in at:: calls, which other devices take and tests compare with.
    double stepInPlainForm(double learningRate)
    {
        ++m_steps;
        const double norm = stepPlain(learningRate);
        m_arena.takeMaster();
        return norm;
    }

private:
    double stepOnProcessor(double learningRate);
    double stepPlain(double learningRate);

    AdamWOptions m_options;
    at::Tensor m_first, m_second;
    at::Tensor m_decays; ///< for the plain form: 1 where weight decay applies, else 0
};

} // namespace fettle
