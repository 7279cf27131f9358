// SPDX-License-Identifier: GPL-3.0-or-later
// The page Try with a real engine: what stands in its panes is what the models answered, before and after training.
#include "ui/try/try_page.h"

#include "core/base/files.h"
#include "tests/ui/roberta_folder.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/data/token_loupe.h"
#include "ui/parts/blanks.h"
#include "ui/parts/guess_bars.h"
#include "ui/parts/small_choice.h"
#include "ui/parts/written_text.h"
#include "ui/train/prompt_chips.h"
#include "ui/train/train_empty.h"
#include "ui/try/try_knobs.h"
#include "ui/try/try_pane.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class TryPageOverEngine : public WholeWindow
{
protected:
    /// Lets a run end that trains `config`, and shows the page.
    void train(const RunConfig& config)
    {
        workbench->choices.set(config);
        workbench->start();
        ASSERT_TRUE(workbench->run.isRunning());
        ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 120000));
        ASSERT_FALSE(workbench->run.trainedModel().isEmpty());
        shown(PageId::Try);
    }
    QLineEdit* prompt() const { return qobject_cast<QLineEdit*>(page(PageId::Try)->focusPlace()); }
    void type(const char* words)
    {
        prompt()->selectAll();
        QTest::keyClicks(prompt(), QString::fromUtf8(words));
    }
    const TryPane* pane(int side) const { return page(PageId::Try)->findChildren<TryPane*>().at(side); }
    const WrittenText* text(int side) const { return pane(side)->findChild<WrittenText*>(); }
    std::vector<std::vector<GuessBar>> guesses(int side) const
    {
        std::vector<std::vector<GuessBar>> all;
        for (const GuessBars* bars : pane(side)->findChildren<GuessBars*>())
            if (bars->isVisible())
                all.push_back(bars->bars());
        return all;
    }
    bool isIdle() const { return !pane(0)->isBusy() && !pane(1)->isBusy(); }

    TryRequest asked(const QString& model, const char* words) const
    {
        const auto* knobs = page(PageId::Try)->findChild<TryKnobs*>();
        return {model.toStdString(), words, knobs->options(), knobs->guesses()};
    }
    /// What the engine writes, asked once more beside the page.
    QString written(const QString& model, const char* words)
    {
        QSignalSpy answers(&workbench->tries, &Tries::written);
        workbench->tries.ask(asked(model, words));
        EXPECT_TRUE(waitFor([&] { return answers.count() == 1; }, 60000));
        return answers.isEmpty() ? QString() : QString::fromStdString(answers[0][1].value<Generation>().text);
    }
    std::vector<std::vector<FillCandidate>> filled(const QString& model, const char* words)
    {
        QSignalSpy answers(&workbench->tries, &Tries::filled);
        workbench->tries.ask(asked(model, words));
        EXPECT_TRUE(waitFor([&] { return answers.count() == 1; }, 60000));
        return answers.isEmpty() ? std::vector<std::vector<FillCandidate>>()
                                 : answers[0][1].value<std::vector<std::vector<FillCandidate>>>();
    }
    void expectSame(const std::vector<std::vector<GuessBar>>& bars,
                    const std::vector<std::vector<FillCandidate>>& answers)
    {
        ASSERT_EQ(bars.size(), answers.size());
        for (size_t blank = 0; blank < bars.size(); ++blank) {
            ASSERT_EQ(bars[blank].size(), answers[blank].size());
            for (size_t i = 0; i < bars[blank].size(); ++i) {
                EXPECT_EQ(bars[blank][i].word, listedPiece(QString::fromStdString(answers[blank][i].token)));
                EXPECT_DOUBLE_EQ(bars[blank][i].chance, answers[blank][i].score);
            }
        }
    }

    /// A run of the small RoBERTa, in a text of its own.
    RunConfig maskedRun(const QTemporaryDir& folder, int64_t steps)
    {
        const std::filesystem::path root = folder.path().toStdString();
        const std::filesystem::path text = root / "rows.txt";
        std::string rows;
        for (int i = 0; i < 60; ++i)
            rows += "the wind is fair today and the sea is calm\n";
        writeFileAtomically(text, rows);
        RunConfig config = smallRun("masked", steps);
        config.model = writeRoberta(root / "roberta").string();
        config.data.train = {text.string()};
        config.samples.prompts = {"the <mask> is fair"};
        config.arguments.learning_rate = 1e-2;
        return config;
    }
};

