// SPDX-License-Identifier: GPL-3.0-or-later
// The page Runs in the whole window: what it says of a run is what lies in its folder, what is pressed happens to it.
#include "ui/runs/runs_page.h"

#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/runs/ask_dialog.h"
#include "ui/runs/run_table.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class RunsPageOverEngine : public WholeWindow
{
protected:
    RunTable* table() const { return page(PageId::Runs)->findChild<RunTable*>(); }
    bool lists(size_t count)
    {
        workbench->runs.refresh();
        shown(PageId::Runs);
        return waitFor([&] { return workbench->runs.runs().size() == count; }, 20000);
    }
    QModelIndex cell(const char* name, int column) const
    {
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (table()->model()->index(row, RunListModel::Name).data().toString() == QLatin1String(name))
                return table()->model()->index(row, column);
        return {};
    }
    void click(const char* name, int column = RunListModel::Name)
    {
        const QModelIndex index = cell(name, column);
        ASSERT_TRUE(index.isValid()) << name;
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
    }
    QString figure(const char* caption) const
    {
        for (const Figure* figure : page(PageId::Runs)->findChildren<Figure*>())
            if (seenWords(*figure).contains(QLatin1String(caption)))
                return figure->number();
        return {};
    }
    static void write(const char* name, FinishReason reason, bool finished = true)
    {
        WrittenRun run;
        run.reason = reason;
        run.finished = finished;
        writeRun(defaultRunsFolder(), name, run);
    }
};

TEST_F(RunsPageOverEngine, WithoutRunsItLeadsHome)
{
    ASSERT_TRUE(lists(0));
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("No runs yet")));
    EXPECT_FALSE(table()->isVisible());
    EXPECT_EQ(primary(PageId::Runs)->text(), QStringLiteral("Begin on Home"));
    press(primary(PageId::Runs));
    EXPECT_EQ(window->currentPage(), PageId::Home);
}

TEST_F(RunsPageOverEngine, SaysOfEachRunWhatLiesInItsFolder)
{
    write("halted", FinishReason::Stopped);
    write("broke", FinishReason::Failed);
    write("cut-off", FinishReason::Done, false);
    write("going", FinishReason::Done, false);
    const FolderLock writer(runFolder("going"));
    std::filesystem::create_directories(runFolder("damaged"));
    writeFileAtomically(runFolder("damaged") / "run.json", "{ not json");
    writeFileAtomically(runFolder("damaged") / "journal.jsonl", "");
    ASSERT_TRUE(lists(5));
    const struct {
        const char *name, *button, *story;
        bool removable;
    } cases[] = {{"halted", "What happened?", "Stopped at step 20 of 40", true},
                 {"broke", "What happened?", "Failed at step 20 of 40", true},
                 {"cut-off", "What happened?", "Cut off at step 20 of 40", true},
                 {"going", "Watch going", "At step 20 of 40.", false},
                 {"damaged", "What happened?", "cannot be read as a run", true}};
    for (const auto& one : cases) {
        click(one.name);
        EXPECT_EQ(primary(PageId::Runs)->text(), QLatin1String(one.button)) << one.name;
        EXPECT_TRUE(words(PageId::Runs).contains(QLatin1String(one.story))) << one.name << ":\n"
                                                                            << words(PageId::Runs).toStdString();
        EXPECT_EQ(seenButton(*page(PageId::Runs), QStringLiteral("Move to the bin"))->isEnabled(), one.removable)
            << one.name;
        EXPECT_FALSE(seenButton(*page(PageId::Runs), QStringLiteral("Continue"))->isEnabled()) << "nothing was saved";
        if (one.name == std::string("damaged"))
            continue;
        EXPECT_EQ(figure("optimizer steps"), QStringLiteral("20 of 40")) << one.name;
        EXPECT_EQ(figure("validation loss, step 20"), lossText(eventsOf<EvalEvent>(runFolder(one.name)).back().loss));
        EXPECT_EQ(figure("time it took"), clockText(eventsOf<StepEvent>(runFolder(one.name)).back().elapsed));
    }
}

TEST_F(RunsPageOverEngine, SaysHowManyTokensARunHasRightWhereThatWasMeasured)
{
    write("before", FinishReason::Stopped);
    WrittenRun measured;
    measured.reason = FinishReason::Stopped;
    measured.accuracy = 0.3416;
    writeRun(defaultRunsFolder(), "measured", measured);
    ASSERT_TRUE(lists(2));
    click("measured");
    EXPECT_EQ(figure("token accuracy"), QStringLiteral("34.2 %"));
    click("before");
    EXPECT_FALSE(words(PageId::Runs).contains(QStringLiteral("token accuracy")));
}

