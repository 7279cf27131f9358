// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW in 8 bits, against torchao's and bitsandbytes' own.
#include "core/optim/adamw8bit.h"

#include "core/base/json.h"
#include "core/optim/dynamic_map.h"
#include "core/tensors/safetensors.h"
#include "tests/support/tree.h"

#include <ATen/Parallel.h>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <torch/types.h>

using namespace fettle;

namespace
{

/// Between -2^15 and 2^15 - 1; the recorded steps were made of the same.
double drawn(int64_t place, uint64_t seed)
{
    const uint64_t hash = static_cast<uint64_t>(place) * 2654435761ULL + seed * 97531 + 12345;
    return static_cast<double>((hash & 0xFFFFFFFF) >> 16) - 32768;
}

void declareIn(Arena& arena)
{
    arena.declare("matrix", {64, 72});
    arena.declare("odd", {70, 61}); // divides into no blocks
    arena.declare("words", {32, 128}, {.role = Role::Words});
    arena.declare("norm.bias", {64}, {.decays = false});
    arena.allocate({at::kCPU, true});
    for (uint64_t number = 0; number < arena.entries().size(); ++number) {
        const Arena::Entry& entry = arena.entries()[number];
        auto* values = arena.parameter(entry.name).value.mutable_data_ptr<float>();
        for (int64_t i = 0; i < entry.numel; ++i)
            values[i] = static_cast<float>(std::ldexp(drawn(i, number), -16));
    }
}

/// Numbers of many sizes; in every second step whole blocks of nothing.
void fillGradients(Arena& arena, uint64_t step)
{
    for (uint64_t number = 0; number < arena.entries().size(); ++number) {
        const Arena::Entry& entry = arena.entries()[number];
        auto* values = arena.parameter(entry.name).grad.mutable_data_ptr<float>();
        for (int64_t i = 0; i < entry.numel; ++i)
            values[i] =
                step % 2 == 0 && i < 512
                    ? 0
                    : static_cast<float>(std::ldexp(drawn(i, 100 + 10 * step + number), -15 - 2 * int(i / 7 % 8)));
    }
}

AdamWOptions options()
{
    AdamWOptions made;
    made.weightDecay = 0.1;
    return made;
}

/// Codes but for a few that lie next to each other: a number half of the way between two, rounded otherwise.
void expectNear(const at::Tensor& ours, const at::Tensor& theirs, const std::string& name)
{
    ASSERT_EQ(ours.sizes(), theirs.sizes()) << name;
    const at::Tensor apart = (ours.to(at::kDouble) - theirs.to(at::kDouble)).abs();
    if (theirs.scalar_type() == at::kByte) {
        EXPECT_LE(apart.max().item<double>(), 1) << name;
        EXPECT_LE(apart.sum().item<double>(), 4) << name;
    } else {
        EXPECT_LT(apart.max().item<double>(), 1e-6 * (1e-3 + theirs.abs().max().item<double>())) << name;
    }
}

class AdamW8bitBy : public testing::TestWithParam<BlockRule>
{
};

} // namespace

TEST(DynamicMap, IsTheirs)
{
    const SafetensorsFile recorded(std::string(fettle::test::goldenFolder) + "/optim/adamw8bit.safetensors");
    EXPECT_TRUE(dynamicMapTensor(true).equal(recorded.tensor("qmap_signed")));
    EXPECT_TRUE(dynamicMapTensor(false).equal(recorded.tensor("qmap_unsigned")));
}

TEST(DynamicMap, OneLookFindsTheNearest)
{
    const auto& signedEdges = codeBoundaries(true);
    const auto& edges = codeBoundaries(false);
    // What one step with rates of 1 keeps is the gradient and its square.
    const auto codesOf = [&](const auto& numberOf, bool isSigned) {
        std::array<float, 256> values{}, gradients{};
        std::array<uint8_t, 256> first{}, second{};
        float scales[2] = {};
        for (size_t i = 0; i < 255; ++i)
            gradients[i] = numberOf(i);
        gradients[255] = 1;
        AdamWNumbers step;
        step.firstRate = step.secondRate = step.epsilon = 1;
        kernels().adamw8bit(values.data(), gradients.data(), {first.data(), &scales[0], &dynamicMap(true)},
                            {second.data(), &scales[1], &dynamicMap(false)}, 256, step);
        EXPECT_EQ(scales[0], 1);
        EXPECT_EQ(scales[1], 1);
        return isSigned ? first : second;
    };
    const auto at = codesOf([&](size_t i) { return signedEdges[i]; }, true);
    const auto below = codesOf([&](size_t i) { return std::nextafter(signedEdges[i], -2.0F); }, true);
    const auto square = codesOf([&](size_t i) { return std::sqrt(edges[i] * 1.00001F); }, false);
    const auto squareBelow = codesOf([&](size_t i) { return std::sqrt(edges[i] * 0.99999F); }, false);
    for (size_t i = 0; i < 255; ++i) {
        EXPECT_EQ(at[i], i + 1);
        EXPECT_EQ(below[i], i);
        EXPECT_EQ(square[i], i + 1);
        EXPECT_EQ(squareBelow[i], i);
    }
}

