// SPDX-License-Identifier: GPL-3.0-or-later
// What Fettle chooses by itself for a person's own text, and that it never goes over what the person chose.
#include "ui/bench/text_defaults.h"

#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/settings/preset_bar.h"
#include "ui/settings/settings_page.h"

#include <QFile>
#include <QLabel>
#include <QSettings>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

TEST(TextDefaults, PromptsAreBeginningsOfDifferentRows)
{
    const std::vector<std::string> rows{"Dear Mrs Miller, thank you for your letter of May.", "",
                                        "Dear Mrs Miller, we are sorry to hear this.",
                                        "Good morning, the parcel has not come yet."};
    const auto prompts = promptsFromRows(rows, "");
    ASSERT_EQ(prompts.size(), 2U);
    EXPECT_EQ(prompts[0], "Dear Mrs Miller, thank");
    EXPECT_NE(prompts[1], prompts[0]);
    EXPECT_EQ(promptsFromRows({"", "  "}, "").size(), 0U);
    EXPECT_EQ(promptsFromRows({"Dear Sir or Madam. The parcel has not come yet.", "Dear Sir or Madam. Thank you."}, "")
                  .size(),
              2U)
        << "letters that all begin alike";
    EXPECT_EQ(promptsFromRows({"one"}, ""), std::vector<std::string>{"o"}) << "something is left to write";
}

TEST(TextDefaults, PromptsOfQuestionsAreWholeQuestions)
{
    const auto row = [](const std::string& question, const std::string& answer) {
        PreviewRow made;
        made.text = question + answer;
        made.answerBegin = static_cast<int64_t>(question.size());
        return made;
    };
    DataPreview preview;
    preview.firstRows = {row("How old is the bell of the ship?", "\nIt was made in 1902."),
                         row("How old is the bell of the ship?", "\nNobody knows."),
                         row("Read this:\nA b c d", "\nYes."), row("Where is the ledger kept?", "\nIn shelf 4.")};
    EXPECT_EQ(promptsFrom(preview, ""),
              (std::vector<std::string>{"How old is the bell of the ship?", "Where is the ledger kept?"}));
    preview.firstRows.pop_back();
    EXPECT_EQ(promptsFrom(preview, "").at(1), "Read this:\nA b c d") << "of several lines, too";
    preview.firstRows.back() = row("Read this: " + std::string(300, 'a'), "\nYes.");
    EXPECT_EQ(promptsFrom(preview, "").at(1), "Read") << "of a very long one the beginning";
    EXPECT_EQ(promptsFrom(preview, "<m>").size(), 2U) << "a masked model has no answers to give";
}

TEST(TextDefaults, PromptsOfConversationsStandInTheModelsForm)
{
    DataPreview preview;
    preview.firstRows.resize(3);
    preview.firstRows[0].text = "assistant: Welcome."; // nothing is asked
    preview.firstRows[1].text = "user: How are you?\nassistant: Well.";
    preview.firstRows[1].prompt = "User: How are you?\nAssistant:";
    preview.firstRows[2].prompt = "User: " + std::string(300, 'a') + "\nAssistant:";
    EXPECT_EQ(promptsFrom(preview, ""),
              (std::vector<std::string>{preview.firstRows[1].prompt, preview.firstRows[2].prompt}))
        << "whole, however long";
}

TEST(TextDefaults, MaskedPromptsHideOneWordByTheModelsOwnToken)
{
    const auto prompts =
        promptsFromRows({"The tenant shall pay the agreed rent. And so on.", "He left the old house early."}, "<m>");
    ASSERT_EQ(prompts.size(), 2U);
    EXPECT_EQ(prompts[0], "The <m> shall pay the agreed rent.");
    EXPECT_EQ(QString::fromStdString(prompts[1]).count(QStringLiteral("<m>")), 1);
}

TEST(TextDefaults, SavesEachTenthAndEveryTwoMinutes)
{
    EXPECT_EQ(saveShare(0), 0.1);
    EXPECT_EQ(saveShare(60), 0.1);
    EXPECT_EQ(saveShare(1200), 0.1);
    EXPECT_LE(3600 * saveShare(3600), 120);
    EXPECT_LE(20000 * saveShare(20000), 120);
}

class OwnText : public ::testing::Test
{
protected:
    OwnText()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }

    QString write(const QString& name, int rows, const QByteArray& row)
    {
        QFile file(folder.path() + QLatin1Char('/') + name);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < rows; ++i)
            file.write(QByteArray::number(i) + ' ' + row + '\n');
        return file.fileName();
    }
    bool ready()
    {
        return waitFor(
            [this] {
                return workbench->text.preview() && workbench->forecasts.forecast() && !workbench->text.isReading();
            },
            30000);
    }

    QTemporaryDir folder;
    std::unique_ptr<Workbench> workbench;
};

