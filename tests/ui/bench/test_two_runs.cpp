// SPDX-License-Identifier: GPL-3.0-or-later
// One screen, two runs: what is shown always belongs to one of them, and nothing starts another unasked.
#include "core/base/folder_lock.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/written_run.h"
#include "ui/bench/workbench.h"
#include "ui/charts/loss_chart.h"
#include "ui/parts/page.h"
#include "ui/parts/written_text.h"
#include "ui/window/main_window.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;
using fettle::ui::testing::writeRun;
using fettle::ui::testing::WrittenRun;

class TwoRuns : public ::testing::Test
{
protected:
    TwoRuns()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        std::filesystem::remove_all(defaultRunsFolder());
        WrittenRun first, second;
        first.text = " ALPHATEXT";
        first.prompt = "Alphaprompt";
        second.text = " BETATEXT";
        second.prompt = "Betaprompt";
        second.steps = second.maxSteps = 30;
        second.learningRate = 7e-4;
        one = writeRun(defaultRunsFolder(), "alpha-1", first);
        two = writeRun(defaultRunsFolder(), "beta-2", second);
        workbench = std::make_unique<Workbench>();
        window = std::make_unique<MainWindow>(*workbench);
        window->resize(1280, 800);
        window->show();
    }
    ~TwoRuns() override { std::filesystem::remove_all(defaultRunsFolder()); }

    void open(const std::filesystem::path& folder, PageId page)
    {
        workbench->run.open(QString::fromStdString(folder.string()), page);
        ASSERT_TRUE(waitFor(
            [&] { return workbench->run.history() && workbench->run.history()->runFolder == folder.string(); }, 20000));
    }

    /// All that a page says, shown and hidden, also to a screen reader.
    QString allWords(PageId page) const
    {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // taken away, and hidden already
        QStringList words;
        for (const QWidget* widget : window->page(page)->findChildren<QWidget*>()) {
            words << widget->accessibleName() << widget->accessibleDescription();
            if (const auto* label = qobject_cast<const QLabel*>(widget))
                words << label->text();
            else if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
                words << button->text() << button->toolTip();
            else if (const auto* text = qobject_cast<const WrittenText*>(widget))
                words << text->toPlainText();
        }
        return words.join(QLatin1Char('\n'));
    }

    std::filesystem::path one, two;
    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<MainWindow> window;
};

TEST_F(TwoRuns, TrainSaysNothingOfTheFormerOneFromTheFirstMomentOn)
{
    open(one, PageId::Train);
    EXPECT_TRUE(allWords(PageId::Train).contains(QLatin1String("ALPHATEXT at 20")));
    EXPECT_TRUE(allWords(PageId::Train).contains(QLatin1String("20 of 40")));
    window->showPage(PageId::Runs);
    open(two, PageId::Train); // opened while another page is in front
    EXPECT_EQ(window->currentPage(), PageId::Train);
    QString words = allWords(PageId::Train);
    for (const char* stale : {"ALPHA", "Alpha", "alpha", "20 of 40"})
        EXPECT_FALSE(words.contains(QLatin1String(stale))) << stale << " in:\n" << words.toStdString();
    EXPECT_TRUE(words.contains(QLatin1String("BETATEXT at 30")));
    EXPECT_TRUE(words.contains(QLatin1String("30 of 30")));
    EXPECT_EQ(window->page(PageId::Train)->findChild<LossChart*>()->visibleHigh(), 30);
    EXPECT_TRUE(window->windowTitle().startsWith(QLatin1String("beta-2")));
    workbench->run.close();
    words = allWords(PageId::Train);
    EXPECT_FALSE(words.contains(QLatin1String("BETA"))) << words.toStdString();
}

TEST_F(TwoRuns, TryForgetsWhatTheFormerOneWrote)
{
    open(one, PageId::Try);
    Page* page = window->page(PageId::Try);
    auto* prompt = qobject_cast<QLineEdit*>(page->focusPlace());
    prompt->setText(QStringLiteral("Once upon a time"));
    const auto texts = page->findChildren<WrittenText*>();
    ASSERT_FALSE(texts.isEmpty());
    ASSERT_TRUE(waitFor([&] { return page->header()->primary()->isEnabled(); }, 60000));
    page->activatePrimary();
    ASSERT_TRUE(waitFor([&] { return !texts.front()->written().isEmpty(); }, 60000));
    // In the middle of it: what still comes of it must not come under the other's name.
    open(two, PageId::Try);
    for (int i = 0; i < 40; ++i)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    for (const WrittenText* text : texts)
        EXPECT_EQ(text->toPlainText(), QString());
    EXPECT_FALSE(allWords(PageId::Try).contains(QLatin1String("alpha-1")));
    EXPECT_EQ(prompt->text(), QStringLiteral("Once upon a time")) << "a person's own words stay";
}