TEST(DynamicMap, WhatIsNoNumberStaysNone)
{
    std::array<float, 256> values{}, gradients{};
    std::array<uint8_t, 256> first{}, second{};
    float scales[2] = {};
    gradients[3] = std::numeric_limits<float>::quiet_NaN();
    gradients[4] = -std::numeric_limits<float>::infinity();
    AdamWNumbers step;
    step.firstRate = step.secondRate = step.epsilon = 1;
    kernels().adamw8bit(values.data(), gradients.data(), {first.data(), &scales[0], &dynamicMap(true)},
                        {second.data(), &scales[1], &dynamicMap(false)}, 256, step);
    EXPECT_TRUE(std::isnan(scales[0]));
    EXPECT_TRUE(std::isnan(scales[1]));
}

TEST_P(AdamW8bitBy, StepsAsTheirs)
{
    const SafetensorsFile recorded(std::string(fettle::test::goldenFolder) + "/optim/adamw8bit.safetensors");
    const auto numbers = [&](const char* key) {
        return parseJson(recorded.metadata().at(key), key).get<std::vector<double>>();
    };
    const std::vector<double> rates = numbers("rates"), norms = numbers("grad_norms");
    const std::string rule = GetParam() == BlockRule::Torchao ? "torchao." : "bitsandbytes.";
    Arena arena;
    declareIn(arena);
    AdamW8bit optimizer(arena, options(), GetParam());
    for (size_t step = 0; step < rates.size(); ++step) {
        fillGradients(arena, step);
        EXPECT_NEAR(optimizer.step(rates[step]) / norms[step], 1, 1e-5);
        EXPECT_EQ(arena.gradients().abs().max().item<float>(), 0) << "the gradients are left zeroed";
    }
    // Of floats every sixteenth is recorded.
    const auto sampled = [](const at::Tensor& tensor) { return tensor.reshape(-1).slice(0, 0, std::nullopt, 16); };
    for (const Arena::Entry& entry : arena.entries())
        EXPECT_LT((sampled(arena.parameter(entry.name).value) - recorded.tensor(rule + "after." + entry.name))
                      .abs()
                      .max()
                      .item<double>(),
                  1e-6)
            << entry.name;
    size_t states = 0;
    for (const auto& [name, info] : recorded.tensors())
        states += name.starts_with(rule + "state.");
    EXPECT_EQ(optimizer.state().size(), states);
    for (const OptimizerState& state : optimizer.state()) {
        const std::string name = rule + "state." + state.key + "." + state.parameter->name;
        ASSERT_TRUE(recorded.contains(name)) << name;
        const at::Tensor theirs = recorded.tensor(name);
        expectNear(theirs.sizes() == state.value.sizes() ? state.value : sampled(state.value), theirs, name);
    }
}

TEST_P(AdamW8bitBy, FastFormEqualsPlainForm)
{
    Arena fastArena, plainArena;
    declareIn(fastArena);
    declareIn(plainArena);
    AdamW8bit fast(fastArena, options(), GetParam()), plain(plainArena, options(), GetParam());
    for (uint64_t step = 0; step < 4; ++step) {
        fillGradients(fastArena, step);
        fillGradients(plainArena, step);
        EXPECT_NEAR(fast.step(1e-3), plain.stepInPlainForm(1e-3), 1e-4);
    }
    EXPECT_LT((fastArena.values() - plainArena.values()).abs().max().item<double>(), 1e-6);
    const std::vector<OptimizerState> ours = fast.state(), theirs = plain.state();
    for (size_t i = 0; i < ours.size(); ++i)
        expectNear(ours[i].value, theirs[i].value, ours[i].key + (" " + ours[i].parameter->name));
}

TEST_P(AdamW8bitBy, SameBitsOnAnyNumberOfThreadsAndAfterACheckpoint)
{
    const int before = at::get_num_threads();
    std::vector<at::Tensor> results;
    for (const int threads : {1, 2, 4}) {
        at::set_num_threads(threads);
        Arena arena;
        arena.declare("large", {300, 257}); // several chunks, and a rest
        arena.declare("blocks", {256, 256});
        arena.allocate({at::kCPU, true});
        auto optimizer = std::make_unique<AdamW8bit>(arena, options(), GetParam());
        for (uint64_t step = 0; step < 3; ++step) {
            fillGradients(arena, step);
            optimizer->step(1e-2);
            if (threads == 4) { // all that counts is what it says that it remembers
                auto next = std::make_unique<AdamW8bit>(arena, options(), GetParam());
                const std::vector<OptimizerState> from = optimizer->state(), to = next->state();
                for (size_t i = 0; i < from.size(); ++i)
                    to[i].value.copy_(from[i].value);
                next->setSteps(optimizer->steps());
                optimizer = std::move(next);
            }
        }
        results.push_back(arena.values().clone());
    }
    at::set_num_threads(before);
    EXPECT_TRUE(results[0].equal(results[1]));
    EXPECT_TRUE(results[0].equal(results[2]));
}

INSTANTIATE_TEST_SUITE_P(Rules, AdamW8bitBy, testing::Values(BlockRule::Torchao, BlockRule::Bitsandbytes),
                         [](const auto& rule) {
                             return rule.param == BlockRule::Torchao ? "Torchao" : "Bitsandbytes";
                         });
