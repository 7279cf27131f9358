// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/chunk_optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/mul.h>

namespace fettle
{

namespace
{

class Lion : public ChunkOptimizer
{
public:
    Lion(Arena& arena, const TrainArgs& arguments)
        : ChunkOptimizer(arena, arguments, Decay::Decoupled), m_beta1(arguments.adam_beta1),
          m_beta2(arguments.adam_beta2), m_momentum(remember("state1"))
    {
    }
    const char* name() const override { return "lion"; }

protected:
    void update(const Stretch& at, double learningRate) override
    {
        const at::Tensor momentum = at.of(m_momentum);
        at.value.add_(at::mul(momentum, m_beta1).add_(at.gradient, 1 - m_beta1).sign_(), -learningRate);
        momentum.mul_(m_beta2).add_(at.gradient, 1 - m_beta2);
    }

private:
    double m_beta1, m_beta2;
    at::Tensor m_momentum;
};

} // namespace

std::unique_ptr<Optimizer> makeLion(Arena& arena, const TrainArgs& arguments)
{
    return std::make_unique<Lion>(arena, arguments);
}

} // namespace fettle
