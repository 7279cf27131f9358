// SPDX-License-Identifier: GPL-3.0-or-later
// What Settings says before a start: fields that another one overrules, values that are hardly meant, what is missing.
#include "tests/ui/fabricated_preview.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/home/home_page.h"
#include "ui/settings/forecast_card.h"
#include "ui/settings/overruled.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/settings_page.h"
#include "ui/window/rail_lines.h"

#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

QString helpOf(const SettingRow* row)
{
    QString all;
    for (const QLabel* label : row->findChildren<QLabel*>())
        if (!label->isHidden())
            all += label->text() + QLatin1Char('\n');
    return all;
}

class SettingsWords : public ::testing::Test
{
protected:
    SettingsWords()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }
    bool choose()
    {
        workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
        workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
        return waitFor([this] { return workbench->text.preview() && workbench->forecasts.forecast(); }, 30000);
    }

    std::unique_ptr<Workbench> workbench;
};

TEST_F(SettingsWords, ARunThatEndsBeforeTheFirstSamplesSaysSo)
{
    SettingsPage page(*workbench, nullptr);
    ASSERT_TRUE(choose());
    const auto says = [&] {
        return helpOf(page.form()->row("samples.every_steps"))
            .contains(QStringLiteral("at step 0 and at its end alone"));
    };
    EXPECT_FALSE(says());
    workbench->choices.setArgument(QStringLiteral("max_steps"), QStringLiteral("30"));
    EXPECT_TRUE(waitFor(says, 20000)) << helpOf(page.form()->row("samples.every_steps")).toStdString();
    workbench->choices.setArgument(QStringLiteral("max_steps"), QStringLiteral("200"));
    EXPECT_TRUE(waitFor([&] { return !says(); }, 20000));
}

TEST_F(SettingsWords, ADoubtfulRateIsWrittenAsInTheFormAndTheRailDoubtsItToo)
{
    SettingsPage page(*workbench, nullptr);
    ASSERT_TRUE(choose());
    const SettingRow* rate = page.form()->row("learning_rate");
    ASSERT_TRUE(rate->hasWarning());
    EXPECT_TRUE(rate->problemText().contains(QStringLiteral("5e-5"))) << rate->problemText().toStdString();
    EXPECT_FALSE(rate->problemText().contains(QStringLiteral("e-05"))) << rate->problemText().toStdString();
    EXPECT_EQ(railMark(*workbench, PageId::Settings), Mark::Warning);
    EXPECT_EQ(railLine(*workbench, PageId::Settings), QStringLiteral("1 setting to look at"));
    workbench->choices.setArgument(QStringLiteral("learning_rate"), QStringLiteral("0.002"));
    EXPECT_TRUE(waitFor([&] { return railMark(*workbench, PageId::Settings) == Mark::Tick; }, 20000));
    EXPECT_FALSE(rate->hasWarning());
    EXPECT_TRUE(railLine(*workbench, PageId::Settings).contains(QStringLiteral("0.002"))) << "as the form writes it";
}

TEST_F(SettingsWords, AnOverruledFieldSaysByWhatAndGivesTheWayOut)
{
    SettingsPage page(*workbench, nullptr);
    workbench->choices.setArgument(QStringLiteral("max_steps"), QStringLiteral("300"));
    const QString words = helpOf(page.form()->row("num_train_epochs"));
    EXPECT_TRUE(words.contains(QStringLiteral("300 steps"))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("set:max_steps=-1")));
    Q_EMIT page.form()->helpLink(QStringLiteral("num_train_epochs"), QStringLiteral("set:max_steps=-1"));
    EXPECT_EQ(workbench->choices.config().arguments.max_steps, -1);
    EXPECT_FALSE(helpOf(page.form()->row("num_train_epochs")).contains(QStringLiteral("Not used")));
    // Nothing is kept aside: one click keeps some, here and now.
    EXPECT_TRUE(helpOf(page.form()->row("eval_steps")).contains(QStringLiteral("set:data.validation=0.05")));
    Q_EMIT page.form()->helpLink(QStringLiteral("eval_steps"), QStringLiteral("set:data.validation=0.05"));
    EXPECT_EQ(workbench->choices.config().data.validationFraction, 0.05);
}

TEST_F(SettingsWords, EveryKindOfOverrulingIsNamed)
{
    RunConfig config;
    config.data.validationFraction = 0.1;
    EXPECT_TRUE(overruledSettings(config, Objective::Causal).empty()) << "defaults overrule nothing";
    config.arguments.warmup_steps = 10;
    config.arguments.warmup_ratio = 0.1;
    config.arguments.save_strategy = "epoch";
    config.arguments.eval_strategy = "epoch";
    config.arguments.mlm_probability = 0.3;
    const auto all = overruledSettings(config, Objective::Causal);
    for (const char* key : {"warmup_ratio", "save_steps", "eval_steps", "mlm_probability"})
        EXPECT_TRUE(all.count(QString::fromLatin1(key))) << key;
    EXPECT_FALSE(overruledSettings(config, Objective::Masked).count(QStringLiteral("mlm_probability")));
}

