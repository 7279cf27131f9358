// SPDX-License-Identifier: GPL-3.0-or-later
// Settings as lines of a form: every argument is there; values as they are typed, stepped, put right.
#include "ui/settings/setting_text.h"

#include <gtest/gtest.h>
#include <map>

using namespace fettle;
using namespace fettle::ui;

namespace
{
const SettingInfo& line(const char* key)
{
    const SettingInfo* setting = findSetting(QString::fromLatin1(key));
    EXPECT_NE(setting, nullptr) << key;
    return *setting;
}
} // namespace

TEST(SettingTable, HoldsEveryArgumentOnce)
{
    std::map<QString, int> seen;
    for (const SettingInfo& setting : settingTable()) {
        ++seen[setting.key];
        EXPECT_FALSE(setting.label.isEmpty()) << setting.key.toStdString();
        EXPECT_FALSE(setting.help.isEmpty()) << setting.key.toStdString();
        EXPECT_EQ(settingText(RunConfig(), setting.key), setting.defaultText) << setting.key.toStdString();
        EXPECT_TRUE(settingProblem(setting, setting.defaultText).isEmpty()) << setting.key.toStdString();
    }
    for (const ArgumentInfo& info : argumentTable())
        EXPECT_EQ(seen[info.name], 1) << info.name;
    EXPECT_EQ(seen["data.max_length"], 1);
    EXPECT_EQ(seen["samples.every_steps"], 1);
    EXPECT_EQ(settingTable().size(), argumentTable().size() + 2);
    EXPECT_EQ(line("output_dir").place, SettingInfo::Place::SavedIn);
}

TEST(SettingText, NumbersAreShort)
{
    EXPECT_EQ(shortNumber("5e-05"), "5e-5");
    EXPECT_EQ(shortNumber("0.00005"), "5e-5");
    EXPECT_EQ(shortNumber("0.10"), "0.1");
    EXPECT_EQ(shortNumber("3.0"), "3");
    EXPECT_EQ(shortNumber("1e-08"), "1e-8");
    EXPECT_EQ(shortNumber("0.0005"), "5e-4");
    EXPECT_EQ(shortNumber("0.999"), "0.999");
    EXPECT_EQ(shortNumber("500"), "500");
    EXPECT_EQ(shortNumber("linear"), "linear");
    EXPECT_EQ(shortNumber("none"), "none");
    EXPECT_EQ(inFull("5e-4"), "0.0005");
    EXPECT_EQ(inFull("1.25e-5"), "0.0000125");
    EXPECT_EQ(inFull("0.1"), "");
}

TEST(SettingText, SaysWhatAValueMeans)
{
    EXPECT_EQ(meaning(line("learning_rate"), "5e-4"), "= 0.0005");
    EXPECT_EQ(meaning(line("eval_steps"), "0"), "= automatic");
    EXPECT_EQ(meaning(line("save_steps"), "0.1"), "= 10 % of the run");
    EXPECT_EQ(meaning(line("early_stopping_patience"), "0"), "= never");
    EXPECT_EQ(meaning(line("num_train_epochs"), "3"), "");
    EXPECT_EQ(valueInWords(line("early_stopping_patience"), "0"), "never");
    EXPECT_EQ(valueInWords(line("learning_rate"), "5e-05"), "5e-5");
    EXPECT_EQ(valueInWords(line("load_best_model_at_end"), "false"), "off");
    EXPECT_EQ(valueInWords(line("save_total_limit"), "none"), "not set");
}

TEST(SettingText, OneOfAUnitIsOne)
{
    EXPECT_EQ(unitBehind("1", "epochs"), "epoch");
    EXPECT_EQ(unitBehind("1.5", "epochs"), "epochs");
    EXPECT_EQ(unitBehind("1", "% of rows"), "% of rows");
}

TEST(SettingText, StepsAreRoundAndStayInBounds)
{
    EXPECT_EQ(stepped(line("learning_rate"), "5e-5", 1), "1e-4");
    EXPECT_EQ(stepped(line("learning_rate"), "1e-4", 1), "2e-4");
    EXPECT_EQ(stepped(line("learning_rate"), "1e-4", -1), "5e-5");
    EXPECT_EQ(stepped(line("learning_rate"), "0.1", 1), "0.1");
    EXPECT_EQ(stepped(line("per_device_train_batch_size"), "8", 1), "16");
    EXPECT_EQ(stepped(line("per_device_train_batch_size"), "12", -1), "8");
    EXPECT_EQ(stepped(line("per_device_train_batch_size"), "1", -1), "1");
    EXPECT_EQ(stepped(line("num_train_epochs"), "3", 1), "4");
    EXPECT_EQ(stepped(line("num_train_epochs"), "1", -1), "0.5");
    EXPECT_EQ(stepped(line("data.max_length"), "128", 1), "160");
    EXPECT_EQ(stepped(line("data.max_length"), "64", -1), "56");
    EXPECT_EQ(stepped(line("adam_beta1"), "0.9", 1), "0.95");
    EXPECT_EQ(stepped(line("adam_beta2"), "0.999", -1), "0.998");
    EXPECT_EQ(stepped(line("save_total_limit"), "none", 1), "1");
    EXPECT_EQ(stepped(line("save_total_limit"), "1", -1), "none");
    EXPECT_EQ(stepped(line("weight_decay"), "0", 1), "0.01");
    // Ten steps up and down never leave what is allowed.
    for (const SettingInfo& setting : settingTable()) {
        for (const int direction : {1, -1}) {
            QString text = setting.defaultText;
            for (int i = 0; i < 10; ++i) {
                text = stepped(setting, text, direction);
                EXPECT_TRUE(settingProblem(setting, text).isEmpty())
                    << setting.key.toStdString() << " = " << text.toStdString();
            }
        }
    }
}

TEST(SettingText, MendsWithOneClick)
{
    const SettingInfo& rate = line("learning_rate");
    EXPECT_FALSE(settingProblem(rate, "5").isEmpty());
    EXPECT_EQ(settingFix(rate, "5", "5e-5")->text, "5e-4");
    EXPECT_EQ(settingFix(rate, "5", "5e-5")->label, "Use 5e-4");
    EXPECT_EQ(settingFix(rate, "quick", "2e-3")->text, "2e-3");
    EXPECT_EQ(settingFix(rate, "quick", "")->text, "5e-5");
    EXPECT_FALSE(settingFix(rate, "1e-3", "5e-5").has_value());
    EXPECT_EQ(settingFix(line("per_device_train_batch_size"), "0", "8")->text, "1");
    EXPECT_EQ(settingFix(line("per_device_train_batch_size"), "100000", "8")->text, "8");
    EXPECT_EQ(settingFix(line("num_train_epochs"), "1e300", "3")->text, "3");
    EXPECT_EQ(settingFix(line("mlm_probability"), "0.95", "0.15")->text, "0.9");
    EXPECT_EQ(settingFix(line("data.max_length"), "1", "128")->text, "2");
    EXPECT_EQ(settingFix(line("data.max_length"), "long", "256")->text, "256");
}
