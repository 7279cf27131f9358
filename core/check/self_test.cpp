// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/self_test.h"

#include "core/check/bench_models.h"
#include "core/models/model.h"
#include "core/nn/matmul/check.h"
#include "core/optim/adamw.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <fmt/format.h>
#include <numeric>

namespace fettle
{

namespace
{

PackedBatch selfTestBatch()
{
    PackedBatch batch;
    batch.cuSeqlens.push_back(0);
    for (const std::vector<int64_t>& row : selfTestRows()) {
        for (size_t i = 0; i < row.size(); ++i) {
            batch.inputIds.push_back(row[i]);
            batch.positionIds.push_back(static_cast<int64_t>(i));
            batch.targets.push_back(i + 1 < row.size() ? row[i + 1] : ignoredLabel);
            batch.gradedTokens += i + 1 < row.size();
        }
        batch.cuSeqlens.push_back(static_cast<int32_t>(batch.inputIds.size()));
        batch.maxSeqlen = std::max(batch.maxSeqlen, static_cast<int32_t>(row.size()));
        batch.rows.push_back(static_cast<int64_t>(batch.rows.size()));
    }
    batch.originalIds = batch.inputIds;
    batch.tokenTypeIds.assign(batch.inputIds.size(), 0);
    return batch;
}

void fillByFormula(Arena& arena)
{
    std::vector<std::string> names;
    for (const Arena::Entry& entry : arena.entries())
        names.push_back(entry.name);
    std::sort(names.begin(), names.end());
    for (size_t position = 0; position < names.size(); ++position) {
        const at::Tensor value = arena.parameter(names[position]).value.view({-1});
        auto* data = value.mutable_data_ptr<float>();
        for (int64_t i = 0; i < value.numel(); ++i)
            data[i] = static_cast<float>(selfTestWeight(names[position], static_cast<int64_t>(position), i));
    }
}

SelfTest compareSteps()
{
    const ShapeFolder shape("tiny");
    LoadOptions load;
    load.trainable = true;
    load.cpuOnly = true;
    const auto model = loadModel("random:" + shape.path().string(), load);
    fillByFormula(model->arena());
    AdamW optimizer(model->arena(), {});
    const PackedBatch batch = selfTestBatch();
    const auto graded = static_cast<double>(batch.gradedTokens);
    const std::vector<SelfTestStep>& expected = selfTestExpected();
    for (size_t step = 0; step < expected.size(); ++step) {
        const double loss = model->trainBatch(batch, 1 / graded, {}).sum / graded;
        const double norm = optimizer.step(selfTestLearningRate);
        if (!(std::abs(loss - expected[step].loss) <= 2e-5 * expected[step].loss &&
              std::abs(norm - expected[step].gradNorm) <= 2e-4 * expected[step].gradNorm))
            return {false, fmt::format("Step {}: loss {:.7g} and gradient norm {:.7g}, where {:.7g} and {:.7g} are "
                                       "right. This machine or its LibTorch computes wrong numbers.",
                                       step + 1, loss, norm, expected[step].loss, expected[step].gradNorm)};
    }
    return {true,
            fmt::format("{} training steps of a tiny model gave the right losses and gradients.", expected.size())};
}

SelfTest compareProducts()
{
    std::string names;
    for (const MatmulWay& way : matmulWays()) {
        if (const double error = largestError(way); !(error <= 1))
            return {false, fmt::format("Matrix products of {} differ from those in double precision by {:.3g} times "
                                       "what rounding explains.",
                                       way.name, error)};
        names += fmt::format("{}{}", names.empty() ? "" : ", ", way.name);
    }
    return {true, fmt::format("Matrix products ({}) agree with double precision.", names)};
}

} // namespace

double selfTestWeight(const std::string& name, int64_t position, int64_t index)
{
    const bool scale = name.find("ln_") != std::string::npos && name.ends_with(".weight");
    return (scale ? 1.0 : 0.0) +
           0.15 * std::sin(1.3 * static_cast<double>(position) + 0.61 * static_cast<double>(index) +
                           0.002 * static_cast<double>(index * index % 997));
}

std::vector<std::vector<int64_t>> selfTestRows()
{
    std::vector<std::vector<int64_t>> rows;
    for (const int64_t length : {12, 9}) {
        rows.emplace_back();
        for (int64_t i = 0; i < length; ++i)
            rows.back().push_back((7 * i * i + 5 * i + 3 * length) % 60);
    }
    return rows;
}

const std::vector<SelfTestStep>& selfTestExpected()
{
    static const std::vector<SelfTestStep> steps{{4.0427417325395609, 4.1001743268250905},
                                                 {4.2676621314158316, 1.7550129982297282},
                                                 {3.9026624894969024, 1.6406322670148561}};
    return steps;
}

SelfTest runSelfTest()
{
    try {
        const SelfTest products = compareProducts(), steps = compareSteps();
        if (!products.passed)
            return products;
        return {steps.passed, steps.passed ? steps.message + " " + products.message : steps.message};
    } catch (const std::exception& error) {
        return {false, error.what()};
    }
}

} // namespace fettle