TEST_F(TryPageOverEngine, NothingToTrySaysSoAndLeadsOn)
{
    shown(PageId::Try);
    const QString seen = words(PageId::Try);
    EXPECT_TRUE(seen.contains(QStringLiteral("No model is chosen yet."))) << seen.toStdString();
    EXPECT_TRUE(seen.contains(QStringLiteral("Nothing has been trained yet.")));
    EXPECT_FALSE(primary(PageId::Try)->isEnabled());
    press(PageId::Try, QStringLiteral("Go to Train"));
    EXPECT_EQ(window->currentPage(), PageId::Train);
    shown(PageId::Try);
    press(PageId::Try, QStringLiteral("Choose a model"));
    EXPECT_EQ(window->currentPage(), PageId::Model);
}

TEST_F(TryPageOverEngine, TheOfferedPromptIsOneOfTheChosenText)
{
    const QTemporaryDir folder;
    const auto choose = [&](const char* name, const char* row) {
        const std::filesystem::path text = std::filesystem::path(folder.path().toStdString()) / name;
        writeFileAtomically(text, std::string(row) + "\n" + row + "\n");
        workbench->choices.setTexts({QString::fromStdString(text.string())});
        return waitFor([this] { return workbench->text.preview() && !workbench->text.isReading(); }, 20000);
    };
    shown(PageId::Try);
    ASSERT_TRUE(choose("harbour.txt", "The harbour lay still in the morning"));
    EXPECT_TRUE(prompt()->text().startsWith(QStringLiteral("The harbour"))) << prompt()->text().toStdString();
    ASSERT_TRUE(choose("garden.txt", "Nobody had seen the garden since May"));
    EXPECT_TRUE(prompt()->text().startsWith(QStringLiteral("Nobody had"))) << prompt()->text().toStdString();
    type("Once upon a time");
    ASSERT_TRUE(choose("harbour.txt", "The harbour lay still in the morning"));
    EXPECT_EQ(prompt()->text(), QStringLiteral("Once upon a time")) << "a person's own words stay";
}

TEST_F(TryPageOverEngine, BeforeAndAfterAreWhatTheTwoModelsWrite)
{
    train(smallRun("tried", 6));
    const QString base = QStringLiteral("bundled:nano-gpt"), trained = workbench->run.trainedModel();
    EXPECT_EQ(prompt()->text(), QStringLiteral("In the morning")) << "the run's own prompt is offered";
    type("Once upon a time");
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Write"));
    press(primary(PageId::Try));
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Stop writing"));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_EQ(text(0)->written(), written(base, "Once upon a time"));
    EXPECT_EQ(text(1)->written(), written(trained, "Once upon a time"));
    EXPECT_FALSE(text(0)->written().isEmpty());
    const QString seen = words(PageId::Try);
    EXPECT_TRUE(seen.contains(QStringLiteral("Once upon a time") + text(1)->written()));
    EXPECT_TRUE(seen.contains(QStringLiteral("nano-gpt, as it came"))) << seen.toStdString();
    EXPECT_TRUE(seen.contains(QStringLiteral("tried, finished, step 6"))) << seen.toStdString();
    EXPECT_NE(text(0)->written(), text(1)->written()) << "it has learnt";
    // Its next piece: the chances of what the engine would have written instead.
    ASSERT_FALSE(guesses(1).empty());
    size_t behind = 0;
    for (int side : {0, 1})
        for (int word = 0; word < 100; ++word) {
            const std::vector<GuessBar> bars = guesses(side).front();
            EXPECT_EQ(std::count_if(bars.begin(), bars.end(), [](const GuessBar& bar) { return bar.strong; }), 1);
            if (bars.size() > 5) {
                ++behind;
                EXPECT_TRUE(bars.back().strong) << "what it wrote stands behind the likeliest five";
                EXPECT_LE(bars.back().chance, bars[4].chance);
                EXPECT_GT(bars.back().note.section(QLatin1Char(' '), -1).toInt(), 5) << bars.back().note.toStdString();
            }
            QTest::keyClick(const_cast<TryPane*>(pane(side)), Qt::Key_Right);
        }
    EXPECT_GT(behind, 0u);
}

