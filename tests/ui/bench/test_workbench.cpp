// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench: choices, problems beside their cause, undo, background reading.
#include "ui/bench/workbench.h"

#include "tests/ui/ui_test_support.h"
#include "tests/ui/written_run.h"
#include "ui/runs/run_table.h"
#include "ui/train/train_page.h"
#include "ui/try/try_page.h"
#include "ui/window/rail_lines.h"

#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

class Bench : public ::testing::Test
{
protected:
    Bench()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }

    void chooseDemo()
    {
        workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
        workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
        ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && workbench->forecasts.forecast(); }, 20000));
    }

    std::unique_ptr<Workbench> workbench;
};

TEST_F(Bench, NamesWhatIsMissing)
{
    EXPECT_EQ(workbench->problems().size(), 2U);
    EXPECT_TRUE(workbench->problem(QStringLiteral("model")) == std::nullopt) << "nothing is wrong, only missing";
    EXPECT_EQ(railLine(*workbench, PageId::Train), QStringLiteral("needs a model and a text"));
    const QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->start();
    EXPECT_EQ(failed.count(), 1);
    EXPECT_FALSE(workbench->run.isRunning());
}

TEST_F(Bench, BecomesReadyByItself)
{
    chooseDemo();
    ASSERT_TRUE(workbench->canStart());
    EXPECT_EQ(railMark(*workbench, PageId::Model), Mark::Tick);
    EXPECT_EQ(railMark(*workbench, PageId::Data), Mark::Tick);
    EXPECT_EQ(railLine(*workbench, PageId::Train), QStringLiteral("ready to start"));
    EXPECT_GT(workbench->text.preview()->rows, 100);
    EXPECT_GT(workbench->forecasts.forecast()->steps, 0);
}

TEST_F(Bench, KeepsABadValueAsAProblemAndTakesItBack)
{
    chooseDemo();
    const double before = workbench->choices.config().arguments.learning_rate;
    workbench->choices.setArgument(QStringLiteral("learning_rate"), QStringLiteral("5"));
    EXPECT_EQ(workbench->choices.config().arguments.learning_rate, before);
    ASSERT_TRUE(workbench->problem(QStringLiteral("learning_rate")));
    EXPECT_FALSE(workbench->canStart());
    EXPECT_EQ(railMark(*workbench, PageId::Settings), Mark::Alert);
    workbench->choices.undo();
    EXPECT_FALSE(workbench->problem(QStringLiteral("learning_rate")));
    workbench->choices.setArgument(QStringLiteral("learning_rate"), QStringLiteral("5e-4"));
    EXPECT_DOUBLE_EQ(workbench->choices.config().arguments.learning_rate, 5e-4);
    workbench->choices.undo();
    EXPECT_DOUBLE_EQ(workbench->choices.config().arguments.learning_rate, before);
}

TEST_F(Bench, ReadsTheTextAgainOnlyForWhatChangesIt)
{
    chooseDemo();
    const auto preview = workbench->text.preview();
    workbench->choices.setArgument(QStringLiteral("learning_rate"), QStringLiteral("1e-3"));
    EXPECT_FALSE(workbench->text.isReading());
    const int64_t steps = preview->maxSteps;
    workbench->choices.setArgument(QStringLiteral("num_train_epochs"), QStringLiteral("6"));
    EXPECT_TRUE(workbench->text.isReading());
    ASSERT_TRUE(waitFor([this] { return !workbench->text.isReading(); }, 20000));
    EXPECT_EQ(workbench->text.preview()->maxSteps, 2 * steps);
}

TEST_F(Bench, QuickChangesAreReadOnce)
{
    chooseDemo();
    DataConfig data = workbench->choices.config().data;
    for (int64_t length : {64, 80, 96, 112}) {
        data.maxLength = length;
        workbench->choices.setData(data);
    }
    ASSERT_TRUE(waitFor([this] { return !workbench->text.isReading(); }, 20000));
    for (const PreviewRow& row : workbench->text.preview()->firstRows)
        EXPECT_GT(row.tokens, 0);
    EXPECT_EQ(workbench->choices.config().data.maxLength, 112);
}

