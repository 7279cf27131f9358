// SPDX-License-Identifier: GPL-3.0-or-later
// The arena: views, alignment, gaps.
#include "core/base/error.h"
#include "core/tensors/arena.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

using namespace fettle;

TEST(Arena, ParametersAreViewsIntoOneTensor)
{
    Arena arena;
    arena.declare("a", {3, 5});
    arena.declare("b", {7}, {.decays = false});
    arena.allocate({at::kCPU, true});
    EXPECT_EQ(arena.size(), 32);
    EXPECT_EQ(arena.parameterCount(), 22);
    EXPECT_EQ(arena.find("b")->offset, 16);
    EXPECT_FALSE(arena.find("b")->traits.decays);
    EXPECT_EQ(arena.find("c"), nullptr);
    const Parameter& b = arena.parameter("b");
    b.value.fill_(2);
    b.grad.fill_(3);
    EXPECT_EQ(arena.values().sum().item<float>(), 14);
    EXPECT_EQ(arena.gradients()[16].item<float>(), 3);
    EXPECT_EQ(arena.gradients()[23].item<float>(), 0);
    arena.zeroGradients();
    EXPECT_EQ(b.grad.sum().item<float>(), 0);
    EXPECT_EQ(arena.parameter("a").value.sizes(), (at::IntArrayRef{3, 5}));
}

TEST(Arena, RefusesWhatItCannotDo)
{
    Arena arena;
    arena.declare("a", {3});
    EXPECT_THROW(arena.declare("a", {3}), Error);
    arena.allocate({at::kCPU, false});
    EXPECT_FALSE(arena.hasGradients());
    EXPECT_FALSE(arena.parameter("a").grad.defined());
    EXPECT_THROW(arena.declare("b", {3}), Error);
    EXPECT_THROW(arena.parameter("b"), Error);
}

TEST(Arena, WhatIsBroughtForwardStandsFirstAndTiedOnesWhereTheirFirstNameDoes)
{
    const auto made = [](const std::set<std::string>& apart) {
        Arena arena;
        const Parameter& words = arena.declare("words", {3});
        arena.declare("layer", {2});
        const size_t head = arena.names();
        arena.declare("head.dense", {4});
        arena.declareTied("head.decoder", words);
        arena.bringForward(head);
        arena.untie(apart);
        std::vector<std::string> names;
        for (const Arena::Entry& entry : arena.entries())
            names.push_back(entry.name);
        return names;
    };
    EXPECT_EQ(made({}), (std::vector<std::string>{"head.dense", "words", "layer"}));
    EXPECT_EQ(made({"head.decoder"}), (std::vector<std::string>{"head.dense", "head.decoder", "words", "layer"}));
}

TEST(Arena, ATiedNameIsTheSameParameterUntilItIsUntied)
{
    Arena arena;
    const Parameter& words = arena.declare("words", {3, 5}, {.role = Role::Words});
    const Parameter& head = arena.declareTied("head", words, {.role = Role::Head});
    arena.declare("last", {2});
    EXPECT_EQ(arena.entries().size(), 2u);
    EXPECT_EQ(arena.ties(), (std::vector<std::pair<std::string, std::string>>{{"head", "words"}}));
    EXPECT_EQ(arena.find("head")->name, "words");
    EXPECT_THROW(arena.declareTied("other", Parameter()), Error);

    Arena apart;
    const Parameter& own = apart.declare("words", {3, 5}, {.role = Role::Words});
    apart.declareTied("head", own, {.role = Role::Head});
    apart.declare("last", {2});
    apart.untie({"head"});
    EXPECT_TRUE(apart.ties().empty());
    ASSERT_EQ(apart.entries().size(), 3u);
    EXPECT_EQ(apart.entries()[1].name, "head"); // where it was declared
    EXPECT_EQ(apart.find("head")->traits.role, Role::Head);
    EXPECT_EQ(apart.find("last")->offset, 32);
    EXPECT_EQ(apart.parameterCount(), 32);

    // What was handed out stays valid, also where the arena has moved.
    const Arena moved = [&] {
        arena.allocate({at::kCPU, true});
        return std::move(arena);
    }();
    head.value.fill_(2);
    EXPECT_EQ(words.value.sum().item<float>(), 30);
    EXPECT_EQ(moved.parameter("head").value.sum().item<float>(), 30);
}