TEST_F(SettingsWords, NamesFollowHowRowsAreRead)
{
    SettingsPage page(*workbench, nullptr);
    EXPECT_EQ(page.form()->row("per_device_train_batch_size")->setting().label, "Rows per step");
    DataConfig rules;
    rules.blocks = Blocks::Packed;
    workbench->choices.setData(rules);
    EXPECT_EQ(page.form()->row("per_device_train_batch_size")->setting().label, "Blocks per step");
    EXPECT_EQ(page.form()->row("data.max_length")->setting().label, "Block length");
    EXPECT_EQ(page.form()->row("per_device_train_batch_size")->setting().unit, "blocks");
}

TEST_F(SettingsWords, ChecksOfAShortRunAreToldGrammatically)
{
    ASSERT_TRUE(choose());
    SettingsPage page(*workbench, nullptr);
    workbench->choices.setArgument(QStringLiteral("max_steps"), QStringLiteral("12"));
    ASSERT_TRUE(waitFor(
        [this] { return workbench->forecasts.forecast() && workbench->forecasts.forecast()->steps == 12; }, 30000));
    page.refresh();
    const QString words = helpOf(page.form()->row("eval_steps"));
    EXPECT_TRUE(words.contains(QStringLiteral("Automatic: every step. 13 checks"))) << words.toStdString();
    EXPECT_FALSE(words.contains(QStringLiteral("about under"))) << words.toStdString();
}

TEST_F(SettingsWords, AStepTakesNoMoreThanThereIs)
{
    RunConfig config;
    config.arguments.per_device_train_batch_size = 500;
    const DataPreview preview =
        fettle::test::fabricatedPreview(config, std::vector<std::string>(25, "a row of words"), Objective::Causal);
    Forecast forecast;
    forecast.steps = 3;
    const QString words = whatWillHappen(config, preview, Objective::Causal, forecast);
    EXPECT_TRUE(words.contains(QStringLiteral("after every 25"))) << words.toStdString();
}

TEST_F(SettingsWords, WhatTheDiskCannotHoldStandsBeforeTheStart)
{
    ASSERT_TRUE(choose());
    ASSERT_TRUE(workbench->canStart());
    RunConfig config = workbench->choices.config();
    config.arguments.save_steps = 1;
    config.arguments.save_total_limit.reset();
    config.arguments.num_train_epochs = 1000000;
    workbench->choices.set(config);
    ASSERT_TRUE(
        waitFor([this] { return workbench->forecasts.forecast() && workbench->forecasts.forecast()->diskBytes > 1e15; },
                30000));
    EXPECT_FALSE(workbench->canStart());
    ASSERT_FALSE(workbench->problems().empty());
    EXPECT_EQ(workbench->problems().front().subject, QStringLiteral("save_total_limit"));
    SettingsPage page(*workbench, nullptr);
    EXPECT_FALSE(page.header()->primary()->isEnabled()) << "Start does not stay green";
}

TEST_F(SettingsWords, TheFolderOfTheNextRunComesWithTheForecast)
{
    ASSERT_TRUE(choose());
    EXPECT_TRUE(workbench->forecasts.nextRunFolder().endsWith(QStringLiteral("/Fettle/ships-log-1")))
        << workbench->forecasts.nextRunFolder().toStdString();
}

TEST(HomePage, ItsTimesAreForecastHere)
{
    fettle::ui::testing::application();
    QSettings().clear();
    Workbench workbench;
    HomePage page(workbench, nullptr);
    page.refresh();
    ASSERT_TRUE(waitFor([&] { return workbench.demos.forecast(QStringLiteral("ships-log")).has_value(); }, 60000));
    const auto forecast = workbench.demos.forecast(QStringLiteral("ships-log"));
    EXPECT_GT(forecast->seconds, 0);
    EXPECT_EQ(forecast->steps, 300);
    const QString button = page.header()->primary()->text();
    const bool isKnown = forecast->measured || forecast->secondsHigh <= 15 * 60; // not on every busy machine
    EXPECT_EQ(button.startsWith(QStringLiteral("Try it: ")), isKnown) << button.toStdString();
    EXPECT_TRUE(button.startsWith(QStringLiteral("Try it"))) << button.toStdString();
}

} // namespace
