// SPDX-License-Identifier: GPL-3.0-or-later
// The page Train with a real engine: what it says is what the run's journal says, what is pressed happens.
#include "ui/train/train_page.h"

#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/train/evaluate_text.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/curve_legend.h"
#include "ui/charts/loss_chart.h"
#include "ui/charts/sample_slider.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/label.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_page.h"
#include "ui/train/prompt_chips.h"
#include "ui/train/train_empty.h"
#include "ui/train/train_strip.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class TrainPageOverEngine : public WholeWindow
{
protected:
    TrainPageOverEngine() { shown(PageId::Train); }

    TrainStrip* strip() const { return page(PageId::Train)->findChild<TrainStrip*>(); }
    QString figure(const char* caption) const
    {
        for (const Figure* figure : strip()->findChildren<Figure*>())
            for (const QLabel* label : figure->findChildren<QLabel*>())
                if (label->text() == QLatin1String(caption))
                    return figure->number();
        return {};
    }
    QString stripWords() const { return seenWords(*strip()); }
    bool chosen(const RunConfig& config)
    {
        workbench->choices.set(config);
        return waitFor([this] { return workbench->canStart() && workbench->forecasts.forecast(); }, 60000);
    }
    bool hasEnded()
    {
        return waitFor([this] { return !workbench->run.isRunning(); }, 120000);
    }
    int64_t lastStep() const { return workbench->run.history()->lastStep(); }
    /// An entry of the menu below "Stop".
    void stop(const char* words)
    {
        auto* button = qobject_cast<QPushButton*>(seenButton(*page(PageId::Train), QStringLiteral("Stop")));
        ASSERT_NE(button, nullptr);
        for (QAction* action : button->menu()->actions())
            if (action->iconText() == QLatin1String(words))
                return action->trigger();
        FAIL() << "no " << words;
    }
    /// What the menu Run offers of Start, Pause and Resume, the page's own button first: its words, and whether it can
    /// be chosen.
    QStringList menuOffers() const
    {
        QStringList offers;
        for (const QAction* top : window->menuBar()->actions()) {
            if (top->iconText() != QLatin1String("Run"))
                continue;
            Q_EMIT top->menu()->aboutToShow();
            for (const QAction* action : top->menu()->actions()) {
                if (action->iconText() == QLatin1String("Save now"))
                    break;
                if (action->isVisible())
                    offers << action->iconText() + (action->isEnabled() ? QLatin1String() : QLatin1String(" (off)"));
            }
        }
        return offers;
    }
    void expectAtField(const char* key)
    {
        EXPECT_EQ(window->currentPage(), PageId::Settings);
        const QWidget* field =
            static_cast<SettingsPage*>(page(PageId::Settings))->form()->row(QLatin1String(key))->field();
        EXPECT_TRUE(field == window->focusWidget() || field->isAncestorOf(window->focusWidget()));
    }
    /// What the strip says is what the journal holds of the steps.
    void expectStripAsJournal(const char* run)
    {
        const auto steps = eventsOf<StepEvent>(runFolder(run));
        ASSERT_FALSE(steps.empty());
        const StepEvent& last = steps.back();
        const int64_t most = eventsOf<StartedEvent>(runFolder(run)).front().maxSteps;
        EXPECT_EQ(figure("optimizer steps"), QStringLiteral("%1 of %2").arg(countText(last.step), countText(most)));
        EXPECT_TRUE(stripWords().contains(percentText(double(last.step) / double(most)))) << stripWords().toStdString();
        const auto ends = eventsOf<FinishedEvent>(runFolder(run));
        if (!ends.empty()) {
            EXPECT_EQ(figure("gone"), clockText(ends.back().seconds));
        }
    }
};

TEST_F(TrainPageOverEngine, SaysWhatIsMissingAndLeadsThere)
{
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("No model is chosen yet.")));
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("No text is chosen yet.")));
    EXPECT_FALSE(primary(PageId::Train)->isEnabled());
    EXPECT_EQ(menuOffers(), QStringList({"Start training (off)", "Pause (off)", "Resume (off)"}));
    press(PageId::Train, QStringLiteral("Choose a model"));
    EXPECT_EQ(window->currentPage(), PageId::Model);
    shown(PageId::Train);
    press(PageId::Train, QStringLiteral("Choose a text"));
    EXPECT_EQ(window->currentPage(), PageId::Data);
    workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
    shown(PageId::Train);
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 60000)) << "the small model comes with a text";
    EXPECT_FALSE(words(PageId::Train).contains(QStringLiteral("yet."))) << words(PageId::Train).toStdString();
}

