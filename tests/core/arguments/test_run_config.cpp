// SPDX-License-Identifier: GPL-3.0-or-later
// Run files: reading, completing, setting single values, refusing what is unknown.
#include "core/arguments/run_config_checks.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "tests/support/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace
{

RunConfig parsed(const char* text)
{
    return parseRunConfig(parseJson(text, "run.json"), "/base");
}

Error configErrorOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Failed, "nothing was thrown");
}

} // namespace

TEST(RunFile, ReadsEveryKey)
{
    const RunConfig config = parsed(R"({"fettle": 1, "model": "random:init", "objective": "masked",
        "data": {"train": ["a.txt", "/b.txt", "bundled:ships-log"], "split": "train[:10]", "column": "c",
                 "validation": 0.05, "template": null, "blocks": "packed", "max_length": 64, "end_of_text": "append",
                 "empty_rows": "skip", "prompt": "Q: {q}", "completion": "a", "completion_only": false,
                 "truncation_mode": "keep_start"},
        "samples": {"prompts": ["x"], "every_steps": 5, "max_new_tokens": 6, "temperature": 0.5, "top_k": 7,
                    "top_p": 0.5, "seed": 9, "greedy": true},
        "arguments": {"output_dir": "out", "learning_rate": 1e-3}})");
    EXPECT_EQ(config.model, "random:/base/init");
    EXPECT_EQ(config.data.train, (std::vector<std::string>{"/base/a.txt", "/b.txt", "bundled:ships-log"}));
    EXPECT_EQ(config.data.validationFraction, 0.05);
    EXPECT_EQ(config.data.blocks, Blocks::Packed);
    EXPECT_TRUE(config.data.appendEndOfText);
    EXPECT_TRUE(config.data.skipEmptyRows);
    EXPECT_EQ(config.data.prompt, "Q: {q}");
    EXPECT_EQ(config.data.completion, "a");
    EXPECT_FALSE(config.data.completionOnly);
    EXPECT_TRUE(config.data.keepsStart);
    EXPECT_EQ(config.samples.everySteps, 5);
    EXPECT_TRUE(config.samples.greedy);
    EXPECT_EQ(config.arguments.output_dir, "/base/out");
    EXPECT_EQ(config.arguments.learning_rate, 1e-3);
    EXPECT_EQ(toJson(parseRunConfig(toJson(config), "/elsewhere")), toJson(config));
}

TEST(RunFile, HasTheRulingsDefaults)
{
    const RunConfig config = parsed(R"({"model": "m", "data": {"train": "t"}})");
    EXPECT_EQ(config.samples.everySteps, 50);
    EXPECT_EQ(config.samples.maxNewTokens, 64);
    EXPECT_EQ(config.samples.temperature, 0.8);
    EXPECT_EQ(config.samples.topK, 40);
    EXPECT_EQ(config.samples.topP, 0.95);
    EXPECT_EQ(config.samples.seed, 42);
    EXPECT_EQ(config.data.blocks, Blocks::Lines);
    EXPECT_FALSE(config.data.skipEmptyRows);
    EXPECT_EQ(config.data.maxLength, 128);
}

TEST(RunFile, RefusesUnknownKeysWithTheNearest)
{
    EXPECT_THAT(configErrorOf([] { parsed(R"({"modle": "m"})"); }).hint(), HasSubstr("\"model\""));
    const Error error = configErrorOf([] { parsed(R"({"data": {"max_lenght": 3}})"); });
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_THAT(error.message(), HasSubstr("data.max_lenght"));
    EXPECT_THAT(error.hint(), HasSubstr("data.max_length"));
    EXPECT_THAT(configErrorOf([] { parsed(R"({"model": "hub:a/b/c"})"); }).message(), HasSubstr("a/b/c"));
    EXPECT_THAT(configErrorOf([] { parsed(R"({"data": {"blocks": "blocks"}})"); }).message(), HasSubstr("packed"));
    EXPECT_THAT(configErrorOf([] { parsed(R"({"data": {"empty_rows": "drop"}})"); }).message(), HasSubstr("skip"));
}

TEST(RunFile, SetsSingleValues)
{
    RunConfig config = parsed(R"({"model": "m", "data": {"train": "t"}})");
    applySetting(config, "learning_rate=1e-2");
    applySetting(config, "arguments.seed=7");
    applySetting(config, "data.max_length=64");
    applySetting(config, "data.validation=0.1");
    applySetting(config, "data.split=train[:10]");
    applySetting(config, "data.empty_rows=skip");
    applySetting(config, "samples.prompts=[\"a\", \"b\"]");
    applySetting(config, "model=bundled:nano-gpt");
    EXPECT_EQ(config.arguments.learning_rate, 1e-2);
    EXPECT_EQ(config.arguments.seed, 7);
    EXPECT_EQ(config.data.maxLength, 64);
    EXPECT_EQ(config.data.validationFraction, 0.1);
    EXPECT_EQ(config.data.split, "train[:10]");
    EXPECT_TRUE(config.data.skipEmptyRows);
    EXPECT_EQ(config.samples.prompts.size(), 2u);
    EXPECT_EQ(config.model, "bundled:nano-gpt");
    EXPECT_EQ(configErrorOf([&] { applySetting(config, "nothing"); }).code(), ErrorCode::BadInput);
    EXPECT_EQ(configErrorOf([&] { applySetting(config, "sampels.seed=1"); }).code(), ErrorCode::BadInput);
    EXPECT_EQ(configErrorOf([&] { applySetting(config, "seeed=1"); }).code(), ErrorCode::BadInput);
    for (const char* inner : {"model.folder=x", "objective.x=1", "fettle.x=1"}) // one value each
        EXPECT_THAT(configErrorOf([&] { applySetting(config, inner); }).message(), HasSubstr("has no parts"));
}

