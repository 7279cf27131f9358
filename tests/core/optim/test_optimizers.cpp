// SPDX-License-Identifier: GPL-3.0-or-later
// The optimizers that "optim" names, against torch's and transformers' own.
#include "core/optim/optimizer.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/tensors/safetensors.h"
#include "tests/support/tree.h"

#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>

using namespace fettle;

namespace
{

std::string golden(const char* name)
{
    return std::string(fettle::test::goldenFolder) + "/optim/" + name;
}

double farthest(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

struct Recorded {
    Json cases = readJson(golden("optimizers.json"));
    SafetensorsFile tensors{golden("optimizers.safetensors")};

    void declareIn(Arena& arena) const
    {
        arena.declare("matrix", {17, 5});
        arena.declare("norm.bias", {9}, {.decays = false});
        arena.declare("table", {30, 8});
        arena.declare("scalar", {1}, {.decays = false});
        arena.allocate({at::kCPU, true});
        for (const Arena::Entry& entry : arena.entries())
            arena.parameter(entry.name).value.copy_(tensors.tensor("init." + entry.name));
    }
    void fillGradients(Arena& arena, size_t step) const
    {
        for (const Arena::Entry& entry : arena.entries())
            arena.parameter(entry.name).grad.copy_(tensors.tensor(fmt::format("grad.{}.{}", step, entry.name)));
    }
};

TrainArgs argumentsOf(const Json& recorded)
{
    TrainArgs arguments;
    setArgument(arguments, "optim", recorded["optim"]);
    setArgument(arguments, "optim_args", recorded["optim_args"]);
    setArgument(arguments, "weight_decay", recorded["weight_decay"]);
    if (recorded.contains("adam_beta2"))
        setArgument(arguments, "adam_beta2", recorded["adam_beta2"]);
    validateArguments(arguments);
    return arguments;
}

} // namespace

TEST(Optimizers, StepAsTransformersSetsThemUp)
{
    const Recorded recorded;
    const Json& rates = recorded.cases["rates"];
    size_t number = 0;
    for (const Json& each : recorded.cases["cases"]) {
        SCOPED_TRACE(jsonText(each));
        Arena arena;
        recorded.declareIn(arena);
        const auto optimizer = makeOptimizer(arena, argumentsOf(each));
        for (size_t step = 0; step < rates.size(); ++step) {
            recorded.fillGradients(arena, step);
            EXPECT_NEAR(optimizer->step(rates[step].get<double>()) / each["grad_norms"][step].get<double>(), 1, 1e-6);
            EXPECT_EQ(arena.gradients().abs().max().item<float>(), 0) << "the gradients are left zeroed";
        }
        EXPECT_EQ(optimizer->steps(), static_cast<int64_t>(rates.size()));
        for (const Arena::Entry& entry : arena.entries()) {
            const at::Tensor after = recorded.tensors.tensor(fmt::format("{}.after.{}", number, entry.name));
            EXPECT_LT(farthest(arena.parameter(entry.name).value, after), 1e-6) << entry.name;
        }
        // What it remembers has torch's names and numbers: all of it, and nothing else.
        size_t states = 0;
        for (const auto& [name, info] : recorded.tensors.tensors())
            states += name.starts_with(fmt::format("{}.state.", number));
        const std::vector<OptimizerState> ours = optimizer->state();
        EXPECT_EQ(ours.size(), states);
        for (const OptimizerState& state : ours) {
            const std::string name = fmt::format("{}.state.{}.{}", number, state.key, state.parameter->name);
            ASSERT_TRUE(recorded.tensors.contains(name)) << name;
            const at::Tensor theirs = recorded.tensors.tensor(name);
            ASSERT_EQ(state.value.sizes(), theirs.sizes()) << name;
            EXPECT_LT(farthest(state.value, theirs), 1e-6 * (1 + theirs.abs().max().item<double>())) << name;
        }
        ++number;
    }
    EXPECT_EQ(number, 13u);
}

TEST(Optimizers, WhatTheyRememberIsAllThatTheyGoOnFrom)
{
    const Recorded recorded;
    const Json& rates = recorded.cases["rates"];
    for (const Json& each : recorded.cases["cases"]) {
        SCOPED_TRACE(jsonText(each));
        Arena whole, broken, resumed;
        for (Arena* arena : {&whole, &broken, &resumed})
            recorded.declareIn(*arena);
        const auto uninterrupted = makeOptimizer(whole, argumentsOf(each));
        const auto first = makeOptimizer(broken, argumentsOf(each)), second = makeOptimizer(resumed, argumentsOf(each));
        for (size_t step = 0; step < rates.size(); ++step) {
            recorded.fillGradients(whole, step);
            uninterrupted->step(rates[step].get<double>());
            if (step == 3) {
                resumed.master().copy_(broken.master());
                resumed.takeMaster();
                const auto from = first->state(), to = second->state();
                ASSERT_EQ(from.size(), to.size());
                for (size_t i = 0; i < from.size(); ++i)
                    to[i].value.copy_(from[i].value);
                second->setSteps(first->steps());
            }
            Arena& arena = step < 3 ? broken : resumed;
            recorded.fillGradients(arena, step);
            (step < 3 ? first : second)->step(rates[step].get<double>());
        }
        EXPECT_TRUE(at::equal(whole.values(), resumed.values()));
    }
}

TEST(Optimizers, StretchesOfLargeParametersEqualTorchsWhole)
{
    TrainArgs arguments;
    arguments.optim = "sgd";
    arguments.optim_args = "momentum=0.9,nesterov=true";
    arguments.weight_decay = 0.05;
    Arena arena;
    arena.declare("large", {300, 257});
    arena.declare("norm", {257}, {.decays = false});
    arena.allocate({at::kCPU, true});
    torch::manual_seed(1);
    std::vector<at::Tensor> theirs;
    for (const Arena::Entry& entry : arena.entries()) {
        theirs.push_back(torch::randn(entry.shape).set_requires_grad(true));
        arena.parameter(entry.name).value.copy_(theirs.back().detach());
    }
    const auto options = [](double decay) {
        return torch::optim::SGDOptions(1e-3).momentum(0.9).nesterov(true).weight_decay(decay);
    };
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (size_t i = 0; i < 2; ++i)
        groups.emplace_back(std::vector<at::Tensor>{theirs[i]},
                            std::make_unique<torch::optim::SGDOptions>(options(i == 0 ? 0.05 : 0)));
    torch::optim::SGD torchs(groups, options(0));
    const auto ours = makeOptimizer(arena, arguments);
    for (int step = 0; step < 4; ++step) {
        for (size_t i = 0; i < 2; ++i) {
            theirs[i].mutable_grad() = torch::randn(theirs[i].sizes()) * 0.1;
            arena.parameter(arena.entries()[i].name).grad.copy_(theirs[i].grad());
        }
        const double norm = torch::nn::utils::clip_grad_norm_(theirs, 1.0);
        torchs.step();
        EXPECT_NEAR(ours->step(1e-3) / norm, 1, 1e-5);
    }
    for (size_t i = 0; i < 2; ++i)
        EXPECT_LT(farthest(arena.parameter(arena.entries()[i].name).value, theirs[i].detach()), 2e-6);
}

TEST(Optimizers, SameBitsOnAnyNumberOfThreadsWhereEachNumberStandsAlone)
{
    const int before = at::get_num_threads();
    for (const char* optim : {"sgd", "adagrad", "rmsprop", "lion_32bit"}) {
        std::vector<at::Tensor> results;
        for (const int threads : {1, 2, 4}) {
            at::set_num_threads(threads);
            TrainArgs arguments;
            arguments.optim = optim;
            arguments.weight_decay = 0.1;
            Arena arena;
            arena.declare("large", {300, 257});
            arena.allocate({at::kCPU, true});
            torch::manual_seed(3);
            arena.parameter("large").value.copy_(torch::randn({300, 257}));
            const auto optimizer = makeOptimizer(arena, arguments);
            for (int step = 0; step < 3; ++step) {
                arena.parameter("large").grad.copy_(torch::randn({300, 257}));
                optimizer->step(1e-2);
            }
            results.push_back(arena.values().clone());
        }
        EXPECT_TRUE(at::equal(results[0], results[1])) << optim;
        EXPECT_TRUE(at::equal(results[0], results[2])) << optim;
    }
    at::set_num_threads(before);
}

TEST(Optimizers, SayWhatTheyTakeOfMemory)
{
    TrainArgs arguments;
    EXPECT_EQ(optimizerMemory(arguments), 2);
    const std::map<std::pair<const char*, const char*>, double> floats{
        {{"sgd", ""}, 0},     {{"sgd", "momentum=0.9"}, 1}, {{"adagrad", ""}, 1},
        {{"rmsprop", ""}, 1}, {{"lion_32bit", ""}, 1},      {{"rmsprop", "momentum=0.9,centered=yes"}, 3}};
    for (const auto& [words, wanted] : floats) {
        arguments.optim = words.first;
        arguments.optim_args = words.second;
        EXPECT_EQ(optimizerMemory(arguments), wanted) << words.first << words.second;
        Arena arena;
        arena.declare("matrix", {16, 8});
        arena.allocate({at::kCPU, true});
        double kept = 0;
        for (const OptimizerState& state : makeOptimizer(arena, arguments)->state())
            kept += static_cast<double>(state.value.numel());
        EXPECT_EQ(kept / 128, wanted) << words.first << words.second;
    }
    arguments.optim = "adafactor";
    arguments.optim_args = "";
    EXPECT_LT(optimizerMemory(arguments), 0.1);
    // Codes and scales; bitsandbytes' rule leaves embeddings in floats.
    for (const char* optim : {"adamw_torch_8bit", "adamw_8bit", "adamw_bnb_8bit"}) {
        arguments.optim = optim;
        Arena arena;
        arena.declare("words", {64, 64}, {.role = Role::Words});
        arena.declare("matrix", {192, 64});
        arena.allocate({at::kCPU, true});
        double bytes = 0;
        for (const OptimizerState& state : makeOptimizer(arena, arguments)->state())
            bytes += static_cast<double>(state.value.nbytes());
        EXPECT_EQ(optimizerMemory(arguments, 0.25), bytes / 4 / (256 * 64)) << optim;
    }
}
