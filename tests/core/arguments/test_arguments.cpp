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
    setArgument(arguments, "torch_compile", Json(false));
    EXPECT_EQ(arguments.eval_strategy, "epoch");
    EXPECT_TRUE(arguments.use_cpu);
    EXPECT_EQ(setArgument(arguments, "group_by_length", Json(false)), "");
    EXPECT_EQ(arguments.train_sampling_strategy, "random");
    EXPECT_EQ(setArgument(arguments, "group_by_length", Json(true)), "");
    EXPECT_EQ(arguments.train_sampling_strategy, "group_by_length");
    setArgumentText(arguments, "whole_word_mask", "true");
    EXPECT_EQ(arguments.mask_kind, "whole_word");
    setArgument(arguments, "activation_checkpointing", Json(true));
    EXPECT_TRUE(arguments.gradient_checkpointing);
    setArgument(arguments, "include_num_input_tokens_seen", Json(true));
    EXPECT_EQ(arguments.include_num_input_tokens_seen, "all");
    setArgument(arguments, "metric_for_best_model", Json("eval_accuracy"));
    EXPECT_EQ(arguments.metric_for_best_model, "accuracy");
    EXPECT_THAT(setArgument(arguments, "greater_is_better", Json(true)), HasSubstr("a higher accuracy"));
    EXPECT_EQ(setArgument(arguments, "greater_is_better", Json(nullptr)), "");
    validateArguments(arguments);
    arguments.prediction_loss_only = true;
    EXPECT_THAT(argumentErrorOf([&] { validateArguments(arguments); }).message(), HasSubstr("prediction_loss_only"));
}

