// SPDX-License-Identifier: GPL-3.0-or-later
// The table of arguments: defaults, checks, old words, words to come.
#include "core/arguments/train_args.h"
#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using ::testing::HasSubstr;

namespace
{

Error argumentErrorOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Failed, "nothing was thrown");
}

} // namespace

TEST(Arguments, HaveTransformersDefaults)
{
    const TrainArgs arguments;
    EXPECT_EQ(argumentText(arguments, "learning_rate"), "5e-05");
    EXPECT_EQ(argumentText(arguments, "num_train_epochs"), "3");
    EXPECT_EQ(argumentText(arguments, "data_seed"), "none");
    EXPECT_EQ(argumentText(arguments, "load_best_model_at_end"), "false");
    EXPECT_EQ(findArgument("adam_beta2")->defaultText, "0.999");
    EXPECT_EQ(findArgument("no_such"), nullptr);
}

TEST(Arguments, RoundTripThroughJson)
{
    TrainArgs arguments;
    arguments.save_total_limit = 2;
    arguments.lr_scheduler_type = "cosine";
    TrainArgs back;
    const Json json = toJson(arguments);
    for (const auto& [name, value] : json.items())
        setArgument(back, name, value);
    EXPECT_EQ(toJson(back), toJson(arguments));
    EXPECT_EQ(toJson(arguments).size(), argumentTable().size());
}

TEST(Arguments, TextAndJsonMeanTheSame)
{
    TrainArgs arguments;
    setArgumentText(arguments, "learning_rate", "1e-3");
    setArgumentText(arguments, "max_steps", "12");
    setArgumentText(arguments, "save_total_limit", "none");
    setArgumentText(arguments, "use_cpu", "true");
    EXPECT_EQ(arguments.learning_rate, 1e-3);
    EXPECT_EQ(arguments.max_steps, 12);
    EXPECT_FALSE(arguments.save_total_limit.has_value());
    EXPECT_TRUE(arguments.use_cpu);
    setArgument(arguments, "learning_rate", Json(nullptr)); // None: the default
    EXPECT_EQ(arguments.learning_rate, 5e-5);
}

TEST(Arguments, OldWordsAreMapped)
{
    TrainArgs arguments;
    setArgument(arguments, "evaluation_strategy", Json("epoch"));
    setArgument(arguments, "no_cuda", Json(true));
    setArgument(arguments, "bf16", Json(false));
    setArgument(arguments, "report_to", Json::array());
    setArgument(arguments, "label_smoothing_factor", Json(0.0));
    EXPECT_EQ(arguments.eval_strategy, "epoch");
    EXPECT_TRUE(arguments.use_cpu);
}

TEST(Arguments, SayWhatIsNotSupportedYet)
{
    TrainArgs arguments;
    for (const auto& [name, value] : {std::pair<const char*, Json>{"bf16", true},
                                      {"label_smoothing_factor", 0.1},
                                      {"gradient_checkpointing", true},
                                      {"use_dora", true},
                                      {"optim", "adafactor"},
                                      {"lr_scheduler_type", "polynomial"},
                                      {"precision", "bf16"},
                                      {"report_to", "tensorboard"}}) {
        const Error error = argumentErrorOf([&, n = name, v = value] { setArgument(arguments, n, v); });
        EXPECT_EQ(error.code(), ErrorCode::BadInput) << name;
        EXPECT_THAT(error.message(), HasSubstr("not supported yet")) << name;
        EXPECT_EQ(error.subject(), name);
    }
}

TEST(Arguments, NameTheNearestKnownWord)
{
    TrainArgs arguments;
    const Error error = argumentErrorOf([&] { setArgument(arguments, "learning_rat", Json(1)); });
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_THAT(error.hint(), HasSubstr("\"learning_rate\""));
}

TEST(Arguments, ProblemsAreToldInWords)
{
    const ArgumentInfo& rate = *findArgument("learning_rate");
    EXPECT_EQ(argumentProblem(rate, "5"), "5 is too big: at most 0.1.");
    EXPECT_EQ(argumentProblem(rate, "x"), "\"x\" is not a number.");
    EXPECT_EQ(argumentProblem(rate, ""), "A value is needed here.");
    EXPECT_EQ(argumentProblem(rate, "1e-4"), "");
    EXPECT_EQ(argumentProblem(*findArgument("num_train_epochs"), "0"), "0 is too small: it must be above 0.");
    EXPECT_EQ(argumentProblem(*findArgument("per_device_train_batch_size"), "1.5"), "1.5 is not a whole number.");
    EXPECT_EQ(argumentProblem(*findArgument("save_total_limit"), "none"), "");
    EXPECT_EQ(argumentProblem(*findArgument("eval_strategy"), ""), "");
}

TEST(Arguments, EveryNumberOfStepsOrPassesHasALimit)
{
    TrainArgs arguments;
    for (const char* name :
         {"num_train_epochs", "max_steps", "eval_steps", "save_steps", "logging_steps", "warmup_steps"})
        for (const char* value : {"1e300", "1e18", "inf", "nan", "-inf"}) {
            const Error error = argumentErrorOf([&] { setArgumentText(arguments, name, value); });
            EXPECT_EQ(error.code(), ErrorCode::BadInput) << name << "=" << value;
            EXPECT_EQ(error.subject(), name);
        }
    EXPECT_THAT(argumentErrorOf([&] { setArgument(arguments, "num_train_epochs", 1e300); }).message(),
                HasSubstr("1e+300 is too big: at most 1000000"));
    EXPECT_THAT(argumentErrorOf([&] { setArgument(arguments, "max_steps", 1000000000000000000); }).message(),
                HasSubstr("at most 1000000000"));
}

TEST(Arguments, AreCheckedTogether)
{
    TrainArgs arguments;
    EXPECT_NO_THROW(validateArguments(arguments));
    arguments.save_steps = 2.5;
    EXPECT_EQ(argumentErrorOf([&] { validateArguments(arguments); }).subject(), "save_steps");
    arguments = {};
    arguments.load_best_model_at_end = true;
    arguments.eval_strategy = "no";
    EXPECT_EQ(argumentErrorOf([&] { validateArguments(arguments); }).subject(), "load_best_model_at_end");
    arguments = {};
    arguments.learning_rate = 3;
    EXPECT_EQ(argumentErrorOf([&] { validateArguments(arguments); }).subject(), "learning_rate");
}

TEST(Arguments, MarkdownNamesEveryArgument)
{
    const std::string page = argumentsMarkdown();
    for (const ArgumentInfo& info : argumentTable())
        EXPECT_THAT(page, HasSubstr(std::string("| `") + info.name + "` |"));
}
