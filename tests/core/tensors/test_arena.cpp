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
