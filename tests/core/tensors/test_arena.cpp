// SPDX-License-Identifier: GPL-3.0-or-later
// The arena: views, alignment, gaps.
#include "core/base/error.h"
#include "core/tensors/arena.h"

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

using namespace fettle;

TEST(Arena, ParametersAreViewsIntoOneTensor)
{
    Arena arena;
    arena.declare("a", {3, 5}, true);
    arena.declare("b", {7}, false);
    arena.allocate(at::kCPU, true);
    EXPECT_EQ(arena.size(), 32);
    EXPECT_EQ(arena.parameterCount(), 22);
    EXPECT_EQ(arena.find("b")->offset, 16);
    EXPECT_FALSE(arena.find("b")->decays);
    EXPECT_EQ(arena.find("c"), nullptr);
    Parameter b = arena.parameter("b");
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
    arena.declare("a", {3}, true);
    EXPECT_THROW(arena.declare("a", {3}, true), Error);
    arena.allocate(at::kCPU, false);
    EXPECT_FALSE(arena.hasGradients());
    EXPECT_FALSE(arena.parameter("a").grad.defined());
    EXPECT_THROW(arena.declare("b", {3}, true), Error);
    EXPECT_THROW(arena.parameter("b"), Error);
}

TEST(Arena, ATiedNameIsTheSameParameterUnlessKeptApart)
{
    Arena tied;
    tied.declare("words", {3, 5}, true);
    tied.declareTied("head", "words");
    tied.allocate(at::kCPU, true);
    EXPECT_EQ(tied.entries().size(), 1u);
    EXPECT_EQ(tied.ties(), (std::vector<std::pair<std::string, std::string>>{{"head", "words"}}));
    tied.parameter("head").value.fill_(2);
    EXPECT_EQ(tied.parameter("words").value.sum().item<float>(), 30);

    Arena apart;
    apart.keepApart({"head"});
    apart.declare("words", {3, 5}, true);
    apart.declareTied("head", "words");
    apart.allocate(at::kCPU, true);
    EXPECT_EQ(apart.parameterCount(), 30);
    EXPECT_TRUE(apart.ties().empty());
    apart.parameter("head").value.fill_(2);
    EXPECT_EQ(apart.parameter("words").value.sum().item<float>(), 0);
    EXPECT_TRUE(apart.find("head")->decays);
    EXPECT_THROW(apart.declareTied("other", "nothing"), Error);
}

TEST(Arena, MoreThanAnyMachineHoldsIsRefused)
{
    Arena arena;
    EXPECT_THROW(arena.declare("a", {int64_t{1} << 40, int64_t{1} << 40}, true), Error);
    arena.declare("b", {int64_t{1} << 47}, true);
    EXPECT_THROW(arena.declare("c", {int64_t{1} << 47, 2}, true), Error);
}
