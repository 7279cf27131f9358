// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/setting_warnings.h"

#include "core/base/passes.h"
#include "core/base/text.h"
#include "core/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr double farAbove = 10, farBelow = 1.0 / 30; ///< of what suits
constexpr double tooHighForAny = 0.02;               ///< AdamW moves every weight by about so much a step

std::optional<SettingWarning> learningRateWarning(const TrainArgs& arguments, const ModelFacts& model)
{
    const double rate = arguments.learning_rate, suits = suitableLearningRate(model);
    if (arguments.optim == "sgd" && rate > 0) // its corrections are as long as the gradients: nothing is known of those
        return std::nullopt;
    const std::string way = fmt::format("Use about {}.", shortest(suits));
    if (rate >= std::min(tooHighForAny, farAbove * suits))
        return SettingWarning{
            NoticeCode::LearningRateHigh, "learning_rate",
            fmt::format("A learning rate of {} is far too high for {} ({} weights): {}.", shortest(rate), model.name,
                        grouped(model.parameters),
                        model.randomWeights ? "it would hardly learn" : "the first steps wipe out what it knows"),
            way};
    if (rate == 0)
        return SettingWarning{NoticeCode::LearningRateLow, "learning_rate",
                              "With a learning rate of 0 no step changes the model.", way};
    if (rate < farBelow * suits)
        return SettingWarning{
            NoticeCode::LearningRateLow, "learning_rate",
            fmt::format("A learning rate of {} is far below what suits {} ({} weights): it will learn little.",
                        shortest(rate), model.name, grouped(model.parameters)),
            way};
    return std::nullopt;
}

} // namespace

double suitableLearningRate(const ModelFacts& model)
{
    // Adapters begin as nothing and are small: they take a rate about ten times as high.
    constexpr double ofAdapters = 10;
    const double whole = suitableLearningRate(model.parameters - model.adapterParameters, model.randomWeights);
    return model.adapterParameters > 0 ? std::min(3e-3, ofAdapters * whole) : whole;
}

std::vector<SettingWarning> settingWarnings(const TrainArgs& arguments, const ModelFacts& model, const StepPlan& plan)
{
    std::vector<SettingWarning> warnings;
    if (const auto warning = learningRateWarning(arguments, model))
        warnings.push_back(*warning);
    const int64_t warmup = warmupSteps(arguments, plan.maxSteps);
    if (warmup >= plan.maxSteps && warmsUp(arguments))
        warnings.push_back({NoticeCode::WarmupTooLong, arguments.warmup_steps > 0 ? "warmup_steps" : "warmup_ratio",
                            fmt::format("The warm-up ({} steps) is not over before the run is ({} steps): the learning "
                                        "rate never reaches {}.",
                                        grouped(warmup), grouped(plan.maxSteps), shortest(arguments.learning_rate)),
                            plan.maxSteps < 10
                                ? "So short a run needs no warm-up: set it to 0, or train longer."
                                : fmt::format("Warm up for at most {} steps, a tenth of the run, or train longer.",
                                              grouped(plan.maxSteps / 10))});
    const double bySteps = static_cast<double>(plan.maxSteps) / static_cast<double>(plan.stepsPerEpoch);
    if (arguments.max_steps > 0 &&
        plan.maxSteps != static_cast<int64_t>(std::ceil(
                             std::min(1e9, arguments.num_train_epochs * static_cast<double>(plan.stepsPerEpoch)))))
        warnings.push_back(
            {NoticeCode::EpochsOverruled, "num_train_epochs",
             fmt::format("The {} passes are not used: max_steps ends the run after {} steps, which are "
                         "{} passes.",
                         shortest(arguments.num_train_epochs), grouped(plan.maxSteps), passesText(bySteps)),
             "Set max_steps to -1 to let the passes decide."});
    return warnings;
}

} // namespace fettle