TEST_F(TrainPageOverEngine, WhatItPromisesBeforeTheStartIsTheForecast)
{
    ASSERT_TRUE(chosen(smallRun("promised", 1234)));
    const QString seen = words(PageId::Train);
    EXPECT_TRUE(seen.contains(QStringLiteral("Ready: 1,234 steps"))) << seen.toStdString();
    EXPECT_TRUE(seen.contains(QStringLiteral("nano-gpt learns ships-log")));
    const Forecast forecast = *workbench->forecasts.forecast();
    EXPECT_TRUE(seen.contains(QStringLiteral("%1 GB").arg(double(forecast.memoryBytes) / 1e9, 0, 'f', 2)));
    EXPECT_TRUE(primary(PageId::Train)->isEnabled());
}

TEST_F(TrainPageOverEngine, PromptsThatAreTypedBeforeTheStartAreTheRuns)
{
    ASSERT_TRUE(chosen(smallRun("prompted", 2)));
    auto* chips = page(PageId::Train)->findChild<TrainEmpty*>()->findChild<PromptChips*>();
    EXPECT_EQ(chips->prompts(), QStringList{QStringLiteral("In the morning")});
    auto* field = chips->findChild<QLineEdit*>();
    QTest::keyClicks(field, QStringLiteral("The captain"));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(workbench->choices.config().samples.prompts, (std::vector<std::string>{"In the morning", "The captain"}));
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 60000));
    press(primary(PageId::Train));
    ASSERT_TRUE(hasEnded());
    const auto samples = eventsOf<SampleEvent>(runFolder("prompted"));
    ASSERT_GE(samples.size(), 2U);
    EXPECT_EQ(samples[1].prompt, "The captain");
}

TEST_F(TrainPageOverEngine, ARunFromStartToEndIsShownAsItsJournalTellsIt)
{
    const QTemporaryDir folder;
    const std::string aside = folder.filePath(QStringLiteral("aside.txt")).toStdString();
    writeFileAtomically(aside, "Fresh gales and squally.\nPeople employed in mending sails.\nThe wind is fair.\n");
    RunConfig config = smallRun("whole", 8);
    config.data.validation = aside;
    ASSERT_TRUE(chosen(config));
    press(primary(PageId::Train));
    ASSERT_TRUE(workbench->run.isRunning());
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Getting ready"))) << stripWords().toStdString();
    EXPECT_EQ(primary(PageId::Train)->text(), QStringLiteral("Pause"));
    EXPECT_NE(seenButton(*page(PageId::Train), QStringLiteral("Stop")), nullptr);
    ASSERT_TRUE(hasEnded());
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Finished"))) << stripWords().toStdString();
    expectStripAsJournal("whole");
    double tokens = 0, seconds = 0;
    for (const StepEvent& step : eventsOf<StepEvent>(runFolder("whole"))) {
        tokens += double(step.tokens);
        seconds += step.seconds;
    }
    EXPECT_EQ(figure("tokens/s"), QLocale().toString(qlonglong(tokens / seconds)));
    EXPECT_EQ(seenButton(*page(PageId::Train), QStringLiteral("Stop")), nullptr) << "nothing is left to stop";
    // The newest sample stands there, and step 0 below it.
    const auto samples = eventsOf<SampleEvent>(runFolder("whole"));
    ASSERT_GE(samples.size(), 2U);
    const QString seen = words(PageId::Train);
    EXPECT_TRUE(seen.contains(QString::fromStdString(samples.back().prompt + samples.back().text)))
        << seen.toStdString();
    EXPECT_TRUE(seen.contains(QString::fromStdString(samples.front().prompt + samples.front().text)));
    EXPECT_TRUE(page(PageId::Train)->header()->sentenceLabel()->text().contains(QStringLiteral("run “whole”")));
    // What the checks measured is what `eval` measures of the finished model on the same rows.
    RunConfig asked;
    asked.model = runFolder("whole").string();
    asked.data.train = {aside};
    asked.data.maxLength = config.data.maxLength;
    const EvaluateResult measured = evaluateText(asked);
    const EvalEvent last = eventsOf<EvalEvent>(runFolder("whole")).back();
    EXPECT_NEAR(last.loss, measured.loss, 1e-6);
    EXPECT_EQ(last.accuracy, measured.accuracy);
    const QString share = shareText(measured.accuracy);
    const QString legend = page(PageId::Train)->findChild<CurveLegend*>()->accessibleName();
    EXPECT_TRUE(legend.contains(QStringLiteral("Token accuracy ") + share)) << legend.toStdString();
    EXPECT_TRUE(legend.contains(QStringLiteral("Perplexity ") + figureText(measured.perplexity)));
    EXPECT_TRUE(seen.contains(QStringLiteral("It guesses %1 of the pieces right").arg(share))) << seen.toStdString();
    press(primary(PageId::Train));
    EXPECT_EQ(window->currentPage(), PageId::Try);
}

