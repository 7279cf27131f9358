// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of settings before a run: rates and warm-ups are judged by what the optimizer and the schedule make of
// them.
#include "core/train/setting_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace fettle;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace
{

std::vector<NoticeCode> codesOf(const TrainArgs& arguments)
{
    ModelFacts model;
    model.name = "gpt2";
    model.parameters = 124'000'000;
    StepPlan plan;
    plan.maxSteps = 300;
    plan.stepsPerEpoch = 100;
    std::vector<NoticeCode> codes;
    for (const SettingWarning& warning : settingWarnings(arguments, model, plan))
        codes.push_back(warning.code);
    return codes;
}

} // namespace

TEST(SettingWarnings, WhatIsFarTooHighForAdamWSuitsSgd)
{
    TrainArgs arguments;
    arguments.learning_rate = 0.05;
    for (const char* optim : {"adamw_torch", "adafactor", "rmsprop"}) {
        arguments.optim = optim;
        EXPECT_THAT(codesOf(arguments), ElementsAre(NoticeCode::LearningRateHigh)) << optim;
    }
    arguments.optim = "sgd";
    EXPECT_THAT(codesOf(arguments), IsEmpty());
    arguments.learning_rate = 0;
    EXPECT_THAT(codesOf(arguments), ElementsAre(NoticeCode::LearningRateLow));
}

TEST(SettingWarnings, AWarmUpIsNotTooLongWhereThereIsNone)
{
    TrainArgs arguments;
    arguments.warmup_steps = 500;
    for (const char* kind : {"linear", "inverse_sqrt", "warmup_stable_decay"}) {
        arguments.lr_scheduler_type = kind;
        EXPECT_THAT(codesOf(arguments), ElementsAre(NoticeCode::WarmupTooLong)) << kind;
    }
    for (const char* kind : {"constant", "reduce_lr_on_plateau"}) {
        arguments.lr_scheduler_type = kind;
        EXPECT_THAT(codesOf(arguments), IsEmpty()) << kind;
    }
}