TEST_F(Bench, ABadTextStandsBesideItsCause)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({QStringLiteral("/no/such/text.txt")});
    ASSERT_TRUE(waitFor([this] { return workbench->problem(QStringLiteral("data")).has_value(); }, 20000));
    EXPECT_TRUE(workbench->problem(QStringLiteral("data"))->message.contains(QStringLiteral("text.txt")));
    EXPECT_EQ(railMark(*workbench, PageId::Data), Mark::Alert);
}

TEST_F(Bench, CutsASentenceAsTheModelDoes)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(waitFor([this] { return workbench->model.entry() != nullptr; }, 20000));
    QSignalSpy cut(&workbench->tries, &Tries::cut);
    workbench->tries.cutText(workbench->model.entry()->reference, QStringLiteral("The boat"));
    ASSERT_TRUE(waitFor([&] { return cut.count() > 0; }, 20000));
    EXPECT_EQ(cut.front().front().toString(), QStringLiteral("The boat"));
    EXPECT_FALSE(cut.front().at(1).value<std::vector<TextPiece>>().empty());
}

/// A run of a few seconds, in a folder of its own.
RunConfig smallRun(const QTemporaryDir& folder, int64_t steps)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.validationFraction = 0.02;
    config.data.maxLength = 32;
    config.samples.prompts = {"In the morning"};
    config.samples.maxNewTokens = 4;
    config.arguments.max_steps = steps;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.learning_rate = 1e-3;
    config.arguments.output_dir = (folder.path() + QStringLiteral("/small")).toStdString();
    return config;
}

TEST_F(Bench, RunsPausesStopsAndGoesOn)
{
    const QTemporaryDir folder;
    const QString run = folder.path() + QStringLiteral("/small");
    RunConfig config = smallRun(folder, 400);
    config.arguments.save_steps = 1;
    config.arguments.save_total_limit = 1;
    workbench->choices.set(config);
    auto page = std::make_unique<TrainPage>(*workbench, nullptr);
    page->show();
    QSignalSpy wanted(workbench.get(), &Workbench::pageWanted);
    workbench->start();
    ASSERT_TRUE(workbench->run.isRunning());
    EXPECT_EQ(wanted.last().front().value<PageId>(), PageId::Train);
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 2; }, 120000));
    EXPECT_EQ(workbench->run.history()->name, "small");
    EXPECT_FALSE(workbench->run.history()->samples.empty()) << "step 0 writes before anything is learned";
    EXPECT_EQ(railMark(*workbench, PageId::Train), Mark::Arc);

    workbench->run.pause();
    EXPECT_TRUE(workbench->run.isPausing()) << "at once";
    EXPECT_TRUE(railLine(*workbench, PageId::Train).startsWith(QStringLiteral("pausing")));
    ASSERT_TRUE(waitFor([this] { return workbench->run.isPaused(); }, 60000));
    EXPECT_FALSE(workbench->run.isPausing());
    EXPECT_EQ(railMark(*workbench, PageId::Train), Mark::Bars);
    EXPECT_FALSE(workbench->run.trainedModel().isEmpty()) << "a pause saves";
    EXPECT_TRUE(waitFor([this] { return workbench->run.history()->checkpoints.size() == 1; }, 20000))
        << "what lies there";
    const int64_t paused = workbench->run.history()->lastStep();
    workbench->run.resume();
    ASSERT_TRUE(waitFor([&] { return workbench->run.history()->lastStep() > paused; }, 60000));

    workbench->run.stop(StopMode::SaveAndStop);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    const int64_t stopped = workbench->run.history()->lastStep();
    EXPECT_LT(stopped, 400);
    QPushButton* again = nullptr;
    for (QPushButton* button : page->findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Start a new run"))
            again = button;
    ASSERT_NE(again, nullptr);
    EXPECT_FALSE(again->isEnabled()) << "a click that was meant for Stop would start one";
    EXPECT_TRUE(waitFor([&] { return again->isEnabled(); }, 20000));
    page.reset();

    // Another start of the program: the run is in the list, can be looked at, and goes on where it stood.
    workbench = std::make_unique<Workbench>();
    workbench->run.open(run);
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    EXPECT_EQ(workbench->run.history()->lastStep(), stopped);
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 1; }, 20000));
    EXPECT_EQ(workbench->runs.runs().front().state, RunState::Stopped);
    EXPECT_TRUE(workbench->runs.runs().front().canContinue);
    RunTable table(workbench->run, workbench->runs, {RunListModel::Name, RunListModel::Action});
    table.selectRun(run);
    const QSignalSpy looked(workbench.get(), &Workbench::pageWanted);
    QTest::keyClick(&table, Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return looked.count() > 0; }, 20000));
    EXPECT_FALSE(workbench->run.isRunning()) << "looking at it trains nothing";
    workbench->run.continueRun(run);
    ASSERT_TRUE(
        waitFor([&] { return workbench->run.isRunning() && workbench->run.history()->lastStep() > stopped; }, 120000));
    workbench->run.stop(StopMode::KeepBestAndFinish);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    const QSignalSpy forecast(&workbench->forecasts, &Forecasts::changed);
    EXPECT_TRUE(waitFor([&] { return forecast.count() > 0; }, 60000)) << "what the run measured is asked for";
    EXPECT_EQ(workbench->run.trainedModel(), run);
    EXPECT_EQ(workbench->run.baseModel(), QStringLiteral("bundled:nano-gpt"));
}