TEST_F(TryPageOverEngine, AnotherRunsModelCanStandBesideIt)
{
    RunConfig other = smallRun("other", 4);
    other.arguments.lora_r = 2;
    other.arguments.learning_rate = 0.05;
    train(other);
    const QString rival = workbench->run.trainedModel();
    auto* choice = page(PageId::Try)->findChild<SmallChoice*>();
    EXPECT_TRUE(choice->isVisible() && !choice->isEnabled());
    const QPoint place = choice->mapTo(page(PageId::Try), QPoint()), left = pane(0)->mapTo(page(PageId::Try), QPoint());
    EXPECT_TRUE(place.y() < left.y() && place.x() < left.x() + pane(0)->width()) << "it stands above what it governs";
    EXPECT_TRUE(words(PageId::Try).contains(QStringLiteral("No other run of this model to compare with yet.")));
    train(smallRun("tried", 6));
    ASSERT_TRUE(waitFor([&] { return choice->isEnabled(); }, 20000));
    EXPECT_FALSE(words(PageId::Try).contains(QStringLiteral("No other run of this model")));
    EXPECT_EQ(choice->currentText(), QStringLiteral("nano-gpt, as it came"));
    choice->setCurrentIndex(choice->findText(QStringLiteral("other")));
    Q_EMIT choice->activated(choice->currentIndex());
    type("Once upon a time");
    ASSERT_TRUE(waitFor([this] { return primary(PageId::Try)->isEnabled(); }, 20000));
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_EQ(text(0)->written(), written(rival, "Once upon a time"));
    EXPECT_EQ(text(1)->written(), written(workbench->run.trainedModel(), "Once upon a time"));
    const QString seen = words(PageId::Try);
    for (const char* said : {"Another run", "This run", "other, finished, step 4", "tried, finished, step 6"})
        EXPECT_TRUE(seen.contains(QLatin1String(said))) << said << " in\n" << seen.toStdString();
    choice->setCurrentIndex(0);
    Q_EMIT choice->activated(0);
    EXPECT_TRUE(text(0)->written().isEmpty()) << "what another model wrote goes";
    EXPECT_TRUE(words(PageId::Try).contains(QStringLiteral("Before")));
}

TEST_F(TryPageOverEngine, StoppingOneLeavesTheOtherItsWholeText)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    shown(PageId::Try);
    ASSERT_TRUE(waitFor([this] { return workbench->model.entry() != nullptr; }, 20000));
    const QString base = QStringLiteral("bundled:nano-gpt");
    const QString whole = written(base, "The captain");
    QSignalSpy pieces(&workbench->tries, &Tries::piece), answers(&workbench->tries, &Tries::written);
    TryRequest longer = asked(base, "Once upon a time");
    longer.options.maxNewTokens = 512;
    const uint64_t first = workbench->tries.ask(longer);
    const uint64_t second = workbench->tries.ask(asked(base, "The captain"));
    ASSERT_TRUE(waitFor([&] { return pieces.count() > 0; }, 60000));
    EXPECT_EQ(pieces[0][0].toULongLong(), first);
    workbench->tries.cancel(first);
    ASSERT_TRUE(waitFor([&] { return answers.count() > 0; }, 60000));
    EXPECT_EQ(answers[0][0].toULongLong(), second);
    EXPECT_EQ(QString::fromStdString(answers[0][1].value<Generation>().text), whole);
    EXPECT_EQ(answers.count(), 1) << "nothing comes of the other";
}

TEST_F(TryPageOverEngine, StopStopsBothAndWhatIsAskedNextIsWhole)
{
    train(smallRun("cut-short", 2));
    QSignalSpy pieces(&workbench->tries, &Tries::piece);
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([&] { return pieces.count() > 0; }, 60000));
    QTest::keyClick(page(PageId::Try), Qt::Key_Escape);
    EXPECT_TRUE(isIdle());
    EXPECT_EQ(words(PageId::Try).count(QStringLiteral("stopped")), 2) << "both";
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Write"));
    const QString cut = text(0)->written();
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_EQ(text(0)->written(), written(QStringLiteral("bundled:nano-gpt"), "In the morning"));
    EXPECT_TRUE(text(0)->written().startsWith(cut));
    EXPECT_EQ(text(1)->written(), written(workbench->run.trainedModel(), "In the morning"));
}