TEST(Arena, WhatIsFrozenLiesApartAndHasNoGradient)
{
    Arena arena;
    const Parameter& a = arena.declare("a", {3, 5});
    const Parameter& b = arena.declare("b", {7});
    const Parameter& c = arena.declare("c", {20});
    arena.freeze([](const Arena::Entry& entry) { return entry.name == "b"; });
    arena.allocate({at::kCPU, true});
    EXPECT_EQ(arena.size(), 48);
    EXPECT_EQ(arena.frozenSize(), 16);
    EXPECT_EQ(arena.gradients().numel(), 48);
    EXPECT_EQ(arena.parameterCount(), 42);
    EXPECT_FALSE(b.grad.defined());
    b.value.fill_(1);
    EXPECT_EQ(arena.frozenValues().sum().item<float>(), 7);
    EXPECT_EQ(arena.values().sum().item<float>(), 0);
    EXPECT_EQ(c.grad.data_ptr(), arena.gradients().narrow(0, 16, 20).data_ptr());
    EXPECT_TRUE(a.grad.defined());
}

TEST(Arena, NarrowValuesHaveAMaster)
{
    Arena arena;
    const Parameter& a = arena.declare("a", {3});
    arena.allocate({at::kCPU, true, at::kBFloat16});
    EXPECT_EQ(a.value.scalar_type(), at::kBFloat16);
    EXPECT_EQ(a.grad.scalar_type(), at::kFloat);
    a.value.fill_(1.5);
    arena.fillMaster();
    arena.master().add_(1e-4); // too little for bf16 to see
    arena.takeMaster();
    EXPECT_EQ(a.value[0].item<float>(), 1.5F);
    EXPECT_FLOAT_EQ(arena.master()[0].item<float>(), 1.5001F);
}

TEST(Arena, MoreThanAnyMachineHoldsIsRefused)
{
    Arena arena;
    EXPECT_THROW(arena.declare("a", {int64_t{1} << 40, int64_t{1} << 40}), Error);
    arena.declare("b", {int64_t{1} << 47});
    EXPECT_THROW(arena.declare("c", {int64_t{1} << 47, 2}), Error);
}

TEST(Arena, WhatIsLentStaysWhereItLies)
{
    Arena arena;
    const Parameter& a = arena.declare("a", {3, 5});
    const Parameter& b = arena.declare("b", {2, 4});
    const Parameter& head = arena.declareTied("head", b);
    arena.freeze([](const Arena::Entry& entry) { return entry.name == "b"; });
    const at::Tensor values = at::arange(8, at::kBFloat16).view({2, 4});
    EXPECT_THROW(arena.lend({{"a", at::zeros({3, 5})}}), Error); // it learns
    EXPECT_THROW(arena.lend({{"b", at::zeros({4, 2})}}), Error);
    arena.lend({{"b", values}});
    arena.allocate({at::kCPU, true});
    EXPECT_EQ(arena.frozenSize(), 0);
    EXPECT_EQ(arena.lentBytes(), 16u);
    EXPECT_EQ(arena.parameterCount(), 23);
    EXPECT_TRUE(arena.find("head")->isLent);
    EXPECT_EQ(head.value.data_ptr(), values.data_ptr());
    EXPECT_TRUE(a.grad.defined());
    EXPECT_FALSE(b.grad.defined());
    arena.takeOver();
    b.value.add_(1);
    EXPECT_EQ(head.value.sum().item<float>(), 36);
    EXPECT_EQ(values.sum().item<float>(), 28);
    EXPECT_FALSE(arena.entries()[1].isLent);
}