TEST_F(OwnText, ShowsAndSavesSomethingByItself)
{
    workbench->choices.setTexts({write(QStringLiteral("letters.txt"), 200, "Dear Sir, the parcel has not come.")});
    ASSERT_TRUE(ready());
    const RunConfig& config = workbench->choices.config();
    EXPECT_EQ(config.data.validationFraction, 0.05);
    EXPECT_EQ(config.samples.prompts.size(), 2U);
    EXPECT_EQ(config.arguments.save_steps, 0.1);
    EXPECT_TRUE(config.arguments.load_best_model_at_end);
    EXPECT_EQ(config.arguments.save_total_limit, std::optional<int64_t>(2));
    EXPECT_TRUE(workbench->canStart());
    EXPECT_EQ(workbench->choices.automatic().size(), 6);
    SettingsPage page(*workbench, nullptr);
    bool said = false;
    for (const QLabel* label : page.findChildren<QLabel*>())
        said = said || label->text().startsWith(QStringLiteral("Set by Fettle for this text"));
    EXPECT_TRUE(said) << "who set them stands on the page";

    workbench->choices.dropAutomatic();
    const RunConfig plain;
    EXPECT_EQ(workbench->choices.config().data.validationFraction, 0);
    EXPECT_TRUE(workbench->choices.config().samples.prompts.empty());
    EXPECT_EQ(workbench->choices.config().arguments.save_steps, plain.arguments.save_steps);
    EXPECT_FALSE(workbench->choices.config().arguments.load_best_model_at_end);
    EXPECT_TRUE(workbench->choices.automatic().isEmpty());
    workbench->choices.undo();
    EXPECT_EQ(workbench->choices.automatic().size(), 6) << "and that is undone as anything else";
}

TEST_F(OwnText, WhatWasSetByHandStays)
{
    const QString first = write(QStringLiteral("a.txt"), 200, "The first text of two.");
    workbench->choices.setTexts({first});
    ASSERT_TRUE(ready());
    DataConfig rules = workbench->choices.config().data;
    rules.validationFraction = 0;
    workbench->choices.setData(rules);
    workbench->choices.setArgument(QStringLiteral("save_steps"), QStringLiteral("33"));
    SamplesConfig samples = workbench->choices.config().samples;
    samples.prompts = {"My own beginning"};
    workbench->choices.setSamples(samples);
    workbench->choices.setTexts({write(QStringLiteral("b.txt"), 200, "Another text altogether.")});
    ASSERT_TRUE(ready());
    EXPECT_EQ(workbench->choices.config().data.validationFraction, 0);
    EXPECT_FALSE(workbench->choices.config().arguments.load_best_model_at_end) << "nothing is checked";
    EXPECT_EQ(workbench->choices.config().arguments.save_steps, 33);
    EXPECT_EQ(workbench->choices.config().samples.prompts, samples.prompts);
    EXPECT_TRUE(workbench->canStart());
}

TEST_F(OwnText, WhatARunFileSaysStays)
{
    RunConfig file;
    file.model = "bundled:nano-gpt";
    file.data.train = {"bundled:ships-log"};
    file.data.validationFraction = 0.1;
    file.samples.prompts = {"At noon"};
    file.arguments.save_steps = 70;
    file.arguments.max_steps = 12;
    workbench->choices.set(file);
    EXPECT_TRUE(workbench->choices.automatic().isEmpty());
    ASSERT_TRUE(ready());
    EXPECT_EQ(workbench->choices.config().arguments.save_steps, 70);
    workbench->choices.setTexts({write(QStringLiteral("c.txt"), 200, "A text of my own.")});
    ASSERT_TRUE(ready());
    EXPECT_EQ(workbench->choices.config().data.validationFraction, 0.1);
    EXPECT_EQ(workbench->choices.config().samples.prompts, file.samples.prompts);
    EXPECT_EQ(workbench->choices.config().arguments.save_steps, 70);
    EXPECT_EQ(workbench->choices.config().arguments.max_steps, 12);
}

TEST_F(OwnText, ARunsPromptsGoWithItsText)
{
    RunConfig run;
    run.model = "bundled:nano-gpt";
    run.data.train = {"bundled:ships-log"};
    run.samples.prompts = {"At noon"};
    const QString own = write(QStringLiteral("own.txt"), 200, "A text of my own.");
    const auto prompts = [this] { return workbench->choices.config().samples.prompts; };
    workbench->choices.setRun(run);
    ASSERT_TRUE(ready());
    workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
    EXPECT_EQ(prompts(), run.samples.prompts) << "the same text";
    workbench->choices.setArgument(QStringLiteral("max_steps"), QStringLiteral("7"));
    workbench->choices.setTexts({own});
    ASSERT_TRUE(ready());
    const std::vector<std::string> made = prompts();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made.front(), "0 A text") << "of the new text's rows";
    workbench->choices.undo();
    EXPECT_EQ(prompts(), made) << "undo brings a setting back, not the prompts of another text";
    EXPECT_TRUE(workbench->choices.isAutomatic(QStringLiteral("samples.prompts")));

    workbench->choices.setRun(run);
    SamplesConfig typed = workbench->choices.config().samples;
    typed.prompts.push_back("My own beginning");
    workbench->choices.setSamples(typed);
    workbench->choices.setTexts({own});
    ASSERT_TRUE(ready());
    EXPECT_EQ(prompts(), typed.prompts) << "what a person typed stays";
}