TEST(Arguments, SayWhatIsNotSupportedYet)
{
    TrainArgs arguments;
    for (const auto& [name, value] : {std::pair<const char*, Json>{"bf16", true},
                                      {"fp16", true},
                                      {"optim", "ademamix"},
                                      {"train_sampling_strategy", "batch_rebalance"},
                                      {"metric_for_best_model", "f1"},
                                      {"lr_scheduler_type", "greedy"},
                                      {"precision", "bf16"},
                                      {"report_to", "wandb"}}) {
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

TEST(Arguments, OptionsOfAScheduleAreAnObjectInRunFilesAndTextElsewhere)
{
    TrainArgs arguments, typed;
    setArgument(arguments, "lr_scheduler_kwargs", Json{{"num_cycles", 2}});
    setArgumentText(typed, "lr_scheduler_kwargs", R"( {"num_cycles": 2} )");
    EXPECT_EQ(arguments.lr_scheduler_kwargs, R"({"num_cycles":2})");
    EXPECT_EQ(typed.lr_scheduler_kwargs, arguments.lr_scheduler_kwargs);
    EXPECT_EQ(toJson(arguments)["lr_scheduler_kwargs"], Json({{"num_cycles", 2}}));
    setArgumentText(typed, "lr_scheduler_kwargs", "{}");
    EXPECT_EQ(typed.lr_scheduler_kwargs, "");
    EXPECT_TRUE(toJson(typed)["lr_scheduler_kwargs"].is_null());
    for (const Json& value : {Json("[1]"), Json("num_cycles=2"), Json(2), Json::array(), Json("{\"a\": }")}) {
        const Error error = argumentErrorOf([&] { setArgument(arguments, "lr_scheduler_kwargs", value); });
        EXPECT_EQ(error.code(), ErrorCode::BadInput) << value;
        EXPECT_THAT(error.message(), HasSubstr("is no JSON object")) << value;
    }
    EXPECT_EQ(argumentProblem(*findArgument("lr_scheduler_kwargs"), R"({"num_cycles": 2})"), "");
    EXPECT_THAT(argumentProblem(*findArgument("lr_scheduler_kwargs"), "2"), HasSubstr("is no JSON object"));
}

TEST(Arguments, OptionsOfAScheduleAreThoseItHas)
{
    const auto errorOf = [](const char* kind, const Json& options) {
        TrainArgs arguments;
        arguments.lr_scheduler_type = kind;
        setArgument(arguments, "lr_scheduler_kwargs", options);
        return argumentErrorOf([&] { validateArguments(arguments); });
    };
    const Error unknown = errorOf("cosine_with_restarts", {{"cycles", 2}});
    EXPECT_EQ(unknown.code(), ErrorCode::BadInput);
    EXPECT_EQ(unknown.subject(), "lr_scheduler_kwargs");
    EXPECT_EQ(unknown.message(), "lr_scheduler_kwargs: cosine_with_restarts has no \"cycles\"");
    EXPECT_EQ(unknown.hint(), "It has: num_cycles.");
    EXPECT_THAT(errorOf("linear", {{"num_cycles", 2}}).hint(), HasSubstr("linear takes no options"));
    EXPECT_THAT(errorOf("polynomial", {{"power", "2"}}).message(), HasSubstr("power: \"2\" is not a number"));
    EXPECT_THAT(errorOf("inverse_sqrt", {{"timescale", 0}}).message(), HasSubstr("0 is too small: at least 1"));
    EXPECT_THAT(errorOf("warmup_stable_decay", {{"num_decay_steps", 5}, {"decay_type", "round"}}).message(),
                HasSubstr("it can be: linear, cosine, 1-sqrt"));
    EXPECT_THAT(errorOf("warmup_stable_decay", Json::object()).message(), HasSubstr("needs num_decay_steps"));
    EXPECT_THAT(errorOf("cosine_with_min_lr", Json::object()).message(), HasSubstr("needs min_lr or min_lr_rate"));
    EXPECT_THAT(errorOf("cosine_warmup_with_min_lr", {{"min_lr", 1e-6}, {"min_lr_rate", 0.1}}).message(),
                HasSubstr("twice"));
    EXPECT_THAT(errorOf("polynomial", {{"lr_end", 1e-4}}).message(), HasSubstr("not below the learning rate"));
    TrainArgs unchecked;
    unchecked.lr_scheduler_type = "reduce_lr_on_plateau";
    EXPECT_NO_THROW(validateArguments(unchecked));
    unchecked.eval_strategy = "no";
    EXPECT_EQ(argumentErrorOf([&] { validateArguments(unchecked); }).subject(), "lr_scheduler_type");
}

TEST(Arguments, OptionsOfAnOptimizerAreThoseItHas)
{
    const auto errorOf = [](const char* optim, const char* options) {
        TrainArgs arguments;
        arguments.optim = optim;
        setArgumentText(arguments, "optim_args", options);
        return argumentErrorOf([&] { validateArguments(arguments); });
    };
    EXPECT_EQ(errorOf("sgd", "momentum=0.9, nesterov=True").message(), "nothing was thrown");
    EXPECT_EQ(errorOf("rmsprop", "centered=no,alpha=0.9").message(), "nothing was thrown");
    EXPECT_EQ(errorOf("adafactor", "").message(), "nothing was thrown");
    const Error unknown = errorOf("sgd", "momentun=0.9");
    EXPECT_EQ(unknown.code(), ErrorCode::BadInput);
    EXPECT_EQ(unknown.subject(), "optim_args");
    EXPECT_EQ(unknown.message(), "optim_args: sgd has no \"momentun\"");
    EXPECT_EQ(unknown.hint(), "It has: momentum, dampening, nesterov.");
    EXPECT_THAT(errorOf("adamw_torch", "beta1=0.8").hint(), HasSubstr("adamw_torch takes no options"));
    EXPECT_THAT(errorOf("sgd", "momentum").message(), HasSubstr("\"momentum\" is not of the form key=value"));
    EXPECT_THAT(errorOf("sgd", "momentum=much").message(), HasSubstr("\"much\" is not a number"));
    EXPECT_THAT(errorOf("sgd", "momentum=1").message(), HasSubstr("1 is too big"));
    EXPECT_THAT(errorOf("rmsprop", "centered=perhaps").message(), HasSubstr("neither true nor false"));
    EXPECT_THAT(errorOf("sgd", "nesterov=true").message(), HasSubstr("nesterov needs a momentum"));
    EXPECT_THAT(errorOf("adagrad", "weight_decay=0.1").hint(), HasSubstr("Set weight_decay"));
}

TEST(Arguments, MarkdownNamesEveryArgument)
{
    const std::string page = argumentsMarkdown();
    for (const ArgumentInfo& info : argumentTable())
        EXPECT_THAT(page, HasSubstr(std::string("| `") + info.name + "` |"));
}