TEST_F(Bench, StopsAndStartsAgainWithAnotherRate)
{
    const QTemporaryDir folder;
    RunConfig config = smallRun(folder, 4000);
    config.arguments.learning_rate = 0.1;
    workbench->choices.set(config);
    workbench->start();
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 2; }, 120000));
    EXPECT_DOUBLE_EQ(workbench->run.history()->learningRate, 0.1);
    EXPECT_TRUE(waitFor([this] { return workbench->run.history()->suitableRate > 0; }, 20000))
        << "though it began before its model was looked at";
    workbench->run.startAgain(2e-3);
    const uint64_t first = workbench->run.history()->mark;
    ASSERT_TRUE(waitFor(
        [&] { return workbench->run.history()->mark != first && workbench->run.history()->lastStep() >= 1; }, 120000));
    EXPECT_DOUBLE_EQ(workbench->run.config()->arguments.learning_rate, 2e-3);
    EXPECT_EQ(workbench->run.config()->arguments.max_steps, 4000) << "all else as it was";
    EXPECT_NE(workbench->run.history()->runFolder, config.arguments.output_dir) << "a run of its own";
    EXPECT_GT(workbench->run.history()->suitableRate, 0);
    workbench->run.stop(StopMode::SaveAndStop);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    EXPECT_DOUBLE_EQ(workbench->choices.config().arguments.learning_rate, 2e-3);
    std::filesystem::remove_all(workbench->run.history()->runFolder);
}

TEST_F(Bench, ARunThatWasInVainHasNoTick)
{
    const QTemporaryDir folder;
    fettle::ui::testing::WrittenRun written;
    written.validationSlope = 0.05;
    const auto open = [&](const char* name) {
        workbench->run.open(
            QString::fromStdString(fettle::ui::testing::writeRun(folder.path().toStdString(), name, written).string()));
        return waitFor([&] { return workbench->run.history() && workbench->run.history()->name == name; }, 20000);
    };
    ASSERT_TRUE(open("worse"));
    EXPECT_EQ(railMark(*workbench, PageId::Train), Mark::Warning);
    EXPECT_TRUE(railLine(*workbench, PageId::Train).startsWith(QStringLiteral("not well")));
    written.validationSlope = -0.05;
    ASSERT_TRUE(open("better"));
    EXPECT_EQ(railMark(*workbench, PageId::Train), Mark::Tick);
}