TEST_F(TwoRuns, ARunThatWasAskedForDoesNotComeOverOneThatWasBegun)
{
    const QTemporaryDir folder;
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.maxLength = 32;
    config.arguments.max_steps = 4;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.output_dir = (folder.path() + QStringLiteral("/begun")).toStdString();
    workbench->choices.set(config);
    workbench->run.open(QString::fromStdString(one.string()));
    workbench->start(); // before the folder was read
    ASSERT_TRUE(
        waitFor([&] { return workbench->run.history() && workbench->run.history()->finished.has_value(); }, 120000));
    EXPECT_EQ(workbench->run.history()->name, "begun");
    EXPECT_TRUE(allWords(PageId::Train).contains(QLatin1String("begun")));
    EXPECT_FALSE(allWords(PageId::Train).contains(QLatin1String("ALPHA")));
}

TEST_F(TwoRuns, WhatIsChosenAndWhatIsOpenedAreToldApart)
{
    open(one, PageId::Train);
    EXPECT_FALSE(workbench->run.isOtherNext()) << "nothing else was chosen: it is taken over";
    open(two, PageId::Train);
    EXPECT_TRUE(workbench->run.isOtherNext()) << "another learning rate";
    ASSERT_TRUE(waitFor([&] { return workbench->canStart(); }, 60000));
    QPushButton* again = nullptr;
    for (QPushButton* button : window->page(PageId::Train)->findChildren<QPushButton*>())
        if (button->text() == QLatin1String("Start a new run"))
            again = button;
    ASSERT_NE(again, nullptr);
    ASSERT_NE(again->menu(), nullptr) << "it asks which";
    EXPECT_EQ(again->menu()->actions().size(), 2);
    QStringList captions;
    for (const QLabel* label : window->findChildren<QLabel*>())
        if (label->isVisible())
            captions << label->text();
    EXPECT_TRUE(captions.contains(QLatin1String("The next run")));
    EXPECT_TRUE(captions.contains(QLatin1String("Opened: beta-2")));
    EXPECT_FALSE(workbench->run.isRunning());
    again->menu()->actions().last()->trigger(); // "Choose as in this run"
    EXPECT_FALSE(workbench->run.isRunning()) << "choosing starts nothing";
    EXPECT_FALSE(workbench->run.isOtherNext());
    EXPECT_DOUBLE_EQ(workbench->choices.config().arguments.learning_rate, 7e-4);
    EXPECT_TRUE(workbench->choices.config().arguments.output_dir.empty());
}

TEST_F(TwoRuns, ARunThatAnotherProgramWritesIsFollowed)
{
    WrittenRun unfinished;
    unfinished.finished = false;
    const std::filesystem::path folder = writeRun(defaultRunsFolder(), "gamma-3", unfinished);
    const auto lock = std::make_unique<FolderLock>(folder);
    open(folder, PageId::Train);
    EXPECT_EQ(workbench->run.history()->lastStep(), 20);
    JournalWriter journal(folder / "journal.jsonl");
    StepEvent step;
    step.step = 21;
    step.loss = 2;
    journal.write(step);
    ASSERT_TRUE(waitFor([&] { return workbench->run.history()->lastStep() == 21; }, 20000));
    EXPECT_EQ(workbench->run.history()->evals.size(), 3U) << "read on, not read again";
    ResumedEvent back; // its own program went back to a save
    back.step = back.fromStep = 10;
    journal.write(back);
    ASSERT_TRUE(waitFor([&] { return workbench->run.history()->lastStep() == 10; }, 20000));
    open(one, PageId::Train);
    journal.write(step); // no more of it reaches the run that is shown now
    for (int i = 0; i < 80; ++i)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    EXPECT_EQ(workbench->run.history()->lastStep(), 20);
    EXPECT_EQ(workbench->run.history()->name, "alpha-1");
}

TEST_F(TwoRuns, KeysOfThePageTrainWorkWhereverTheFocusIs)
{
    open(two, PageId::Train);
    auto* chart = window->page(PageId::Train)->findChild<LossChart*>();
    QApplication::setActiveWindow(window.get());
    ASSERT_EQ(chart->cursorStep(), 30);
    for (QWidget* place : {static_cast<QWidget*>(chart), static_cast<QWidget*>(window->page(PageId::Train)),
                           static_cast<QWidget*>(window->page(PageId::Train)->header()->primary())}) {
        place->setFocus();
        QTest::keyClick(place, Qt::Key_Left);
        EXPECT_EQ(chart->cursorStep(), 20) << place->metaObject()->className();
        QTest::keyClick(place, Qt::Key_Home);
        EXPECT_EQ(chart->cursorStep(), 0);
        QTest::keyClick(place, Qt::Key_Right);
        EXPECT_EQ(chart->cursorStep(), 10);
        QTest::keyClick(place, Qt::Key_End);
        EXPECT_EQ(chart->cursorStep(), 30);
    }
    window->showPage(PageId::Home);
}

} // namespace