TEST_F(RunsPageOverEngine, WhatIsTypedAndTheGroupsSiftTheList)
{
    write("ships-one", FinishReason::Done);
    write("law-two", FinishReason::Stopped);
    ASSERT_TRUE(lists(2));
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("All 2")));
    auto* find = page(PageId::Runs)->findChild<QLineEdit*>();
    QTest::keyClicks(find, QStringLiteral("law"));
    EXPECT_EQ(table()->model()->rowCount(), 1);
    EXPECT_TRUE(cell("law-two", 0).isValid());
    find->clear();
    press(PageId::Runs, QStringLiteral("Finished"));
    EXPECT_EQ(table()->model()->rowCount(), 1);
    EXPECT_TRUE(cell("ships-one", 0).isValid());
    press(PageId::Runs, QStringLiteral("Unfinished"));
    EXPECT_TRUE(cell("law-two", 0).isValid());
    EXPECT_EQ(table()->model()->rowCount(), 1);
    EXPECT_EQ(table()->selectedRun()->name, "law-two") << "what is listed can be used at once";
}

TEST_F(RunsPageOverEngine, ASearchWithoutAHitSaysSoAndLeadsBack)
{
    write("ships-one", FinishReason::Done);
    write("a-run-with-a-long-name", FinishReason::Stopped);
    ASSERT_TRUE(lists(2));
    const auto widths = [this] {
        QList<int> all;
        for (int column = 0; column < table()->model()->columnCount(); ++column)
            all << table()->columnWidth(column);
        return all;
    };
    const QList<int> before = widths();
    auto* find = page(PageId::Runs)->findChild<QLineEdit*>();
    QTest::keyClicks(find, QStringLiteral("zebra"));
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("No run here holds “zebra”")));
    EXPECT_FALSE(words(PageId::Runs).contains(QStringLiteral("No runs yet")));
    EXPECT_EQ(primary(PageId::Runs)->text(), QStringLiteral("Show all runs"));
    press(primary(PageId::Runs));
    EXPECT_EQ(window->currentPage(), PageId::Runs);
    EXPECT_EQ(find->text(), QString());
    EXPECT_EQ(table()->model()->rowCount(), 2);
    EXPECT_TRUE(table()->selectedRun());
    EXPECT_TRUE(waitFor([&] { return widths() == before; }, 5000)) << "as wide as the words that stand there now";
}

TEST_F(RunsPageOverEngine, ARunThatIsWrittenIsNotAskedAboutFirst)
{
    write("going", FinishReason::Done, false);
    const FolderLock writer(runFolder("going"));
    ASSERT_TRUE(lists(1));
    click("going");
    const QSignalSpy told(workbench.get(), &Workbench::message);
    for (const Qt::Key key : {Qt::Key_Delete, Qt::Key_F2}) {
        QTest::keyClick(table(), key);
        EXPECT_EQ(table()->findChild<AskDialog*>(), nullptr);
    }
    ASSERT_EQ(told.size(), 2);
    for (const auto& message : told) {
        EXPECT_TRUE(message[0].toString().contains(QStringLiteral("“going” is being written")));
    }
}

TEST_F(RunsPageOverEngine, NoFiguresAreMadeUpForAFolderThatCannotBeRead)
{
    std::filesystem::create_directories(runFolder("damaged"));
    writeFileAtomically(runFolder("damaged") / "run.json", "{ not json");
    writeFileAtomically(runFolder("damaged") / "journal.jsonl", "");
    write("whole", FinishReason::Stopped);
    ASSERT_TRUE(lists(2));
    click("damaged");
    EXPECT_FALSE(words(PageId::Runs).contains(QStringLiteral("time it took"))) << words(PageId::Runs).toStdString();
    click("whole");
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("time it took")));
}

TEST_F(RunsPageOverEngine, EnterAndDoubleClickOpenARun)
{
    write("first", FinishReason::Stopped);
    write("second", FinishReason::Stopped);
    ASSERT_TRUE(lists(2));
    click("first");
    QTest::keyClick(table(), Qt::Key_Return);
    ASSERT_TRUE(waitFor([this] { return window->currentPage() == PageId::Train; }, 20000));
    EXPECT_EQ(workbench->run.history()->runFolder, runFolder("first").string());
    shown(PageId::Runs);
    EXPECT_EQ(table()->selectedRun()->name, "first") << "the run on show is the selected one";
    const QPoint second = table()->visualRect(cell("second", RunListModel::Name)).center();
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, second);
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, second);
    ASSERT_TRUE(waitFor([this] { return window->currentPage() == PageId::Train; }, 20000));
    EXPECT_EQ(workbench->run.history()->runFolder, runFolder("second").string());
    EXPECT_FALSE(workbench->run.isRunning()) << "looking at a run trains nothing";
}

