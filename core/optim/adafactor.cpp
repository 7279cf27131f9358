// SPDX-License-Identifier: GPL-3.0-or-later
// Of a matrix it remembers the means of its rows and of its columns alone; the learning rate is the schedule's.
#include "core/optim/chunk_optimizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{

// transformers' defaults, which its Trainer leaves as they are.
constexpr double leastSquare = 1e-30, mostChange = 1.0, decayRate = -0.8;

double rootMeanSquare(const at::Tensor& x)
{
    return x.norm().item<double>() / std::sqrt(static_cast<double>(x.numel()));
}

class Adafactor : public Optimizer
{
public:
    Adafactor(Arena& arena, const TrainArgs& arguments)
        : Optimizer(arena, arguments.max_grad_norm), m_weightDecay(arguments.weight_decay)
    {
        const at::TensorOptions options = arena.master().options();
        for (const Arena::Entry& parameter : arena.entries()) {
            if (!parameter.trains)
                continue;
            const std::vector<int64_t>& shape = parameter.shape;
            Memory memory{&parameter, {}, {}, {}};
            if (shape.size() < 2) {
                memory.squares = at::zeros(shape, options);
            } else {
                std::vector<int64_t> rows(shape.begin(), shape.end() - 1), columns(shape.begin(), shape.end() - 2);
                columns.push_back(shape.back());
                memory.rows = at::zeros(rows, options);
                memory.columns = at::zeros(columns, options);
            }
            m_memories.push_back(std::move(memory));
        }
    }
    const char* name() const override { return "adafactor"; }

    double step(double learningRate) override
    {
        ++m_steps;
        const double norm = gradientNorm(), clip = clipFactor(norm);
        const double keep = 1.0 - std::pow(static_cast<double>(m_steps), decayRate);
        if (clip != 1)
            m_arena.gradients().mul_(clip);
        for (const Memory& memory : m_memories) {
            const Arena::Entry& parameter = *memory.parameter;
            const auto of = [&](const at::Tensor& flat) {
                return flat.narrow(0, parameter.offset, parameter.numel).view(parameter.shape);
            };
            const at::Tensor value = of(m_arena.master()), gradient = of(m_arena.gradients());
            const at::Tensor change = changeOf(memory, gradient, keep);
            change.mul_(learningRate / std::max(1.0, rootMeanSquare(change) / mostChange));
            if (parameter.traits.decays && m_weightDecay != 0)
                value.mul_(1 - m_weightDecay * learningRate);
            value.sub_(change);
        }
        m_arena.gradients().zero_();
        m_arena.takeMaster();
        return norm;
    }

    std::vector<OptimizerState> state() override
    {
        std::vector<OptimizerState> states;
        for (const Memory& memory : m_memories) {
            if (memory.squares.defined()) {
                states.push_back({"exp_avg_sq", memory.parameter, memory.squares});
            } else {
                states.push_back({"exp_avg_sq_row", memory.parameter, memory.rows});
                states.push_back({"exp_avg_sq_col", memory.parameter, memory.columns});
            }
        }
        return states;
    }

private:
    struct Memory {
        const Arena::Entry* parameter;
        at::Tensor squares;       ///< of what has one dimension
        at::Tensor rows, columns; ///< of what has more
    };

    /// gradient / root of the running mean of its square, which rows and columns stand for.
    static at::Tensor changeOf(const Memory& memory, const at::Tensor& gradient, double keep)
    {
        const at::Tensor squares = gradient.square().add_(leastSquare);
        if (memory.squares.defined()) {
            memory.squares.mul_(keep).add_(squares, 1.0 - keep);
            return at::rsqrt(memory.squares).mul_(gradient);
        }
        memory.rows.mul_(keep).add_(squares.mean(-1), 1.0 - keep);
        memory.columns.mul_(keep).add_(squares.mean(-2), 1.0 - keep);
        const at::Tensor byRow = (memory.rows / memory.rows.mean(-1, true)).rsqrt_().unsqueeze(-1);
        return at::mul(byRow, at::rsqrt(memory.columns).unsqueeze(-2)).mul_(gradient);
    }

    double m_weightDecay;
    std::vector<Memory> m_memories;
};

} // namespace

std::unique_ptr<Optimizer> makeAdafactor(Arena& arena, const TrainArgs& arguments)
{
    return std::make_unique<Adafactor>(arena, arguments);
}

} // namespace fettle
