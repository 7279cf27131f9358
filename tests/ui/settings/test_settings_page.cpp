// SPDX-License-Identifier: GPL-3.0-or-later
// The page Settings over a workbench: what is typed reaches the configuration, and comes back.
#include "tests/ui/settings/all_arguments.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/run_pace.h"
#include "ui/bench/workbench.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/fold_header.h"
#include "ui/parts/segmented_control.h"
#include "ui/settings/forecast_card.h"
#include "ui/settings/learner_choice.h"
#include "ui/settings/preset_bar.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/settings_page.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::allArguments;
using fettle::ui::testing::waitFor;

namespace
{
class SettingsPageOverWorkbench : public ::testing::Test
{
protected:
    SettingsPageOverWorkbench()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }

    static void type(SettingRow* row, const QString& text)
    {
        auto* line = row->field()->findChild<QLineEdit*>();
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    }

    static QString mendWords(const SettingsPage& page)
    {
        for (const auto* label : page.findChildren<QLabel*>())
            if (label->text().startsWith(QLatin1String("Mend first")))
                return label->text();
        return {};
    }

    static QString badgeWords(const SettingsPage& page)
    {
        return page.findChild<ForecastCard*>()->findChild<StateBadge*>()->text();
    }

    std::unique_ptr<Workbench> workbench;
};
} // namespace

TEST_F(SettingsPageOverWorkbench, WhatIsTypedReachesTheConfigurationAndUndoTakesItBack)
{
    SettingsPage page(*workbench, nullptr);
    const RunConfig before = workbench->choices.config();
    type(page.form()->row("learning_rate"), "5e-4");
    EXPECT_EQ(workbench->choices.config().arguments.learning_rate, 5e-4);
    type(page.form()->row("data.max_length"), "64");
    EXPECT_EQ(workbench->choices.config().data.maxLength, 64);
    type(page.form()->row("samples.every_steps"), "25");
    EXPECT_EQ(workbench->choices.config().samples.everySteps, 25);
    EXPECT_EQ(page.form()->changed(), 3);
    ASSERT_TRUE(workbench->choices.canUndo());
    for (int i = 0; i < 3; ++i)
        workbench->choices.undo();
    EXPECT_EQ(workbench->choices.config().arguments.learning_rate, before.arguments.learning_rate);
    EXPECT_EQ(workbench->choices.config().data.maxLength, before.data.maxLength);
    EXPECT_EQ(page.form()->row("data.max_length")->value(), "128") << "the form shows what holds again";
    EXPECT_EQ(page.form()->changed(), 0);
}

TEST_F(SettingsPageOverWorkbench, EveryArgumentGoesRound)
{
    SettingsPage page(*workbench, nullptr);
    for (const SettingInfo& setting : settingTable()) {
        QString text = stepped(setting, setting.defaultText, 1);
        if (setting.type == ArgumentType::Flag)
            text = QStringLiteral("true");
        else if (setting.isChoice())
            text = QString::fromStdString(setting.check.choices.back());
        else if (setting.check.isObject)
            text = QStringLiteral("{\"num_cycles\":2}");
        else if (setting.type == ArgumentType::Text)
            text = QStringLiteral("/tmp/somewhere");
        Q_EMIT page.form()->committed(setting.key, text);
        EXPECT_EQ(settingText(workbench->choices.config(), setting.key), text) << setting.key.toStdString();
        EXPECT_EQ(page.form()->row(setting.key)->value(), text) << setting.key.toStdString();
    }
}

TEST_F(SettingsPageOverWorkbench, AWrongTextStandsBeforeTheStartAndIsNotTakenOver)
{
    SettingsPage page(*workbench, nullptr);
    type(page.form()->row("learning_rate"), "5");
    type(page.form()->row("data.max_length"), "1");
    EXPECT_EQ(workbench->choices.config().arguments.learning_rate, TrainArgs().learning_rate);
    EXPECT_EQ(workbench->choices.config().data.maxLength, 128);
    EXPECT_EQ(page.form()->row("learning_rate")->value(), "5");
    EXPECT_EQ(page.form()->row("data.max_length")->value(), "1");
    const QString words = mendWords(page);
    EXPECT_TRUE(words.contains("Learning rate")) << words.toStdString();
    EXPECT_TRUE(words.contains("Longest row"));
    EXPECT_TRUE(words.contains("Data")) << "no text is chosen either";
    type(page.form()->row("learning_rate"), "1e-3");
    type(page.form()->row("data.max_length"), "32");
    EXPECT_FALSE(mendWords(page).contains("Learning rate"));
    EXPECT_EQ(workbench->choices.config().data.maxLength, 32);
    QSignalSpy wanted(workbench.get(), &Workbench::pageWanted);
    page.mend("data");
    ASSERT_EQ(wanted.size(), 1);
    EXPECT_EQ(wanted[0][0].value<PageId>(), PageId::Data);
}

TEST_F(SettingsPageOverWorkbench, APresetIsOneStepOfUndo)
{
    SettingsPage page(*workbench, nullptr);
    auto* bar = page.findChild<PresetBar*>();
    ASSERT_NE(bar, nullptr);
    bar->button(1)->click();
    EXPECT_TRUE(bar->button(1)->isChecked());
    EXPECT_TRUE(hasPreset(workbench->choices.config().arguments, bar->presets()[1]));
    workbench->choices.undo();
    EXPECT_FALSE(bar->button(1)->isChecked());
    EXPECT_EQ(argumentText(workbench->choices.config().arguments, "learning_rate"),
              argumentText(TrainArgs(), "learning_rate"));
}

