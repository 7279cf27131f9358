// SPDX-License-Identifier: GPL-3.0-or-later
// A tiny training whose numbers are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct SelfTest {
    bool passed = false;
    std::string message;
};

/// Trains a GPT-2 of 8,000 weights for three steps, from weights and text that are a formula, and compares losses and
/// gradient norms with those that stock autograd computes in double precision (a test of ours recomputes them).
/// Compares every way of multiplying matrices with double precision, too.
SelfTest runSelfTest();

/// The formula: value `index` of parameter `name`, the `position`-th of all names in alphabetical order.
double selfTestWeight(const std::string& name, int64_t position, int64_t index);
/// Its two rows of text.
std::vector<std::vector<int64_t>> selfTestRows();
inline constexpr double selfTestLearningRate = 0.01;

struct SelfTestStep {
    double loss = 0, gradNorm = 0;
};
/// What must come out, step by step.
const std::vector<SelfTestStep>& selfTestExpected();

} // namespace fettle