TEST(RunFile, TextsMayHaveWeights)
{
    const RunConfig config = parsed(
        R"({"data": {"train": ["a.txt", {"path": "b.txt", "weight": 2.5}, {"path": "c.txt", "weight": 1}, {"path": "d.txt"}]}})");
    ASSERT_EQ(config.data.train.size(), 4u);
    EXPECT_EQ(config.data.trainWeights, (std::map<std::string, double>{{config.data.train[1], 2.5}}));
    const Json written = toJson(config)["data"]["train"];
    EXPECT_EQ(written[0], config.data.train[0]);
    EXPECT_EQ(written[1], (Json{{"path", config.data.train[1]}, {"weight", 2.5}}));
    EXPECT_EQ(parseRunConfig(toJson(config), "/elsewhere").data, config.data);
    RunConfig one = parsed(R"({"data": {"train": {"path": "a.txt", "weight": 0.5}}})");
    EXPECT_EQ(one.data.trainWeights.size(), 1u);
    applySetting(one, "data.train=b.txt");
    EXPECT_TRUE(one.data.trainWeights.empty());

    const auto refused = [](const char* train) {
        return configErrorOf([&] { parsed((std::string(R"({"data": {"train": )") + train + "}}").c_str()); }).message();
    };
    for (const char* weight : {"0", "-1", "0.0001", "1e9"})
        EXPECT_THAT(refused((std::string(R"({"path": "a.txt", "weight": )") + weight + "}").c_str()),
                    AllOf(HasSubstr("the weight of"), HasSubstr("a.txt must be between 0.001 and 1000, not ")));
    EXPECT_THAT(refused(R"({"path": "a.txt", "weight": "much"})"), HasSubstr("weight"));
    EXPECT_THAT(refused(R"([{"weight": 2}])"), HasSubstr("must be a path"));
    EXPECT_THAT(refused(R"([{"path": "a.txt", "wieght": 2}])"), HasSubstr("data.train.wieght"));
    EXPECT_THAT(refused(R"(["a.txt", {"path": "a.txt", "weight": 2}])"), HasSubstr("twice, with different weights"));
}

TEST(RunFile, DataFormatIsReadSetAndWritten)
{
    RunConfig config = parsed(R"({"data": {"train": "t", "format": {"kind": "csv", "encoding": "Windows-1252",
        "separator": "tab", "quote": "none", "header": false}}})");
    const DataFormat given{"csv", "windows-1252", "\t", "none", false};
    EXPECT_EQ(config.data.format, given);
    EXPECT_EQ(parseRunConfig(toJson(config), "/elsewhere").data, config.data);
    applySetting(config, "data.format.separator=;");
    applySetting(config, "data.format.quote=\"");
    applySetting(config, "data.format.header=true");
    applySetting(config, "data.format.encoding=auto");
    EXPECT_EQ(config.data.format, (DataFormat{"csv", "", ";", "\"", true}));
    applySetting(config, "data.format=null");
    EXPECT_EQ(config.data.format, DataFormat{});
    EXPECT_TRUE(toJson(config)["data"]["format"].is_null());

    const auto refused = [](const char* format) {
        return configErrorOf([&] { parsed((std::string(R"({"data": {"format": )") + format + "}}").c_str()); });
    };
    EXPECT_THAT(refused(R"({"seperator": ";"})").hint(), HasSubstr("data.format.separator"));
    EXPECT_EQ(refused(R"({"separator": "ab"})").subject(), "data.format");
    EXPECT_EQ(refused(R"({"quote": "a"})").hint(), "Usual are \" and ', or \"none\".");
    EXPECT_EQ(refused(R"({"kind": "parquet"})").subject(), "data.format");
    EXPECT_EQ(refused(R"({"header": "maybe"})").subject(), "data.format");
}

TEST(RunFile, SaysWhatStandsBeforeAStart)
{
    RunConfig config;
    EXPECT_EQ(configErrorOf([&] { validateRunConfig(config); }).subject(), "model");
    config.model = "bundled:nano-gpt";
    EXPECT_EQ(configErrorOf([&] { validateRunConfig(config); }).subject(), "data");
    config.data.train = {"/no/such/file.txt"};
    EXPECT_EQ(configErrorOf([&] { validateRunConfig(config); }).subject(), "data");
    config.data.train = {fettle::test::inTree("LICENSE")};
    EXPECT_NO_THROW(validateRunConfig(config));
    config.arguments.load_best_model_at_end = true;
    EXPECT_EQ(configErrorOf([&] { validateRunConfig(config); }).subject(), "load_best_model_at_end");
    config.data.train = {"/no/such/file.txt"};
    EXPECT_EQ(configErrorOf([&] { validateSettings(config); }).subject(), "load_best_model_at_end") << "asks no disk";
}

TEST(RunFile, SyntaxErrorsNameTheFileAndPlace)
{
    const fs::path file = fs::temp_directory_path() / "fettle-broken-run.json";
    writeFileAtomically(file, "{\n\"model\": }\n");
    const Error error = configErrorOf([&] { readRunConfig(file); });
    EXPECT_THAT(error.message(), HasSubstr(file.string() + ", line 2, column 10"));
    fs::remove(file);
}
