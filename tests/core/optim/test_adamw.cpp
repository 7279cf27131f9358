// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW against torch's own, and its fast form against its plain one.
#include "core/optim/adamw.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <gtest/gtest.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <torch/types.h>

using namespace fettle;

namespace
{

/// Parameters of several sizes, one larger than a chunk; names, shapes, decay.
void declareAll(Arena& arena)
{
    arena.declare("large", {300, 257});
    arena.declare("norm", {257}, {.decays = false});
    arena.declare("scalar", {1});
    arena.declare("matrix", {17, 5});
    arena.allocate({at::kCPU, true});
}

void fillValues(Arena& arena, uint64_t seed)
{
    torch::manual_seed(seed);
    for (const auto& entry : arena.entries())
        arena.parameter(entry.name).value.copy_(torch::randn(entry.shape));
}

/// The same gradients for the same step.
void fillGradients(Arena& arena, int step)
{
    torch::manual_seed(1000 + static_cast<uint64_t>(step));
    for (const auto& entry : arena.entries())
        arena.parameter(entry.name).grad.copy_(torch::randn(entry.shape) * (step % 3 == 0 ? 1e-3 : 0.1));
}

double largestDifference(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

} // namespace

TEST(AdamW, EqualsTorchs)
{
    AdamWOptions options;
    options.weightDecay = 0.05;
    options.maxGradNorm = 1;
    Arena arena;
    declareAll(arena);
    fillValues(arena, 1);
    AdamW ours(arena, options);

    // Torch's, in double, with the two groups of transformers.
    std::vector<at::Tensor> decayed, plain, all;
    for (const auto& entry : arena.entries()) {
        at::Tensor copy = arena.parameter(entry.name).value.to(at::kDouble).clone().requires_grad_();
        all.push_back(copy);
        (entry.traits.decays ? decayed : plain).push_back(copy);
    }
    const auto groupOptions = [&](double decay) {
        auto group = std::make_unique<torch::optim::AdamWOptions>(1e-3);
        group->weight_decay(decay);
        return group;
    };
    torch::optim::AdamW torchs(
        std::vector<torch::optim::OptimizerParamGroup>{{decayed, groupOptions(0.05)}, {plain, groupOptions(0)}});

    for (int step = 0; step < 12; ++step) {
        const double rate = step == 0 ? 0 : 1e-2 / step;
        fillGradients(arena, step);
        for (size_t i = 0; i < all.size(); ++i)
            all[i].mutable_grad() = arena.parameter(arena.entries()[i].name).grad.to(at::kDouble);
        const double torchNorm = torch::nn::utils::clip_grad_norm_(all, 1.0);
        for (auto& group : torchs.param_groups())
            static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
        torchs.step();
        const double norm = ours.step(rate);
        EXPECT_NEAR(norm, torchNorm, 1e-6 * torchNorm);
        for (size_t i = 0; i < all.size(); ++i) {
            const Parameter& parameter = arena.parameter(arena.entries()[i].name);
            EXPECT_LT(largestDifference(parameter.value.to(at::kDouble), all[i].detach()), 2e-6)
                << arena.entries()[i].name << " step " << step;
            EXPECT_EQ(parameter.grad.abs().max().item<double>(), 0);
        }
    }
}

TEST(AdamW, FastFormEqualsPlainForm)
{
    AdamWOptions options;
    options.weightDecay = 0.1;
    Arena fastArena, plainArena;
    for (Arena* arena : {&fastArena, &plainArena}) {
        declareAll(*arena);
        fillValues(*arena, 2);
    }
    AdamW fast(fastArena, options), plain(plainArena, options);
    for (int step = 0; step < 5; ++step) {
        fillGradients(fastArena, step);
        fillGradients(plainArena, step);
        EXPECT_NEAR(fast.step(1e-3), plain.stepInPlainForm(1e-3), 1e-4);
        EXPECT_LT(largestDifference(fastArena.values(), plainArena.values()), 2e-6);
        EXPECT_LT(largestDifference(fast.firstMoment(), plain.firstMoment()), 1e-7);
        EXPECT_LT(largestDifference(fast.secondMoment(), plain.secondMoment()), 1e-7);
    }
    EXPECT_EQ(fast.steps(), 5);
}

TEST(AdamW, SameBitsOnAnyNumberOfThreads)
{
    const int before = at::get_num_threads();
    std::vector<at::Tensor> results;
    for (const int threads : {1, 2}) {
        at::set_num_threads(threads);
        Arena arena;
        declareAll(arena);
        fillValues(arena, 3);
        AdamW optimizer(arena, {});
        for (int step = 0; step < 3; ++step) {
            fillGradients(arena, step);
            optimizer.step(1e-3);
        }
        results.push_back(arena.values().clone());
    }
    at::set_num_threads(before);
    EXPECT_TRUE(results[0].equal(results[1]));
}

TEST(AdamW, ClipsOrNot)
{
    for (const double limit : {0.0, 1.0}) {
        Arena arena;
        declareAll(arena);
        AdamWOptions options;
        options.maxGradNorm = limit;
        AdamW optimizer(arena, options);
        arena.parameter("scalar").grad.fill_(30);
        arena.parameter("norm").grad.fill_(0);
        arena.parameter("matrix").grad[0][0] = 40;
        EXPECT_NEAR(optimizer.step(1e-3), 50, 1e-4);
        EXPECT_NEAR(optimizer.firstMoment()[arena.find("scalar")->offset].item<double>(), limit > 0 ? 0.06 : 3.0, 1e-5);
    }
}

TEST(AdamW, AZeroGradientStillSteps)
{
    Arena arena;
    declareAll(arena);
    fillValues(arena, 4);
    AdamW optimizer(arena, {});
    fillGradients(arena, 1);
    optimizer.step(1e-3);
    const at::Tensor before = arena.parameter("large").value.clone();
    EXPECT_EQ(optimizer.step(1e-3), 0);
    EXPECT_GT(largestDifference(before, arena.parameter("large").value), 1e-5); // the moments decay and move it
}
