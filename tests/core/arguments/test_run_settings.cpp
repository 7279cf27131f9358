// SPDX-License-Identifier: GPL-3.0-or-later
// The settings of data and samples: their table is the struct, the run file and the form.
#include "core/arguments/run_config.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace fettle;

TEST(RunSettings, TheTableIsWhatARunFileHolds)
{
    const Json json = toJson(RunConfig());
    std::set<std::string> names;
    std::vector<std::string> written;
    for (const char* room : {"data", "samples"})
        for (const auto& [key, value] : json[room].items())
            written.push_back(std::string(room) + "." + key);
    std::vector<std::string> declared;
    for (const ArgumentInfo& info : runSettingTable()) {
        declared.emplace_back(info.name);
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_STRNE(info.label, "") << info.name;
        EXPECT_STRNE(info.help, "") << info.name;
        EXPECT_EQ(runSettingText(RunConfig(), info.name), info.defaultText) << info.name;
        EXPECT_EQ(findRunSetting(info.name), &info);
        if (info.level != ArgumentLevel::Elsewhere) {
            EXPECT_NE(findRunSetting(info.form.after), nullptr) << info.name << " has no place in the form";
        }
    }
    EXPECT_EQ(written, declared);
}

TEST(RunSettings, AreReadAsText)
{
    RunConfig config;
    config.data.maxLength = 64;
    config.data.blocks = Blocks::Packed;
    config.samples.temperature = 0.5;
    config.samples.prompts = {"a", "b"};
    config.arguments.learning_rate = 1e-3;
    EXPECT_EQ(runSettingText(config, setting_key::data::maxLength), "64");
    EXPECT_EQ(runSettingText(config, setting_key::data::blocks), "packed");
    EXPECT_EQ(runSettingText(config, setting_key::data::column), "none");
    EXPECT_EQ(runSettingText(config, setting_key::data::validation), "none");
    EXPECT_EQ(runSettingText(config, setting_key::samples::temperature), "0.5");
    EXPECT_EQ(runSettingText(config, setting_key::samples::greedy), "false");
    EXPECT_EQ(parseJson(runSettingText(config, setting_key::samples::prompts), "prompts"), Json({"a", "b"}));
    EXPECT_EQ(runSettingText(config, setting_key::learning_rate), "0.001");
    EXPECT_EQ(findRunSetting("max_length"), nullptr);
}

TEST(RunSettings, OutOfRangeIsRefusedByName)
{
    for (const ArgumentInfo& info : runSettingTable()) {
        for (const auto& [limit, factor] : {std::pair(info.check.min, -1.0), std::pair(info.check.max, 1.0)}) {
            if (!limit || info.type == ArgumentType::Text)
                continue;
            RunConfig config;
            config.model = "bundled:nano-gpt";
            config.data.train = {"bundled:recipes"};
            const double beyond = *limit + factor * (info.type == ArgumentType::Integer ? 1 : 0.001);
            const Json value = info.type == ArgumentType::Integer ? Json(static_cast<int64_t>(beyond)) : Json(beyond);
            applySetting(config, std::string(info.name) + "=" + jsonText(value));
            try {
                validateRunConfig(config);
                ADD_FAILURE() << info.name << " = " << beyond;
            } catch (const Error& error) {
                EXPECT_EQ(error.subject(), info.name) << error.message();
            }
        }
    }
}
