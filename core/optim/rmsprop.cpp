// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/choice_options.h"
#include "core/optim/chunk_optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/sqrt.h>

namespace fettle
{

namespace
{

class Rmsprop : public ChunkOptimizer
{
public:
    Rmsprop(Arena& arena, const TrainArgs& arguments)
        : ChunkOptimizer(arena, arguments), m_squares(remember("square_avg"))
    {
        const ChoiceOptions options = optimizerOptions(arguments);
        m_alpha = options.number("alpha", 0.99);
        m_epsilon = options.number("eps", 1e-8);
        m_momentum = options.number("momentum", 0);
        if (m_momentum != 0)
            m_buffer = remember("momentum_buffer");
        if (options.flag("centered", false))
            m_means = remember("grad_avg");
    }
    const char* name() const override { return "rmsprop"; }

protected:
    void update(const Stretch& at, double learningRate) override
    {
        const at::Tensor squares = at.of(m_squares);
        squares.mul_(m_alpha).addcmul_(at.gradient, at.gradient, 1 - m_alpha);
        at::Tensor size;
        if (m_means.defined()) {
            const at::Tensor means = at.of(m_means);
            means.lerp_(at.gradient, 1 - m_alpha);
            size = at::addcmul(squares, means, means, -1).sqrt_();
        } else {
            size = at::sqrt(squares);
        }
        size.add_(m_epsilon);
        if (!m_buffer.defined()) {
            at.value.addcdiv_(at.gradient, size, -learningRate);
            return;
        }
        const at::Tensor buffer = at.of(m_buffer);
        buffer.mul_(m_momentum).addcdiv_(at.gradient, size);
        at.value.add_(buffer, -learningRate);
    }

private:
    at::Tensor m_squares;         ///< of the gradients, a running mean
    at::Tensor m_means, m_buffer; ///< undefined where not asked for
    double m_alpha = 0, m_epsilon = 0, m_momentum = 0;
};

} // namespace

std::unique_ptr<Optimizer> makeRmsprop(Arena& arena, const TrainArgs& arguments)
{
    return std::make_unique<Rmsprop>(arena, arguments);
}

} // namespace fettle