/// A model in a folder of its own, whose generation_config.json asks for beams.
TEST_F(TryPageOverEngine, WritesAsTheModelSaysAndBeamsShowTheBestSoFar)
{
    const QTemporaryDir scratch;
    const std::filesystem::path model = std::filesystem::path(scratch.path().toStdString()) / "beamer";
    std::filesystem::copy(resourceFolder() / "models/nano-gpt", model, std::filesystem::copy_options::recursive);
    writeFile(model / "generation_config.json", R"({"num_beams": 3, "max_new_tokens": 200, "eos_token_id": 3000})");
    const QString base = QString::fromStdString(model.string());
    workbench->choices.setModel(base);
    shown(PageId::Try);
    type("Once upon a time");
    ASSERT_TRUE(waitFor([this] { return primary(PageId::Try)->isEnabled(); }, 20000));
    EXPECT_EQ(asked(base, "").options.numBeams, 3);
    EXPECT_TRUE(words(PageId::Try).contains(QStringLiteral("as the model says"))) << words(PageId::Try).toStdString();
    QSignalSpy beams(&workbench->tries, &Tries::beams), pieces(&workbench->tries, &Tries::piece);
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([&] { return beams.count() >= 5; }, 60000));
    EXPECT_TRUE(words(PageId::Try).contains(QStringLiteral("of 200 tokens, the best so far")))
        << words(PageId::Try).toStdString();
    press(primary(PageId::Try));
    EXPECT_TRUE(isIdle()) << "at once";
    EXPECT_EQ(text(0)->written(), QString::fromStdString(beams.last()[1].value<BeamProgress>().best));
    EXPECT_EQ(pieces.count(), 0);
    writeFile(model / "generation_config.json", R"({"num_beams": 2, "max_new_tokens": 12, "eos_token_id": 3000})");
    shown(PageId::Model);
    shown(PageId::Try);
    ASSERT_TRUE(waitFor([&] { return asked(base, "").options.numBeams == 2; }, 20000)) << "it is read again";
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_EQ(text(0)->written(), written(base, "Once upon a time"));
    EXPECT_FALSE(text(0)->written().isEmpty());
}

TEST_F(TryPageOverEngine, AMaskedModelFillsBlanksByItsOwnMaskToken)
{
    const QTemporaryDir folder;
    const RunConfig config = maskedRun(folder, 12);
    train(config);
    const QString base = QString::fromStdString(config.model);
    ASSERT_TRUE(waitFor([this] { return primary(PageId::Try)->isEnabled(); }, 20000));
    EXPECT_EQ(prompt()->text(), QStringLiteral("the %1 is fair").arg(blankSign())) << "shown by the window's sign";
    type("the wind");
    EXPECT_FALSE(primary(PageId::Try)->isEnabled()) << "there is no blank";
    type("the __ is fair and the __ is calm");
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return pane(0)->isDone() && pane(1)->isDone(); }, 60000));
    const char* asTheModelTakesIt = "the <mask> is fair and the <mask> is calm";
    expectSame(guesses(0), filled(base, asTheModelTakesIt));
    expectSame(guesses(1), filled(workbench->run.trainedModel(), asTheModelTakesIt));
    ASSERT_EQ(guesses(0).size(), 2U);
    EXPECT_NE(guesses(0)[0][0].chance, guesses(1)[0][0].chance) << "it has learnt";
    EXPECT_FALSE(words(PageId::Try).contains(QStringLiteral("mask>")));
    EXPECT_FALSE(words(PageId::Try).contains(QStringLiteral("[MASK]")));
    // What the run wrote on the way, shown on Train.
    const QString train = seenWords(*shown(PageId::Train));
    EXPECT_FALSE(train.contains(QStringLiteral("mask&gt;")) || train.contains(QStringLiteral("<mask>")))
        << train.toStdString();
    const auto samples = eventsOf<SampleEvent>(runFolder("masked"));
    ASSERT_FALSE(samples.empty());
    EXPECT_EQ(samples.back().prompt, "the <mask> is fair");
    EXPECT_EQ(samples.back().fills.size(), 1U);
}

