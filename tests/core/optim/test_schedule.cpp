// SPDX-License-Identifier: GPL-3.0-or-later
// Learning rates against transformers' own, to the last bit.
#include "core/optim/schedule.h"

#include "core/base/json.h"
#include "tests/support/tree.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>

using namespace fettle;

TEST(Schedule, TablesOfTransformers)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/optim/lr_tables.json");
    static const std::regex form(R"((\w+) T=(\d+) warmup=(\d+))");
    int tables = 0;
    for (const auto& [name, rates] : recorded["lr_of_optimizer_step_0_1_2"].items()) {
        std::smatch match;
        if (!std::regex_match(name, match, form))
            continue;
        const std::string kind = match[1].str();
        if (kind != "linear" && kind != "cosine" && kind != "constant" && kind != "constant_with_warmup")
            continue;
        SCOPED_TRACE(name);
        ++tables;
        TrainArgs arguments;
        arguments.learning_rate = recorded["base_lr"].get<double>();
        arguments.lr_scheduler_type = kind;
        arguments.warmup_steps = std::stod(match[3].str());
        for (size_t step = 0; step < rates.size(); ++step)
            EXPECT_EQ(learningRateAt(arguments, std::stoll(match[2].str()), static_cast<int64_t>(step)),
                      rates[step].get<double>())
                << step;
    }
    EXPECT_GE(tables, 4);
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
