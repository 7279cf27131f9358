// SPDX-License-Identifier: GPL-3.0-or-later
// The form of all settings: every argument has its field; typing, mending, searching, locking.
#include "tests/ui/settings/all_arguments.h"
#include "tests/ui/ui_test_support.h"
#include "ui/look/theme.h"
#include "ui/parts/fold_header.h"
#include "ui/settings/number_field.h"
#include "ui/settings/preset_bar.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::allArguments;

namespace
{
QLineEdit* lineOf(SettingRow* row)
{
    return row->field()->findChild<QLineEdit*>();
}

void type(SettingRow* row, const QString& text)
{
    QLineEdit* line = lineOf(row);
    line->selectAll();
    QTest::keyClicks(line, text);
    QTest::keyClick(line, Qt::Key_Return);
}

QPushButton* fixOf(SettingRow* row)
{
    for (auto* button : row->findChildren<QPushButton*>())
        if (!button->isHidden() && button->text().startsWith(QLatin1String("Use ")))
            return button;
    return nullptr;
}
} // namespace

TEST(SettingsForm, HasAFieldForEveryArgument)
{
    fettle::ui::testing::application();
    SettingsForm form;
    for (const ArgumentInfo& info : argumentTable()) {
        SettingRow* row = form.row(QString::fromLatin1(info.name));
        ASSERT_NE(row, nullptr) << info.name;
        ASSERT_NE(row->field(), nullptr) << info.name;
        EXPECT_FALSE(row->field()->accessibleName().isEmpty()) << info.name;
        EXPECT_EQ(row->value(), row->setting().defaultText) << info.name;
        EXPECT_FALSE(row->isChanged()) << info.name;
        EXPECT_FALSE(row->hasProblem()) << info.name;
    }
    EXPECT_EQ(form.changed(), 0);
}

TEST(SettingsForm, ShowsAConfigAndSendsWhatIsTyped)
{
    fettle::ui::testing::application();
    SettingsForm form;
    RunConfig config;
    config.arguments.learning_rate = 2e-3;
    config.arguments.lr_scheduler_type = "cosine";
    config.arguments.load_best_model_at_end = true;
    config.data.maxLength = 64;
    config.data.validationFraction = 0.05;
    form.setConfig(config, {});
    EXPECT_EQ(form.row("learning_rate")->value(), "0.002");
    EXPECT_EQ(form.row("lr_scheduler_type")->value(), "cosine");
    EXPECT_EQ(form.row("load_best_model_at_end")->value(), "true");
    EXPECT_EQ(form.row("data.max_length")->value(), "64");
    EXPECT_EQ(form.changed(), 4);

    QSignalSpy committed(&form, &SettingsForm::committed);
    type(form.row("learning_rate"), "5e-4");
    ASSERT_EQ(committed.size(), 1);
    EXPECT_EQ(committed[0][0].toString(), "learning_rate");
    EXPECT_EQ(committed[0][1].toString(), "5e-4");
    type(form.row("num_train_epochs"), "1,5"); // a decimal comma is understood
    EXPECT_EQ(committed[1][1].toString(), "1.5");
}

TEST(SettingsForm, CountsWhatAPersonChangedApartFromWhatFettleSet)
{
    fettle::ui::testing::application();
    SettingsForm form;
    EXPECT_EQ(form.changedInWords(), "all at their defaults");
    RunConfig config;
    config.arguments.save_steps = 24;
    config.arguments.warmup_steps = 10;
    form.setAutomatic({"save_steps", "data.validation"});
    form.setConfig(config, {});
    EXPECT_EQ(form.changedInWords(), "1 changed, 2 set by Fettle") << "an advanced one counts, too";
    form.setAutomatic({});
    form.setConfig(config, {});
    EXPECT_EQ(form.changedInWords(), "2 changed from the default");
}

TEST(SettingsForm, ItsPartsCountWhatWasChangedAsTheWholeDoes)
{
    fettle::ui::testing::application();
    SettingsForm form;
    RunConfig config;
    config.arguments.save_steps = 24;
    config.arguments.warmup_steps = 10;
    form.setAutomatic({"save_steps"});
    form.setConfig(config, {});
    EXPECT_EQ(form.changedInWords(), "1 changed, 1 set by Fettle");
    const FoldHeader* advanced = form.findChildren<FoldHeader*>().front();
    EXPECT_TRUE(advanced->accessibleDescription().contains("1 changed from the default"))
        << advanced->accessibleDescription().toStdString();
}