TEST_F(TrainPageOverEngine, PausesBySpaceGoesOnAndStops)
{
    ASSERT_TRUE(chosen(smallRun("paused", 5000)));
    EXPECT_EQ(menuOffers(), QStringList({"Start training", "Pause (off)", "Resume (off)"}));
    press(primary(PageId::Train));
    ASSERT_TRUE(waitFor([this] { return lastStep() >= 2; }, 120000));
    EXPECT_EQ(menuOffers(), QStringList({"Pause", "Start training (off)", "Resume (off)"}));
    press(primary(PageId::Train));
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Pausing"))) << "at once";
    EXPECT_FALSE(primary(PageId::Train)->isEnabled());
    EXPECT_EQ(menuOffers(), QStringList({"Pausing … (off)", "Start training (off)", "Resume (off)"}));
    ASSERT_TRUE(waitFor([this] { return workbench->run.isPaused(); }, 60000));
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Paused"))) << stripWords().toStdString();
    EXPECT_EQ(primary(PageId::Train)->text(), QStringLiteral("Resume"));
    EXPECT_EQ(menuOffers(), QStringList({"Resume", "Start training (off)", "Pause (off)"}));
    const int64_t paused = lastStep();
    expectStripAsJournal("paused");
    EXPECT_EQ(eventsOf<PausedEvent>(runFolder("paused")).size(), 1U);
    page(PageId::Train)->focusPlace()->setFocus();
    QTest::keyClick(page(PageId::Train)->focusPlace(), Qt::Key_Space);
    ASSERT_TRUE(waitFor([&] { return lastStep() > paused; }, 60000));
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Training"))) << stripWords().toStdString();

    stop("Stop and save");
    ASSERT_TRUE(hasEnded());
    EXPECT_TRUE(stripWords().startsWith(QStringLiteral("Stopped"))) << stripWords().toStdString();
    expectStripAsJournal("paused");
    const int64_t stopped = lastStep();
    EXPECT_EQ(eventsOf<CheckpointEvent>(runFolder("paused")).back().step, stopped);
    EXPECT_EQ(primary(PageId::Train)->text(), QStringLiteral("Continue"));
    press(primary(PageId::Train));
    ASSERT_TRUE(waitFor([&] { return workbench->run.isRunning() && lastStep() > stopped; }, 120000));
    EXPECT_EQ(eventsOf<ResumedEvent>(runFolder("paused")).back().fromStep, stopped);
    stop("Stop without saving");
    ASSERT_TRUE(hasEnded());
    EXPECT_EQ(eventsOf<CheckpointEvent>(runFolder("paused")).back().step, stopped) << "nothing was saved since";
}

TEST_F(TrainPageOverEngine, WhatIsFollowedIsSeenInEveryChart)
{
    WrittenRun written;
    written.steps = 400;
    written.maxSteps = 800; // the newest stands in the middle
    workbench->run.open(QString::fromStdString(writeRun(defaultRunsFolder(), "long", written).string()));
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    auto* loss = page(PageId::Train)->findChild<LossChart*>();
    const auto* slider = page(PageId::Train)->findChild<SampleSlider*>();
    auto* follow = qobject_cast<QCheckBox*>(seenButton(*page(PageId::Train), QStringLiteral("Follow newest")));
    ASSERT_TRUE(follow && follow->isChecked());
    ASSERT_EQ(loss->cursorStep(), 400);
    const auto zoomAt = [&](int x) {
        QWidget* plot = loss->childAt(x, loss->height() / 2);
        const QPointF at = plot->mapFrom(loss, QPointF(x, 0.5 * loss->height()));
        QWheelEvent wheel(at, plot->mapToGlobal(at), {}, QPoint(0, 120 * 6), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot, &wheel);
    };
    zoomAt(loss->width() / 2);
    ASSERT_GT(loss->visibleLow(), 0);
    EXPECT_TRUE(follow->isChecked()) << "the newest is still in it";
    loss->resetZoom();
    zoomAt(loss->width() / 4);
    ASSERT_LT(loss->visibleHigh(), 400);
    EXPECT_FALSE(follow->isChecked()) << "whoever looks at another stretch follows no more";
    EXPECT_EQ(loss->cursorStep(), 400) << "what it wrote stays there";

    const double width = loss->visibleHigh() - loss->visibleLow();
    follow->click();
    EXPECT_TRUE(follow->isChecked());
    EXPECT_NEAR((loss->visibleLow() + loss->visibleHigh()) / 2, 400, 1e-6);
    EXPECT_NEAR(loss->visibleHigh() - loss->visibleLow(), width, 1e-6) << "as far in as before";
    QTest::keyClick(page(PageId::Train), Qt::Key_Home);
    EXPECT_EQ(loss->visibleLow(), 0) << "a sample that is gone to is seen, too";
    EXPECT_FALSE(follow->isChecked());
    EXPECT_EQ(slider->value(), 0);
}