TEST_F(TryPageOverEngine, WaitsForTheModelRatherThanGuessItsMaskToken)
{
    const QTemporaryDir folder;
    WrittenRun run;
    run.model = writeRoberta(folder.path().toStdString() + "/roberta").string();
    run.prompt = "the <mask> is fair";
    const std::filesystem::path made = writeRun(defaultRunsFolder(), "fills", run);
    RunConfig config = readRunConfig(made / "run.json");
    config.objective = "masked";
    writeJson(made / "run.json", toJson(config));
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    shown(PageId::Try);
    QStringList first;
    bool enabled = true;
    QObject::connect(&workbench->run, &RunWatch::changed, window.get(), [&] { // the page has heard of it before
        if (!first.isEmpty() || !workbench->run.history())
            return;
        enabled = primary(PageId::Try)->isEnabled();
        first << prompt()->text();
        for (const QLabel* label : page(PageId::Try)->findChildren<QLabel*>()) // with no event in between
            first << label->text();
    });
    workbench->run.open(QString::fromStdString(made.string()), PageId::Try);
    ASSERT_TRUE(waitFor([&] { return workbench->run.history() != nullptr; }, 20000));
    const QString then = first.join(QLatin1Char('\n'));
    EXPECT_TRUE(then.contains(QStringLiteral("reading the model"))) << then.toStdString();
    EXPECT_FALSE(enabled);
    EXPECT_FALSE(then.contains(QStringLiteral("MASK"), Qt::CaseInsensitive)) << then.toStdString();
    ASSERT_TRUE(waitFor([&] { return primary(PageId::Try)->isEnabled(); }, 20000));
    EXPECT_EQ(prompt()->text(), QStringLiteral("the %1 is fair").arg(blankSign()));
    EXPECT_FALSE(words(PageId::Try).contains(QStringLiteral("reading the model")));
}

TEST_F(TryPageOverEngine, WithItsBaseGoneTheTrainedModelSaysWhatItsMaskIs)
{
    const QTemporaryDir folder;
    const RunConfig config = maskedRun(folder, 2);
    train(config);
    std::filesystem::remove_all(config.model);
    begin(); // it is not known from before
    workbench->run.open(QString::fromStdString(runFolder("masked").string()), PageId::Try);
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() && primary(PageId::Try)->isEnabled(); }, 20000));
    EXPECT_EQ(prompt()->text(), QStringLiteral("the %1 is fair").arg(blankSign()));
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    expectSame(guesses(1), filled(workbench->run.trainedModel(), "the <mask> is fair"));
    EXPECT_TRUE(words(PageId::Try).contains(QStringLiteral("There is no model folder")))
        << words(PageId::Try).toStdString();
}

TEST_F(TryPageOverEngine, AutomaticPromptsHoldTheModelsMaskAndTheWindowItsSign)
{
    const QTemporaryDir folder;
    const RunConfig config = maskedRun(folder, 2);
    workbench->choices.setModel(QString::fromStdString(config.model));
    workbench->choices.setTexts({QString::fromStdString(config.data.train.front())});
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 60000));
    const std::vector<std::string>& prompts = workbench->choices.config().samples.prompts;
    ASSERT_FALSE(prompts.empty());
    for (const std::string& prompt : prompts)
        EXPECT_NE(prompt.find("<mask>"), std::string::npos) << prompt;
    const auto* chips = shown(PageId::Train)->findChild<TrainEmpty*>()->findChild<PromptChips*>();
    ASSERT_EQ(chips->prompts().size(), qsizetype(prompts.size()));
    for (const QString& prompt : chips->prompts()) {
        EXPECT_TRUE(prompt.contains(blankSign())) << prompt.toStdString();
        EXPECT_FALSE(prompt.contains(QStringLiteral("mask"))) << prompt.toStdString();
    }
    // The batch of the page Data: what is hidden is hidden by that token, and shown by its word.
    const TextPiece mask = cutText(config.model, "<mask>").at(1); // behind what begins every text
    int hidden = 0;
    for (const ChipRow& row : shown(PageId::Data)->findChild<TokenLoupe*>()->batch().rows)
        for (const TokenChip& chip : row.chips)
            if (chip.kind == ChipKind::Hidden) {
                ++hidden;
                EXPECT_EQ(chip.id, mask.id);
                EXPECT_EQ(chip.text, QStringLiteral("blank"));
            } else {
                EXPECT_NE(chip.id, mask.id);
            }
    EXPECT_GT(hidden, 0);
}

} // namespace
