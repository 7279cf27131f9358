// SPDX-License-Identifier: GPL-3.0-or-later
// Learning rates against transformers' own, to the last bit.
#include "core/optim/schedule.h"

#include "core/base/json.h"
#include "tests/support/tree.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>

using namespace fettle;

TEST(Schedule, TablesOfTransformers)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/optim/lr_tables.json");
    static const std::regex form(R"((\w+) T=(\d+) warmup=(\d+))");
    static const std::map<std::string, std::pair<std::string, std::string>> told{
        {"cosine_with_restarts_3", {"cosine_with_restarts", R"({"num_cycles": 3})"}},
        {"polynomial_p2", {"polynomial", R"({"power": 2, "lr_end": 1e-6})"}}};
    size_t tables = 0;
    for (const auto& [name, rates] : recorded["lr_of_optimizer_step_0_1_2"].items()) {
        std::smatch match;
        ASSERT_TRUE(std::regex_match(name, match, form)) << name;
        SCOPED_TRACE(name);
        ++tables;
        TrainArgs arguments;
        arguments.learning_rate = recorded["base_lr"].get<double>();
        arguments.lr_scheduler_type = match[1].str();
        if (const auto found = told.find(match[1].str()); found != told.end()) {
            arguments.lr_scheduler_type = found->second.first;
            setArgumentText(arguments, "lr_scheduler_kwargs", found->second.second);
        }
        arguments.warmup_steps = std::stod(match[3].str());
        const Json& later = recorded["where_tf456_differs"];
        const Json& wanted = later.contains(name) ? later[name] : rates;
        ASSERT_TRUE(wanted.is_array());
        for (size_t step = 0; step < wanted.size() && wanted[step].is_number(); ++step) // else an error beyond the end
            EXPECT_EQ(learningRateAt(arguments, std::stoll(match[2].str()), static_cast<int64_t>(step)),
                      wanted[step].get<double>())
                << step;
    }
    EXPECT_EQ(tables, 27u);
}

TEST(Schedule, OptionsOfTransformers)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/optim/schedules.json");
    for (const Json& schedule : recorded["schedules"]) {
        SCOPED_TRACE(jsonText(schedule["kwargs"]));
        TrainArgs arguments;
        arguments.learning_rate = recorded["base_lr"].get<double>();
        setArgument(arguments, "lr_scheduler_type", schedule["type"]);
        setArgument(arguments, "lr_scheduler_kwargs", schedule["kwargs"]);
        setArgument(arguments, "warmup_steps", schedule["warmup_steps"]);
        EXPECT_NO_THROW(validateArguments(arguments));
        const auto maxSteps = schedule["max_steps"].get<int64_t>();
        ASSERT_EQ(schedule["rates"].size(), static_cast<size_t>(maxSteps));
        for (int64_t step = 0; step < maxSteps; ++step)
            EXPECT_EQ(learningRateAt(arguments, maxSteps, step),
                      schedule["rates"][static_cast<size_t>(step)].get<double>())
                << step;
    }
    EXPECT_EQ(recorded["schedules"].size(), 17u);
}

TEST(Schedule, PlateausOfTorch)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/optim/schedules.json");
    for (const Json& plateau : recorded["plateaus"]) {
        SCOPED_TRACE(jsonText(plateau["kwargs"]));
        TrainArgs arguments;
        arguments.learning_rate = recorded["base_lr"].get<double>();
        arguments.lr_scheduler_type = "reduce_lr_on_plateau";
        arguments.eval_strategy = "steps";
        setArgument(arguments, "lr_scheduler_kwargs", plateau["kwargs"]);
        EXPECT_NO_THROW(validateArguments(arguments));
        PlateauState state = plateauAtStart(arguments);
        EXPECT_EQ(state.rate, learningRateAt(arguments, 100, 50)) << "the preview: the rate before any check";
        ASSERT_EQ(plateau["losses"].size(), plateau["rates_after"].size());
        for (size_t i = 0; i < plateau["losses"].size(); ++i) {
            const Json& loss = plateau["losses"][i];
            plateauCheck(arguments, loss.is_null() ? std::numeric_limits<double>::quiet_NaN() : loss.get<double>(),
                         state);
            EXPECT_EQ(state.rate, plateau["rates_after"][i].get<double>()) << i;
        }
    }
    EXPECT_EQ(recorded["plateaus"].size(), 8u);
}

TEST(Schedule, APreviewOfWhatDoesNotFitIsStillOne)
{
    TrainArgs arguments;
    for (const char* kind : {"cosine_with_min_lr", "warmup_stable_decay", "polynomial", "inverse_sqrt"})
        for (const char* options : {"", R"({"num_cycles": "x", "timescale": 0, "lr_end": 5, "num_decay_steps": -3})"}) {
            arguments.lr_scheduler_type = kind;
            arguments.lr_scheduler_kwargs = options;
            for (int64_t step = 0; step < 10; ++step)
                EXPECT_TRUE(std::isfinite(learningRateAt(arguments, 10, step))) << kind << options << step;
        }
}

TEST(Schedule, WarmUpAsCountOrShare)
{
    TrainArgs arguments;
    EXPECT_EQ(warmupSteps(arguments, 100), 0);
    arguments.warmup_ratio = 0.101;
    EXPECT_EQ(warmupSteps(arguments, 100), 11);
    arguments.warmup_steps = 0.05;
    EXPECT_EQ(warmupSteps(arguments, 100), 5);
    arguments.warmup_steps = 7;
    EXPECT_EQ(warmupSteps(arguments, 100), 7);
}