TEST_F(TrainPageOverEngine, WhatTheEngineWarnsOfCanBeRead)
{
    RunConfig config = smallRun("warned", 3);
    config.arguments.warmup_steps = 1000;
    ASSERT_TRUE(chosen(config));
    press(primary(PageId::Train));
    ASSERT_TRUE(hasEnded());
    const auto notices = eventsOf<NoticeEvent>(runFolder("warned"));
    ASSERT_FALSE(notices.empty());
    QString seen = words(PageId::Train);
    for (auto* button : page(PageId::Train)->findChildren<QAbstractButton*>())
        if (button->isVisible() && button->text().startsWith(QStringLiteral("All notices")))
            press(button);
    for (const QWidget* popup : QApplication::topLevelWidgets())
        if (popup->accessibleName() == QStringLiteral("All notices"))
            seen += seenWords(*popup);
    for (const NoticeEvent& notice : notices) {
        const QString begin = QString::fromStdString(notice.message).section(QLatin1Char('.'), 0, 0);
        EXPECT_TRUE(seen.contains(begin)) << notice.message << "\nis not in\n" << seen.toStdString();
    }
    if (QWidget* popup = QApplication::activePopupWidget())
        popup->close();
}

TEST_F(TrainPageOverEngine, AStartThatFailsSaysWhyAndLeadsToTheField)
{
    writeRun(defaultRunsFolder(), "taken");
    ASSERT_TRUE(chosen(smallRun("taken", 2)));
    press(primary(PageId::Train));
    EXPECT_TRUE(waitFor([this] { return words(PageId::Train).contains(QStringLiteral("did not start")); }, 60000));
    EXPECT_FALSE(workbench->run.isRunning());
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("taken"))) << words(PageId::Train).toStdString();
    press(PageId::Train, QStringLiteral("Show settings"));
    expectAtField("output_dir");
    EXPECT_EQ(eventsOf<StepEvent>(runFolder("taken")).size(), 20U) << "the run that lies there is untouched";
}

TEST_F(TrainPageOverEngine, AStartThatFailsBesideAShownRunLeadsToTheFieldToo)
{
    writeRun(defaultRunsFolder(), "shown");
    workbench->run.open(QString::fromStdString(runFolder("shown").string()));
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    ASSERT_TRUE(chosen(smallRun("shown", 2)));
    shown(PageId::Train);
    workbench->start();
    ASSERT_TRUE(waitFor([this] { return words(PageId::Train).contains(QStringLiteral("did not start")); }, 60000));
    press(PageId::Train, QStringLiteral("Show settings"));
    expectAtField("output_dir");
}

TEST_F(TrainPageOverEngine, ARunChosenInRunsIsShownAsWhatItIs)
{
    struct Case {
        const char* name;
        FinishReason reason;
        const char *state, *button;
        bool finished = true;
    };
    const Case cases[] = {{"done", FinishReason::Done, "Finished", "Try it"},
                          {"early", FinishReason::EarlyStop, "Finished early", "Try it"},
                          {"halted", FinishReason::Stopped, "Stopped", "Start training"},
                          {"broke", FinishReason::Failed, "Failed", "Start training"},
                          {"killed", FinishReason::Done, "Cut off", "Start training", false}};
    for (const Case& one : cases) {
        WrittenRun run;
        run.reason = one.reason;
        run.finished = one.finished;
        run.text = std::string(" words of ") + one.name;
        writeRun(defaultRunsFolder(), one.name, run);
        workbench->run.open(QString::fromStdString(runFolder(one.name).string()));
        ASSERT_TRUE(
            waitFor([&] { return workbench->run.history() && workbench->run.history()->name == one.name; }, 20000));
        EXPECT_EQ(window->currentPage(), PageId::Train);
        EXPECT_TRUE(stripWords().startsWith(QLatin1String(one.state)))
            << one.name << ": " << stripWords().toStdString();
        EXPECT_EQ(figure("optimizer steps"), QStringLiteral("20 of 40"));
        EXPECT_TRUE(words(PageId::Train).contains(QString::fromStdString(run.text + " at 20"))) << one.name;
        EXPECT_EQ(primary(PageId::Train)->text(), QLatin1String(one.button)) << one.name;
    }
    WrittenRun going;
    going.finished = false;
    const FolderLock writer(writeRun(defaultRunsFolder(), "elsewhere", going));
    workbench->run.open(QString::fromStdString(runFolder("elsewhere").string()));
    ASSERT_TRUE(waitFor([&] { return workbench->run.history()->name == "elsewhere"; }, 20000));
    EXPECT_TRUE(waitFor([&] { return stripWords().startsWith(QStringLiteral("Training elsewhere")); }, 20000))
        << stripWords().toStdString();
    EXPECT_EQ(seenButton(*page(PageId::Train), QStringLiteral("Stop")), nullptr) << "it is not ours to stop";
}

} // namespace
