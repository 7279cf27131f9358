// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/tape.h"

#include "core/nn/dropout.h"
#include "core/nn/forms.h"

namespace fettle
{

Tape::Tape(at::Device device, at::ScalarType type, bool plainForms)
    : m_device(device), m_type(type),
      m_forms(device.is_cpu() && type == at::kFloat && !plainForms ? processorForms() : fettle::plainForms()),
      m_pool(device)
{
}

void Tape::begin(bool record, const TapeDropout& dropout, bool recompute)
{
    m_once.clear();
    m_steps.clear();
    m_records = record;
    m_recomputes = record && recompute;
    m_dropout = dropout;
    m_places = 0;
}

void Tape::goOn()
{
    auto kept = std::exchange(m_once, {});
    begin(false);
    m_once = std::move(kept);
}

at::Tensor Tape::once(const void* of, const std::function<at::Tensor()>& make)
{
    at::Tensor& kept = m_once[of];
    if (!kept.defined())
        kept = make();
    return kept;
}

DropoutDraw Tape::nextDropout(double probability)
{
    const uint64_t place = m_places++;
    if (!m_dropout.on || probability <= 0)
        return {};
    return dropoutDraw(probability, m_dropout.seed, m_dropout.step, place);
}

DropoutDraw Tape::noiseDraw() const
{
    constexpr uint64_t place = uint64_t{1} << 32; // no dropout's: their draws are the same with noise and without
    return dropoutDraw(0, m_dropout.seed, m_dropout.step, place);
}

void Tape::backward()
{
    while (!m_steps.empty()) {
        // The step dies before the next one runs: what only it needed goes back to the pool.
        const std::function<void()> step = std::move(m_steps.back());
        m_steps.pop_back();
        step();
    }
}

Var Tape::segment(const Var& x, std::function<Var(const Var&)> run)
{
    const uint64_t places = m_places;
    m_records = m_recomputes = false;
    const at::Tensor value = run(x)->value;
    m_records = m_recomputes = true;
    const Var out = std::make_shared<Node>(Node{value, {}});
    onBackward([this, x, out, run = std::move(run), places] {
        const at::Tensor gradient = takeGradient(*out);
        if (!gradient.defined())
            return;
        // A tape within the tape: its steps, and dropout's places as they were.
        auto outerSteps = std::exchange(m_steps, {});
        const uint64_t outerPlaces = std::exchange(m_places, places);
        const bool recomputes = std::exchange(m_recomputes, false);
        const Var inner = std::make_shared<Node>(Node{x->value, {}});
        const Var again = run(inner);
        giveGradient(*again, gradient);
        backward();
        m_steps = std::move(outerSteps);
        m_places = outerPlaces;
        m_recomputes = recomputes;
        if (inner->grad.defined())
            giveGradient(*x, takeGradient(*inner));
    });
    return out;
}

at::Tensor Tape::takeGradient(Node& node)
{
    return std::exchange(node.grad, at::Tensor());
}

GradientTarget Tape::gradientOf(Node& node)
{
    if (!node.grad.defined()) {
        node.grad = empty(node.value.sizes());
        return {node.grad, false};
    }
    // A gradient handed over by giveGradient may be another node's, too: never write into that.
    if (node.grad.use_count() > 1) {
        at::Tensor own = empty(node.value.sizes());
        own.copy_(node.grad);
        node.grad = own;
    }
    return {node.grad, true};
}

void Tape::giveGradient(Node& node, const at::Tensor& gradient)
{
    if (!node.grad.defined()) {
        node.grad = gradient;
        return;
    }
    const GradientTarget target = gradientOf(node);
    target.tensor.add_(gradient);
}

} // namespace fettle
