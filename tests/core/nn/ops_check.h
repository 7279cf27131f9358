// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of one operation: its plain form against stock autograd in double precision, its kernel against its plain form
// in float.
#pragma once

#include "core/nn/ops.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

namespace fettle::test
{

inline at::Tensor random(at::IntArrayRef shape, uint64_t seed)
{
    return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

/// Inputs and parameters of an operation, as doubles.
struct Case {
    std::vector<at::Tensor> inputs;     ///< Vars
    std::vector<at::Tensor> parameters; ///< Parameters
};
using Tensors = std::vector<at::Tensor>;
using Vars = std::vector<Var>;
using Parameters = std::vector<Parameter>;
using Operation = std::function<Var(Tape&, const Vars&, const Parameters&)>;
using Reference = std::function<at::Tensor(const Tensors&, const Tensors&)>;

struct Outcome {
    at::Tensor value;
    Tensors gradients; ///< of inputs, then of parameters
};

/// Runs forward and backward; the gradients begin as ones, so that what overwrites instead of adding is found out.
inline Outcome runOperation(const Case& given, const Operation& operation, at::ScalarType type, bool plain,
                            const at::Tensor& weight, const TapeDropout& dropout)
{
    Tape tape(at::kCPU, type, plain);
    tape.begin(true, dropout);
    Vars inputs;
    for (const at::Tensor& input : given.inputs)
        inputs.push_back(std::make_shared<Node>(Node{input.to(type, false, true), at::ones_like(input, type)}));
    Parameters parameters;
    for (const at::Tensor& parameter : given.parameters)
        parameters.push_back({parameter.to(type, false, true), at::ones_like(parameter, type)});
    const Var out = operation(tape, inputs, parameters);
    Outcome outcome;
    outcome.value = out->value.clone();
    // An operation may return its input as it is.
    const bool same = std::find(inputs.begin(), inputs.end(), out) != inputs.end();
    out->grad = same ? weight.to(type) + 1 : weight.to(type, false, true);
    tape.backward();
    for (const Var& input : inputs)
        outcome.gradients.push_back(input->grad - 1);
    for (const Parameter& parameter : parameters)
        outcome.gradients.push_back(parameter.grad - 1);
    return outcome;
}

inline double largestDifference(const at::Tensor& a, const at::Tensor& b)
{
    return a.numel() == 0 ? 0 : (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

inline void expectSame(const Outcome& a, const Outcome& b, double tolerance)
{
    EXPECT_LT(largestDifference(a.value, b.value), tolerance);
    ASSERT_EQ(a.gradients.size(), b.gradients.size());
    for (size_t i = 0; i < a.gradients.size(); ++i)
        EXPECT_LT(largestDifference(a.gradients[i], b.gradients[i]), tolerance) << "gradient " << i;
}

inline void checkOperation(const Case& given, const Operation& operation, const Reference& reference,
                           const TapeDropout& dropout = {}, double kernelTolerance = 1e-4)
{
    Tensors inputs, parameters, leaves;
    for (const at::Tensor& x : given.inputs)
        inputs.push_back(x.clone().set_requires_grad(true));
    for (const at::Tensor& x : given.parameters)
        parameters.push_back(x.clone().set_requires_grad(true));
    leaves = inputs;
    leaves.insert(leaves.end(), parameters.begin(), parameters.end());
    const at::Tensor value = reference(inputs, parameters);
    const at::Tensor weight = random(value.sizes(), 99);
    const Outcome expected{value.detach(), torch::autograd::grad({(value * weight).sum()}, leaves)};
    const Outcome plain = runOperation(given, operation, at::kDouble, true, weight, dropout);
    const Outcome plainFloat = runOperation(given, operation, at::kFloat, true, weight, dropout);
    const Outcome kernel = runOperation(given, operation, at::kFloat, false, weight, dropout);
    {
        SCOPED_TRACE("plain form against autograd, double");
        expectSame(plain, expected, 1e-9);
    }
    {
        SCOPED_TRACE("kernel against plain form, float");
        expectSame(kernel, plainFloat, kernelTolerance);
    }
    {
        SCOPED_TRACE("kernel against plain form, double");
        expectSame(kernel, plain, kernelTolerance);
    }
}

} // namespace fettle::test