TEST_F(SettingsPageOverWorkbench, OneChoiceMakesItAnAdapterThatLearnsAndBack)
{
    workbench->choices.setModel("bundled:nano-gpt");
    DataConfig data;
    data.train = {"bundled:ships-log"};
    workbench->choices.setData(data);
    SettingsPage page(*workbench, nullptr);
    ASSERT_TRUE(waitFor([this] { return workbench->forecasts.forecast().has_value(); }, 60000));
    const int64_t all = workbench->model.entry()->parameters;
    auto* learner = page.findChild<LearnerChoice*>();
    auto* bar = page.findChild<PresetBar*>();
    ASSERT_TRUE(learner && bar);
    EXPECT_EQ(learner->control()->current(), 0);
    bar->button(1)->click();
    const TrainArgs before = workbench->choices.config().arguments;

    learner->control()->segment(1)->click();
    const TrainArgs& arguments = workbench->choices.config().arguments;
    EXPECT_EQ(arguments.lora_r, 16);
    EXPECT_EQ(arguments.lora_target_modules, "all-linear");
    EXPECT_GT(arguments.learning_rate, before.learning_rate);
    EXPECT_TRUE(bar->button(1)->isChecked()) << "the preset holds for what learns now";
    ASSERT_TRUE(waitFor(
        [&] {
            const auto& forecast = workbench->forecasts.forecast();
            return forecast && forecast->trainedParameters < forecast->parameters;
        },
        60000));
    const Forecast forecast = *workbench->forecasts.forecast();
    EXPECT_EQ(forecast.parameters - forecast.trainedParameters, all) << "the model itself stays as it is";
    const auto labels = page.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text().contains(QStringLiteral("numbers beside the model learn"));
    }));

    learner->control()->segment(0)->click();
    EXPECT_EQ(allArguments(workbench->choices.config().arguments), allArguments(before));
    workbench->choices.undo();
    EXPECT_EQ(learner->control()->current(), 1) << "one step of undo";
}

TEST_F(SettingsPageOverWorkbench, ARateThatComesWithTheAdditionIsSaidAndGoesWithIt)
{
    SettingsPage page(*workbench, nullptr);
    const auto* learner = page.findChild<LearnerChoice*>();
    const auto rate = [this] { return workbench->choices.config().arguments.learning_rate; };
    const auto says = [learner](const QString& words) {
        const auto labels = learner->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text().contains(words); });
    };
    const double usual = TrainArgs().learning_rate;
    page.resize(1056, 770);
    page.show();
    const auto height = [learner] {
        QCoreApplication::processEvents();
        return learner->height();
    };
    const int before = height();
    learner->control()->segment(1)->click();
    EXPECT_EQ(height(), before) << "what stands below keeps its place";
    ASSERT_GT(rate(), usual);
    EXPECT_TRUE(says(QStringLiteral("Learning rate set to %1, as is usual for LoRA; it was %2.")
                         .arg(rateText(rate()), rateText(usual))));
    learner->control()->segment(0)->click();
    EXPECT_EQ(rate(), usual);
    learner->control()->segment(1)->click();
    type(page.form()->row("learning_rate"), "3e-4");
    EXPECT_FALSE(says(QStringLiteral("Learning rate set"))) << "it is a person's now";
    learner->control()->segment(0)->click();
    EXPECT_EQ(rate(), 3e-4);
    EXPECT_FALSE(says(QStringLiteral("Learning rate set")));
}

TEST_F(SettingsPageOverWorkbench, WhileARunTrainsItSaysWhatThatRunMeasures)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.blocks = Blocks::Packed;
    config.data.maxLength = 64;
    config.arguments.max_steps = 100000;
    config.arguments.save_strategy = "no";
    config.arguments.learning_rate = 1e-3;
    workbench->choices.set(config);
    SettingsPage page(*workbench, nullptr);
    page.show();
    ASSERT_TRUE(waitFor([this] { return workbench->forecasts.forecast() && workbench->canStart(); }, 60000));
    const QString former = QStringLiteral("of the value before");
    for (const char* key : {"learning_rate", "data.max_length"}) {
        const QString good = page.form()->row(key)->value();
        type(page.form()->row(key), "-1");
        EXPECT_EQ(badgeWords(page), former) << key;
        type(page.form()->row(key), good);
        EXPECT_NE(badgeWords(page), former) << key;
    }
    ASSERT_TRUE(waitFor([this] { return workbench->forecasts.forecast() && workbench->canStart(); }, 60000));
    const auto says = [&page](const QString& words) {
        const auto labels = page.findChild<ForecastCard*>()->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text().contains(words); });
    };
    const QString badge = QStringLiteral("time measured in this run");
    EXPECT_FALSE(badgeWords(page).contains(badge));
    workbench->start();
    ASSERT_TRUE(waitFor([&] { return badgeWords(page).contains(badge); }, 120000));
    const RunHistory& history = *workbench->run.history();
    const auto folds = page.form()->findChildren<FoldHeader*>();
    EXPECT_TRUE(std::any_of(folds.begin(), folds.end(), [&](const FoldHeader* fold) {
        return fold->summary() == placeText(QString::fromStdString(history.runFolder));
    })) << "where that run is saved, not the next one";
    EXPECT_TRUE(says(QStringLiteral("%1 gone, %2 left")
                         .arg(clockText(history.steps.back().elapsed), aboutText(secondsLeft(history)))));
    EXPECT_TRUE(waitFor([this] { return workbench->forecasts.forecast()->measured; }, 60000))
        << "other settings of that model are forecast from it too";
    EXPECT_FALSE(workbench->run.isOtherNext());
    const std::filesystem::path folder = history.runFolder;
    workbench->run.stop(StopMode::Discard);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    EXPECT_FALSE(badgeWords(page).contains(badge)) << "the next run is another";
    std::filesystem::remove_all(folder);
}