TEST_F(OwnText, ARunOfTheModelThatIsReadHasPromptsOfItsKind)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-bert"));
    workbench->choices.setTexts({write(QStringLiteral("own.txt"), 200, "A text of my own.")});
    ASSERT_TRUE(ready());
    RunConfig run = workbench->choices.config();
    run.samples.prompts = {"The [MASK] is fair"};
    workbench->choices.setRun(run);
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(
        waitFor([this] { return workbench->model.entry() && workbench->model.entry()->name == "nano-gpt"; }, 30000));
    ASSERT_TRUE(ready());
    EXPECT_FALSE(workbench->choices.config().samples.prompts.empty());
    for (const std::string& prompt : workbench->choices.config().samples.prompts)
        EXPECT_EQ(prompt.find("[MASK]"), std::string::npos) << prompt;
}

TEST_F(OwnText, ATextTooShortToKeepRowsAsideIsReadAllTheSame)
{
    workbench->choices.setTexts(
        {write(QStringLiteral("one.txt"), 1, "A single row that is all there is to learn from here.")});
    ASSERT_TRUE(waitFor([this] { return !workbench->text.isReading() && workbench->model.entry(); }, 30000));
    ASSERT_TRUE(ready());
    EXPECT_EQ(workbench->choices.config().data.validationFraction, 0);
    EXPECT_FALSE(workbench->choices.config().arguments.load_best_model_at_end);
}

TEST_F(OwnText, TheDemosLengthGoesWithTheDemo)
{
    RunConfig demo = readRunConfig(fettle::test::inTree("resources/demos/ships-log.json"));
    ASSERT_GT(demo.arguments.max_steps, 0);
    workbench->choices.set(demo);
    SettingsPage page(*workbench, nullptr);
    auto* bar = page.findChild<PresetBar*>();
    ASSERT_NE(bar, nullptr);
    bar->button(2)->click();
    EXPECT_EQ(workbench->choices.config().arguments.max_steps, -1) << "a preset's epochs count";
    EXPECT_EQ(workbench->choices.config().arguments.num_train_epochs, 10);
    EXPECT_EQ(workbench->choices.config().arguments.warmup_steps, 0);
}

TEST_F(OwnText, PromptsFollowTheKindOfModel)
{
    workbench->choices.set(readRunConfig(fettle::test::inTree("resources/demos/contract-clauses.json")));
    ASSERT_TRUE(ready());
    const std::vector<std::string> masked = workbench->choices.config().samples.prompts;
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(
        waitFor([this] { return workbench->model.entry() && workbench->model.entry()->name == "nano-gpt"; }, 30000));
    ASSERT_TRUE(ready());
    for (const std::string& prompt : workbench->choices.config().samples.prompts)
        EXPECT_EQ(prompt.find("[MASK]"), std::string::npos) << prompt;
    workbench->choices.setModel(QStringLiteral("bundled:nano-bert"));
    ASSERT_TRUE(
        waitFor([this] { return workbench->model.entry() && workbench->model.entry()->name == "nano-bert"; }, 30000));
    EXPECT_EQ(workbench->choices.config().samples.prompts, masked) << "they come back with their kind of model";
}

TEST_F(OwnText, UndoLeavesAnotherTextsColumnAlone)
{
    QFile first(folder.path() + QStringLiteral("/a.csv"));
    ASSERT_TRUE(first.open(QIODevice::WriteOnly));
    first.write("id,letter\n");
    for (int i = 0; i < 50; ++i)
        first.write("1,Dear Sir this is a letter\n");
    first.close();
    workbench->choices.setTexts({first.fileName()});
    workbench->choices.setColumn(QStringLiteral("letter"));
    DataConfig rules = workbench->choices.config().data;
    rules.maxLength = 64;
    workbench->choices.setData(rules);
    workbench->choices.setTexts({write(QStringLiteral("plain.txt"), 100, "Nothing but lines.")});
    workbench->choices.undo();
    EXPECT_EQ(workbench->choices.config().data.maxLength, 128) << "a setting goes back";
    EXPECT_EQ(workbench->choices.config().data.column, "") << "the other text's column does not come along";
    EXPECT_EQ(workbench->choices.config().data.train.front(),
              (folder.path() + QStringLiteral("/plain.txt")).toStdString());
    workbench->choices.setTexts({first.fileName()});
    workbench->choices.setColumn(QStringLiteral("letter"));
    workbench->choices.undo();
    EXPECT_EQ(workbench->choices.config().data.column, "") << "of the same text it does";
}

} // namespace
