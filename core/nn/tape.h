// SPDX-License-Identifier: GPL-3.0-or-later
// A small tape: operations put their results and, when it records, one backward step each on it.
//
// How to write an operation (each has a file of its own; linear.cpp is a short one to look at):
//  1. Take the tape, Vars and Parameters. Compute the result into `tape.make(shape)`, a Var whose buffer comes from the
//     pool. Scratch comes from `tape.empty(shape)`. A buffer goes back to the pool when its last owner lets go, so keep
//     in the backward step only what it needs.
//  2. If `tape.records()`, push one step with `tape.onBackward`. In it, take the result's gradient with
//     `Tape::takeGradient(*out)` (undefined: nobody asked for the result, return), write or add the gradient of each
//     input through `tape.gradientOf(*in)`, which says whether to add, and add parameters' gradients straight into
//     `parameter.grad` (a view into the arena; always +=). Frozen parameters have no grad.
//  3. What depends on the device is a line of forms.def: write its plain form in at:: calls first (core/nn/plain),
//  which
//     must run in any floating type on any device, then the processor's (core/nn/processor), whose inner loops are
//     core/nn/kernels. The operation calls `tape.forms().name(…)`.
//  4. Test it in tests/core/nn: plain form against stock autograd in double, kernel against plain form in float.
#pragma once

#include "core/nn/buffer_pool.h"
#include "core/nn/kernels/kernels.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace fettle
{

struct Forms;

/// float32 at least.
inline at::ScalarType wideType(at::ScalarType type)
{
    return at::isReducedFloatingType(type) ? at::kFloat : type;
}

/// One value between operations. The gradient appears during the backward pass.
struct Node {
    at::Tensor value;
    at::Tensor grad;
};
using Var = std::shared_ptr<Node>;

/// Where a gradient goes: to be added to what stands in `tensor`, or to overwrite it.
struct GradientTarget {
    at::Tensor tensor;
    bool add;
};

/// Seed and step of dropout's draws; off in evaluation.
struct TapeDropout {
    bool on = false;
    uint64_t seed = 0;
    uint64_t step = 0;
    double noise = 0; ///< on the words' embeddings, before it is divided by the root of their width
};

class Tape
{
public:
    explicit Tape(at::Device device = at::kCPU, at::ScalarType type = at::kFloat, bool plainForms = false);

    /// Forgets everything recorded; from now on operations record (or not) and drop out (or not). `recompute`: layers
    /// are to be segments, which keep nothing but their input.
    void begin(bool record, const TapeDropout& dropout = {}, bool recompute = false);
    /// begin(false) where no parameter has changed since the pass before.
    void goOn();
    /// What `make` computes of parameters alone, once for all that ask for `of`: begin() forgets it, goOn() does not.
    at::Tensor once(const void* of, const std::function<at::Tensor()>& make);
    bool records() const { return m_records; }
    /// The draw of the next dropout of this pass; a threshold of 0 where dropout is off.
    DropoutDraw nextDropout(double probability);
    /// The draw of the noise on the words' embeddings.
    DropoutDraw noiseDraw() const;
    double embeddingNoise() const { return m_dropout.noise; }
    /// Runs the backward steps, last first. The gradients of the last results must have been set.
    void backward();

    at::Tensor empty(at::IntArrayRef shape) { return m_pool.take(shape, m_type); }
    /// For what must stay exact however narrow the model's type is: means, variances, logarithms of sums.
    at::Tensor wide(at::IntArrayRef shape) { return m_pool.take(shape, wideType(m_type)); }
    Var make(at::IntArrayRef shape) { return std::make_shared<Node>(Node{empty(shape), {}}); }
    void onBackward(std::function<void()> step) { m_steps.push_back(std::move(step)); }

    /// begin() asked for segments. Not so inside one.
    bool recomputes() const { return m_recomputes; }
    /// run(x), whose inner values are not kept but computed again in the backward pass, with the same dropout (Chen et
    /// al., arXiv:1604.06174). `run` must be callable until then and must not write into x.
    Var segment(const Var& x, std::function<Var(const Var&)> run);

    static at::Tensor takeGradient(Node& node);
    GradientTarget gradientOf(Node& node);
    /// Hands over a whole gradient; costs nothing where the node has none yet. `gradient` must not be written after.
    void giveGradient(Node& node, const at::Tensor& gradient);

    /// The forms of the operations on this device.
    const Forms& forms() const { return m_forms; }
    at::Device device() const { return m_device; }
    at::TensorOptions options() const { return at::TensorOptions().dtype(m_type).device(m_device); }
    BufferPool& pool() { return m_pool; }

private:
    at::Device m_device;
    at::ScalarType m_type;
    const Forms& m_forms;
    BufferPool m_pool;
    bool m_records = false, m_recomputes = false;
    TapeDropout m_dropout;
    uint64_t m_places = 0;
    std::vector<std::function<void()>> m_steps;
    std::unordered_map<const void*, at::Tensor> m_once;
};

} // namespace fettle
