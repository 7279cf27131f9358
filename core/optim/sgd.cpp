// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/choice_options.h"
#include "core/optim/chunk_optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/add.h>

namespace fettle
{

namespace
{

class Sgd : public ChunkOptimizer
{
public:
    Sgd(Arena& arena, const TrainArgs& arguments) : ChunkOptimizer(arena, arguments)
    {
        const ChoiceOptions options = optimizerOptions(arguments);
        m_momentum = options.number("momentum", 0);
        m_dampening = options.number("dampening", 0);
        m_nesterov = options.flag("nesterov", false);
        if (m_momentum != 0)
            m_buffer = remember("momentum_buffer");
    }
    const char* name() const override { return "sgd"; }

protected:
    void update(const Stretch& at, double learningRate) override
    {
        if (!m_buffer.defined()) {
            at.value.add_(at.gradient, -learningRate);
            return;
        }
        const at::Tensor buffer = at.of(m_buffer);
        if (m_steps == 1) // the first gradient is taken whole
            buffer.copy_(at.gradient);
        else
            buffer.mul_(m_momentum).add_(at.gradient, 1 - m_dampening);
        at.value.add_(m_nesterov ? at.gradient.add_(buffer, m_momentum) : buffer, -learningRate);
    }

private:
    double m_momentum = 0, m_dampening = 0;
    bool m_nesterov = false;
    at::Tensor m_buffer; ///< undefined without momentum
};

} // namespace

std::unique_ptr<Optimizer> makeSgd(Arena& arena, const TrainArgs& arguments)
{
    return std::make_unique<Sgd>(arena, arguments);
}

} // namespace fettle