TEST_F(Bench, AStoppedRunBearsTheMarkOfItsPage)
{
    const QTemporaryDir folder;
    fettle::ui::testing::WrittenRun written;
    written.reason = FinishReason::Stopped;
    workbench->run.open(QString::fromStdString(
        fettle::ui::testing::writeRun(folder.path().toStdString(), "stopped", written).string()));
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    EXPECT_EQ(railMark(*workbench, PageId::Train), Mark::Ring) << "a ring, as on the page";
}

TEST_F(Bench, ManyEpochsAreWrittenOut)
{
    workbench->choices.setArgument(QStringLiteral("num_train_epochs"), QStringLiteral("2000"));
    EXPECT_TRUE(railLine(*workbench, PageId::Settings).startsWith(QStringLiteral("2,000 epochs · ")))
        << railLine(*workbench, PageId::Settings).toStdString();
    workbench->choices.setArgument(QStringLiteral("num_train_epochs"), QStringLiteral("0.5"));
    EXPECT_TRUE(railLine(*workbench, PageId::Settings).startsWith(QStringLiteral("0.5 epochs · ")));
}

TEST_F(Bench, TryKnowsThatTheOpenRunWasRemoved)
{
    const auto root = defaultRunsFolder();
    std::filesystem::remove_all(root);
    for (const char* name : {"one", "two"})
        fettle::ui::testing::writeRun(root, name);
    workbench->runs.refresh();
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 2; }, 20000));
    workbench->run.open(QString::fromStdString((root / "one").string()));
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    TryPage page(*workbench, nullptr);
    const auto says = [&page](const char* words) {
        for (const QLabel* label : page.findChildren<QLabel*>())
            if (label->text().contains(QLatin1String(words)))
                return true;
        return false;
    };
    EXPECT_TRUE(says("There is no model in the folder of this run."));
    workbench->runs.remove(QString::fromStdString((root / "one").string()));
    EXPECT_TRUE(waitFor([&] { return says("No run is open. Choose one from the list"); }, 20000));
    workbench->runs.remove(QString::fromStdString((root / "two").string()));
    EXPECT_TRUE(waitFor([&] { return says("Nothing has been trained yet."); }, 20000));
    std::filesystem::remove_all(root);
}

TEST_F(Bench, CountsThePiecesOfAWord)
{
    QObject asker;
    const auto count = [&](const QString& model, const char* word) {
        int pieces = -1;
        workbench->tries.countPieces(model, QString::fromUtf8(word), &asker, [&](int found) { pieces = found; });
        EXPECT_TRUE(waitFor([&] { return pieces >= 0; }, 20000));
        return pieces;
    };
    EXPECT_EQ(count(QStringLiteral("bundled:nano-bert"), "the"), 1) << "without what stands around every text";
    EXPECT_GT(count(QStringLiteral("bundled:nano-bert"), "counterrevolutionaries"), 1);
    EXPECT_EQ(count(QStringLiteral("/no/such/model"), "the"), 1);
}

TEST_F(Bench, TriesAModelAndCanBeCutShort)
{
    QSignalSpy written(&workbench->tries, &Tries::written);
    QSignalSpy pieces(&workbench->tries, &Tries::piece);
    TryRequest request;
    request.model = "bundled:nano-gpt";
    request.prompt = "Once upon a time";
    request.options.maxNewTokens = 6;
    const uint64_t id = workbench->tries.ask(request);
    ASSERT_TRUE(waitFor([&] { return written.count() == 1; }, 60000));
    EXPECT_EQ(written.front().front().toULongLong(), id);
    EXPECT_GT(pieces.count(), 0);
    request.model = "/no/such/model";
    QSignalSpy failed(&workbench->tries, &Tries::failed);
    workbench->tries.ask(request);
    ASSERT_TRUE(waitFor([&] { return failed.count() == 1; }, 60000));
}

} // namespace