TEST(SettingsForm, SaysWhatIsWrongBesideTheFieldAndMendsIt)
{
    fettle::ui::testing::application();
    SettingsForm form;
    form.setContextLength(256, "nano-gpt");
    SettingRow* rate = form.row("learning_rate");
    QSignalSpy committed(&form, &SettingsForm::committed);
    QTest::keyClick(lineOf(rate), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(lineOf(rate), "5");
    EXPECT_TRUE(rate->problemText().contains("too big")) << "while typing: " << rate->problemText().toStdString();
    // A refresh does not take the text away from under the typist.
    form.setConfig(RunConfig(), {{"learning_rate", {"5 is too big", {}}}});
    EXPECT_EQ(rate->value(), "5");
    ASSERT_NE(fixOf(rate), nullptr);
    fixOf(rate)->click();
    EXPECT_EQ(rate->value(), "5e-4");
    EXPECT_FALSE(rate->hasProblem());
    EXPECT_EQ(committed.last()[1].toString(), "5e-4");

    SettingRow* length = form.row("data.max_length");
    type(length, "512");
    EXPECT_EQ(length->problemText(), "nano-gpt reads 256 tokens at most.");
    ASSERT_NE(fixOf(length), nullptr);
    fixOf(length)->click();
    EXPECT_EQ(length->value(), "256");
    EXPECT_FALSE(length->hasProblem());
}

TEST(SettingsForm, ShowsAClashFromOutsideWithTheWayBack)
{
    fettle::ui::testing::application();
    SettingsForm form;
    RunConfig config;
    config.arguments.early_stopping_patience = 5;
    form.setConfig(config, {{"early_stopping_patience", {"It needs rows kept aside.", "Keep some."}}});
    SettingRow* row = form.row("early_stopping_patience");
    EXPECT_EQ(row->problemText(), "It needs rows kept aside. Keep some.");
    ASSERT_NE(fixOf(row), nullptr);
    EXPECT_EQ(fixOf(row)->text(), "Use never");
    form.setConfig(RunConfig(), {});
    EXPECT_FALSE(row->hasProblem());
}

TEST(SettingsForm, FindsFoldsAndLocks)
{
    fettle::ui::testing::application();
    SettingsForm form;
    form.resize(700, 600);
    form.show();
    EXPECT_FALSE(form.row("warmup_steps")->isVisible());
    auto* search = form.findChildren<QLineEdit*>().first();
    for (QLineEdit* line : form.findChildren<QLineEdit*>())
        if (line->accessibleName() == "Find a setting")
            search = line;
    search->setText("warm up");
    EXPECT_TRUE(form.row("warmup_steps")->isVisible() || form.row("warmup_ratio")->isVisible());
    EXPECT_FALSE(form.row("learning_rate")->isVisible() && !form.row("learning_rate")->matches("warm up"));
    search->clear();
    EXPECT_TRUE(form.row("learning_rate")->isVisible());
    EXPECT_FALSE(form.row("warmup_steps")->isVisible());
    EXPECT_TRUE(form.focusSetting("weight_decay"));
    EXPECT_TRUE(form.row("weight_decay")->isVisible());
    EXPECT_FALSE(form.focusSetting("no_such_setting"));

    form.setLocked("A run goes on.");
    EXPECT_FALSE(form.row("learning_rate")->field()->isEnabled());
    form.setLocked({});
    EXPECT_TRUE(form.row("learning_rate")->field()->isEnabled());
}

TEST(NumberField, StepsWithTheKeysAndTellsOnce)
{
    fettle::ui::testing::application();
    NumberField field(*findSetting("per_device_train_batch_size"));
    field.setValue("8");
    QSignalSpy committed(&field, &NumberField::committed);
    field.stepBy(1);
    field.stepBy(1);
    EXPECT_EQ(field.value(), "32");
    EXPECT_TRUE(QTest::qWaitFor([&] { return committed.size() == 1; }, 2000));
    EXPECT_EQ(committed[0][0].toString(), "32");

    NumberField optional(*findSetting("save_total_limit"));
    optional.setValue("none");
    EXPECT_EQ(optional.value(), "none");
    EXPECT_TRUE(optional.findChild<QLineEdit*>()->text().isEmpty());
    optional.stepBy(1);
    EXPECT_EQ(optional.value(), "1");
}

TEST(NumberField, SaysOfAShareWhatItIsInTheRoomThereIs)
{
    fettle::ui::testing::application();
    NumberField field(*findSetting("save_steps"));
    const auto* words = field.findChild<QLabel*>();
    field.setValue("0.1");
    field.resize(px(300), field.height());
    field.show();
    EXPECT_EQ(words->text(), "= 10 % of the run");
    field.resize(px(132), field.height()); // as the form has it
    QCoreApplication::processEvents();
    EXPECT_EQ(words->text(), "= 10 %");
    EXPECT_TRUE(words->isVisible());
}

TEST(NumberField, ItsWordsFollowThemeAndTextSize)
{
    fettle::ui::testing::application();
    NumberField field(*findSetting("save_steps"));
    const auto* words = field.findChild<QLabel*>();
    field.setValue("0.1");
    field.resize(px(500), field.height());
    field.show();
    for (const auto& [choice, scale] : {std::pair(ThemeChoice::Dark, 1.5), std::pair(ThemeChoice::Light, 1.0)}) {
        Theme::instance().setChoice(choice);
        Theme::instance().setTextScale(scale);
        EXPECT_EQ(words->palette().color(words->foregroundRole()), colors().text2);
        EXPECT_EQ(words->width(), words->sizeHint().width()) << "whole";
        EXPECT_EQ(words->font().pixelSize(), px(12));
    }
}

TEST(Presets, SetTheSameArgumentsAndAreKnownAgain)
{
    for (const int64_t parameters : {1'300'000LL, 30'000'000LL, 124'000'000LL, 1'100'000'000LL}) {
        const auto presets = presetsFor({parameters, true});
        ASSERT_EQ(presets.size(), 4u);
        for (const Preset& preset : presets) {
            const TrainArgs set = withPreset(TrainArgs(), preset);
            EXPECT_NO_THROW(validateArguments(set)) << preset.title.toStdString();
            for (const Preset& other : presets) {
                EXPECT_EQ(hasPreset(set, other), &preset == &other) << preset.title.toStdString();
                EXPECT_TRUE(hasPreset(withPreset(set, other), other));
                ASSERT_EQ(other.values.size(), preset.values.size());
                for (size_t i = 0; i < other.values.size(); ++i)
                    EXPECT_STREQ(other.values[i].first, preset.values[i].first);
            }
        }
    }
    // What learns is changed and changed back: the preset that held holds, a rate that somebody chose stays.
    const PresetBasis model{124'000'000, true, Learner::Model}, adapter{124'000'000, true, Learner::Adapter};
    for (size_t i = 0; i < 4; ++i) {
        const TrainArgs set = withPreset(TrainArgs(), presetsFor(model)[i]);
        const TrainArgs other = withLearner(set, model, Learner::Adapter);
        EXPECT_TRUE(hasPreset(other, presetsFor(adapter)[i]));
        EXPECT_EQ(allArguments(withLearner(other, adapter, Learner::Model)), allArguments(set));
    }
    EXPECT_EQ(withLearner(TrainArgs(), model, Learner::Adapter).learning_rate, 5e-4);
    EXPECT_EQ(allArguments(withLearner(withLearner(TrainArgs(), model, Learner::Adapter), adapter, Learner::Model)),
              allArguments(TrainArgs()));
    TrainArgs chosen;
    chosen.learning_rate = 1e-4;
    EXPECT_EQ(withLearner(chosen, model, Learner::Adapter).learning_rate, 1e-4);
    // Without rows kept aside nothing may ask for checks.
    for (const Preset& preset : presetsFor({1'300'000, false}))
        EXPECT_EQ(withPreset(TrainArgs(), preset).early_stopping_patience, 0);
}
