// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/choice_options.h"
#include "core/optim/chunk_optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/sqrt.h>

namespace fettle
{

namespace
{

class Adagrad : public ChunkOptimizer
{
public:
    Adagrad(Arena& arena, const TrainArgs& arguments) : ChunkOptimizer(arena, arguments), m_sum(remember("sum"))
    {
        const ChoiceOptions options = optimizerOptions(arguments);
        m_rateDecay = options.number("lr_decay", 0);
        m_epsilon = options.number("eps", 1e-10);
    }
    const char* name() const override { return "adagrad"; }

protected:
    void update(const Stretch& at, double learningRate) override
    {
        const at::Tensor sum = at.of(m_sum);
        sum.addcmul_(at.gradient, at.gradient);
        at.value.addcdiv_(at.gradient, at::sqrt(sum).add_(m_epsilon),
                          -learningRate / (1 + static_cast<double>(m_steps - 1) * m_rateDecay));
    }

private:
    at::Tensor m_sum; ///< of the squares
    double m_rateDecay = 0, m_epsilon = 0;
};

} // namespace

std::unique_ptr<Optimizer> makeAdagrad(Arena& arena, const TrainArgs& arguments)
{
    return std::make_unique<Adagrad>(arena, arguments);
}

} // namespace fettle