TEST_F(RunsPageOverEngine, ARenamedRunIsTheSameEverywhere)
{
    write("plain", FinishReason::Stopped);
    ASSERT_TRUE(lists(1));
    click("plain");
    QTest::keyClick(table(), Qt::Key_F2);
    auto* ask = table()->findChild<AskDialog*>();
    ASSERT_NE(ask, nullptr);
    ask->field()->selectAll();
    QTest::keyClicks(ask->field(), QStringLiteral("lower rate"));
    QTest::keyClick(ask->field(), Qt::Key_Return);
    EXPECT_TRUE(std::filesystem::exists(runFolder("lower rate") / "journal.jsonl"));
    EXPECT_FALSE(std::filesystem::exists(runFolder("plain")));
    ASSERT_TRUE(waitFor([this] { return cell("lower rate", 0).isValid(); }, 20000));
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("lower rate")));
    EXPECT_FALSE(words(PageId::Runs).contains(QStringLiteral("plain"))) << words(PageId::Runs).toStdString();
}

TEST_F(RunsPageOverEngine, TheBinAsksAndTakesTheSelectedRunAlone)
{
    write("keep", FinishReason::Stopped);
    write("take", FinishReason::Stopped);
    ASSERT_TRUE(lists(2));
    click("take");
    press(PageId::Runs, QStringLiteral("Move to the bin"));
    auto* ask = table()->findChild<AskDialog*>();
    ASSERT_NE(ask, nullptr);
    EXPECT_TRUE(seenWords(*ask).contains(QStringLiteral("“take”")));
    EXPECT_TRUE(std::filesystem::exists(runFolder("take"))) << "nothing goes before the answer";
    press(seenButton(*ask, QStringLiteral("Move to the bin")));
    EXPECT_FALSE(std::filesystem::exists(runFolder("take")));
    EXPECT_TRUE(std::filesystem::exists(runFolder("keep")));
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 1; }, 20000));
    EXPECT_EQ(table()->selectedRun()->name, "keep");
}

TEST_F(RunsPageOverEngine, AStoppedRunGoesOnFromWhereItStood)
{
    workbench->choices.set(smallRun("goes-on", 5000));
    workbench->start();
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 2; }, 120000));
    workbench->run.stop(StopMode::SaveAndStop);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    const int64_t stopped = workbench->run.history()->lastStep();
    begin();
    ASSERT_TRUE(lists(1));
    click("goes-on");
    EXPECT_EQ(figure("optimizer steps"), QStringLiteral("%1 of 5,000").arg(stopped));
    EXPECT_EQ(primary(PageId::Runs)->text(), QStringLiteral("Continue goes-on"));
    press(PageId::Runs, QStringLiteral("Continue"));
    ASSERT_TRUE(
        waitFor([&] { return workbench->run.isRunning() && workbench->run.history()->lastStep() > stopped; }, 120000));
    EXPECT_EQ(window->currentPage(), PageId::Train);
    EXPECT_EQ(eventsOf<ResumedEvent>(runFolder("goes-on")).back().fromStep, stopped);
    shown(PageId::Runs);
    EXPECT_FALSE(seenButton(*page(PageId::Runs), QStringLiteral("Continue"))->isEnabled()) << "one run at a time";
    workbench->run.stop(StopMode::KeepBestAndFinish);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    workbench->runs.refresh();
    ASSERT_TRUE(waitFor([this] { return primary(PageId::Runs)->text() == QStringLiteral("Try goes-on"); }, 20000));
    const auto end = eventsOf<FinishedEvent>(runFolder("goes-on")).back();
    ASSERT_TRUE(end.modelStep);
    EXPECT_EQ(figure("validation loss of its model"),
              end.modelLoss ? lossText(*end.modelLoss) : QStringLiteral("–")); // no check may have seen that state
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("that of step %1,").arg(*end.modelStep)))
        << words(PageId::Runs).toStdString();
    press(primary(PageId::Runs));
    EXPECT_TRUE(waitFor([this] { return window->currentPage() == PageId::Try; }, 20000));
}

} // namespace
