// SPDX-License-Identifier: GPL-3.0-or-later
// Linear layers with DoRA against what PEFT's DoraLinearLayer computes, written down for stock autograd in double.
#include "core/models/modules.h"
#include "core/nn/dropout.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using namespace fettle;
using namespace fettle::test;

namespace
{

constexpr int64_t tokens = 50, in = 12;

/// Layers of one x: one with a bias, one as Conv1D, one without an adapter.
struct Layers {
    explicit Layers(double dropout)
    {
        auto lora = std::make_shared<LoraConfig>();
        lora->rank = 3;
        lora->alpha = 5;
        lora->isDora = true;
        lora->dropout = dropout;
        lora->targets = {"q", "v"};
        plan.lora = lora;
        LinearKind first, turned, plain;
        turned.isConv1d = true;
        plain.hasBias = false;
        const Scope scope(plan);
        linear.emplace_back(scope / "q", in, 8, Role::Query, first);
        linear.emplace_back(scope / "k", in, 5, Role::Key, plain);
        linear.emplace_back(scope / "v", in, 7, Role::Value, turned);
        plan.arena.allocate({at::kCPU, true, at::kDouble});
        auto generator = at::make_generator<at::CPUGeneratorImpl>(3);
        for (const Arena::Entry& entry : plan.arena.entries())
            plan.arena.parameter(entry.name).value.normal_(0.5, 1, generator);
        plan.arena.zeroGradients();
    }
    Blueprint plan;
    std::vector<Linear> linear;
};

using Leaves = std::map<std::string, at::Tensor>;

/// x W^T with DoRA, without the bias: `mask` is dropout's, undefined where there is none.
at::Tensor peft(const Leaves& leaf, const std::string& layer, bool isConv1d, const at::Tensor& x,
                const at::Tensor& mask)
{
    const double scaling = 5.0 / 3;
    const at::Tensor stored = leaf.at(layer + ".weight"), weight = isConv1d ? stored.t() : stored;
    const at::Tensor a = leaf.at(layer + ".lora_A.weight"), b = leaf.at(layer + ".lora_B.weight"),
                     magnitude = leaf.at(layer + ".lora_magnitude_vector.weight");
    const at::Tensor norm = (weight + scaling * b.mm(a)).norm(2, 1).detach(), scale = magnitude / norm;
    const at::Tensor read = mask.defined() ? x * mask : x;
    return x.mm(weight.t()) + (scale - 1) * read.mm(weight.t()) + scale * read.mm(a.t()).mm(b.t()) * scaling;
}

class DoraLayers : public testing::TestWithParam<double>
{
};

} // namespace

TEST_P(DoraLayers, ComputeWhatPeftDoes)
{
    const double share = GetParam();
    Layers layers(share);
    const TapeDropout dropout{true, 7, 3};
    const auto maskAt = [&](uint64_t place) {
        return share > 0
                   ? dropoutFactors(dropoutDraw(share, 7, 3, place), at::arange(tokens, at::kLong), in, at::kDouble)
                   : at::Tensor();
    };
    auto generator = at::make_generator<at::CPUGeneratorImpl>(4);
    const at::Tensor x = at::randn({tokens, in}, generator, at::kDouble),
                     weight = at::randn({tokens, 20}, generator, at::kDouble),
                     weightOfOne = at::randn({tokens, 7}, generator, at::kDouble);

    // Side by side, and one of them again without its bias.
    Tape tape(at::kCPU, at::kDouble);
    tape.begin(true, dropout);
    const Var node = std::make_shared<Node>(Node{x, {}});
    const Var all = Linear::sideBySide(tape, node, {&layers.linear[0], &layers.linear[1], &layers.linear[2]});
    const Var one = layers.linear[2].product(tape, node);
    all->grad = weight.clone();
    one->grad = weightOfOne.clone();
    tape.backward();

    Leaves leaf;
    std::vector<std::string> names;
    std::vector<at::Tensor> leaves{x.clone().set_requires_grad(true)};
    for (const Arena::Entry& entry : layers.plan.arena.entries()) {
        names.push_back(entry.name);
        leaves.push_back(layers.plan.arena.parameter(entry.name).value.clone().set_requires_grad(true));
        leaf[entry.name] = leaves.back();
    }
    const at::Tensor input = leaves.front();
    // Each layer with dropout numbers two draws, of which the second drops nothing.
    const at::Tensor expected =
        at::cat({peft(leaf, "q", false, input, maskAt(0)) + leaf["q.bias"], input.mm(leaf["k.weight"].t()),
                 peft(leaf, "v", true, input, maskAt(2)) + leaf["v.bias"]},
                1);
    const at::Tensor expectedOne = peft(leaf, "v", true, input, maskAt(4));
    EXPECT_LT(largestDifference(all->value, expected.detach()), 1e-12);
    EXPECT_LT(largestDifference(one->value, expectedOne.detach()), 1e-12);
    const auto gradients =
        torch::autograd::grad({(expected * weight).sum() + (expectedOne * weightOfOne).sum()}, leaves);
    EXPECT_LT(largestDifference(node->grad, gradients[0]), 1e-10);
    for (size_t i = 0; i < names.size(); ++i)
        EXPECT_LT(largestDifference(layers.plan.arena.parameter(names[i]).grad, gradients[i + 1]), 1e-10) << names[i];
}

INSTANTIATE_TEST_SUITE_P(All, DoraLayers, testing::Values(0.0, 0.4));
