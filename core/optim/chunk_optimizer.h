// SPDX-License-Identifier: GPL-3.0-or-later
// Optimizers whose rule looks at each number alone: torch's SGD, Adagrad and RMSprop, bitsandbytes' Lion, as
// transformers' Trainer sets them up.
#pragma once

#include "core/optim/optimizer.h"

namespace fettle
{

class ChunkOptimizer : public Optimizer
{
public:
    double step(double learningRate) override;
    std::vector<OptimizerState> state() override;

protected:
    /// Weight decay: added to the gradient, or a pull on the value itself (value *= 1 - learning rate x decay).
    enum class Decay { InGradient, Decoupled };
    ChunkOptimizer(Arena& arena, const TrainArgs& arguments, Decay decay = Decay::InGradient)
        : Optimizer(arena, arguments.max_grad_norm), m_weightDecay(arguments.weight_decay), m_decay(decay)
    {
    }
    /// A flat state of zeros, which state() hands out.
    at::Tensor remember(const char* key);
    /// All are stretches of the same place; `gradient` is clipped, and may be written; the weight decay is done.
    struct Stretch {
        const at::Tensor& value;
        const at::Tensor& gradient;
        int64_t offset, length;

        at::Tensor of(const at::Tensor& flat) const { return flat.narrow(0, offset, length); }
    };
    virtual void update(const Stretch& at, double learningRate) = 0;

private:
    struct Memory {
        const char* key;
        at::Tensor flat;
    };
    double m_weightDecay;
    Decay m_decay;
    std::vector<Memory> m_memories;
};

/// torch.optim.SGD; optim_args: momentum, dampening, nesterov.
std::unique_ptr<Optimizer> makeSgd(Arena& arena, const TrainArgs& arguments);
/// torch.optim.Adagrad (Duchi et al., 2011); optim_args: lr_decay, eps.
std::unique_ptr<Optimizer> makeAdagrad(Arena& arena, const TrainArgs& arguments);
/// torch.optim.RMSprop (Tieleman & Hinton, 2012); optim_args: alpha, eps, momentum, centered.
std::unique_ptr<Optimizer> makeRmsprop(Arena& arena, const TrainArgs& arguments);
/// Lion (Chen et al., arXiv:2302.06675, algorithm 2), as bitsandbytes has it: the sign of a mean of momentum and
/// gradient, by adam_beta1; the momentum itself goes by adam_beta2.
std::unique_ptr<Optimizer> makeLion(Arena& arena, const TrainArgs& arguments);
/// transformers' Adafactor (Shazeer & Stern, arXiv:1804.04235) with scale_parameter and relative_step off.
std::unique_ptr<Optimizer> makeAdafactor(Arena& arena, const TrainArgs& arguments);

} // namespace fettle
