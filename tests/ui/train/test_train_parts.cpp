// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the page Train: the strip's figures, the samples panel, the focus that stays.
#include "tests/ui/scripted_run.h"
#include "tests/ui/ui_test_support.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/train/fills_panel.h"
#include "ui/train/prompt_chips.h"
#include "ui/train/samples_panel.h"
#include "ui/train/train_notices.h"
#include "ui/train/train_strip.h"
#include "ui/window/close_dialog.h"
#include "ui/window/focus_keeper.h"

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>
#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

QStringList words(const QWidget& widget)
{
    QStringList all;
    for (const QLabel* label : widget.findChildren<QLabel*>())
        all << label->text();
    return all;
}

TEST(TrainStrip, PercentIsThatOfTitleAndRail)
{
    testing::application();
    for (int64_t most : {50, 100, 300, 414, 1700}) {
        for (int64_t step = 0; step <= most; step += std::max<int64_t>(1, most / 50)) {
            RunHistory run;
            run.maxSteps = most;
            if (step > 0) {
                StepEvent event;
                event.step = step;
                run.steps.push_back(event);
            }
            TrainStrip strip;
            strip.show(run, TrainStrip::State::Training, {}, 0);
            EXPECT_TRUE(words(strip).contains(percentText(double(step) / double(most)))) << step << " of " << most;
        }
    }
}

TEST(TrainStrip, EpochsAreNeverMoreThanPlanned)
{
    RunHistory run;
    run.maxSteps = 50;
    run.started = StartedEvent();
    run.started->stepsPerEpoch = 16;
    StepEvent event;
    event.step = 50;
    event.epoch = 3.13;
    run.steps.push_back(event);
    EXPECT_EQ(epochsText(run), QStringLiteral("3.13 of 3.13"));
    run.maxSteps = 48;
    run.steps.back().epoch = 1.5;
    EXPECT_EQ(epochsText(run), QStringLiteral("1.50 of 3"));
}

TEST(TrainStrip, NoFigureIsCutWhenItGetsLonger)
{
    testing::application();
    RunHistory run = scriptedRun(0, 300);
    run.started->stepsPerEpoch = 96;
    TrainStrip strip;
    strip.resize(1000, 70);
    strip.show(run, TrainStrip::State::Training, {}, 0);
    strip.QWidget::show();
    StepEvent event;
    event.step = 1;
    event.epoch = 1 / 96.0;
    event.elapsed = 1;
    run.steps = {event};
    strip.show(run, TrainStrip::State::Training, {}, 0); // "0 of 3.13" becomes longer, and may be painted at once
    EXPECT_TRUE(words(strip).contains(QStringLiteral("0.01 of 3.13")));
    for (const QLabel* label : strip.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(QLatin1String(" of "))) {
            EXPECT_GE(label->width(), label->sizeHint().width()) << label->text().toStdString();
        }
    }
}

TEST(TrainStrip, KeepsItsWidthWhateverItIsBusyWith)
{
    testing::application();
    const RunHistory run = scriptedRun(120);
    TrainStrip strip;
    strip.resize(900, 70);
    strip.show(run, TrainStrip::State::Training, {}, 0);
    const int narrow = strip.minimumSizeHint().width();
    strip.show(run, TrainStrip::State::Training, QStringLiteral("writing the samples of step 120, prompt 3 of 3"), 0);
    EXPECT_EQ(strip.minimumSizeHint().width(), narrow);
}

TEST(TrainStrip, NoTickWhereNothingWasWon)
{
    testing::application();
    RunHistory run = scriptedRun(120);
    run.finished = FinishedEvent();
    TrainStrip strip;
    strip.show(run, TrainStrip::State::Finished, {}, 0);
    EXPECT_EQ(strip.findChild<StepMark*>()->mark(), Mark::Tick);
    strip.show(run, TrainStrip::State::FinishedInTrouble, {}, 0);
    EXPECT_EQ(strip.findChild<StepMark*>()->mark(), Mark::Warning);
}

TEST(TrainNotices, TheBarDoesNotShrinkWithAShorterSentence)
{
    testing::application();
    TrainNotices notices;
    notices.resize(500, 200);
    notices.setVisible(true);
    RunHistory run = scriptedRun(240);
    NoticeEvent sign;
    sign.step = 240;
    sign.level = NoticeLevel::Warning;
    sign.code = NoticeCode::Text;
    sign.message = "37 rows are cut off. Longer than 128 tokens, they lose 12 % of theirs. ";
    for (int i = 0; i < 3; ++i)
        sign.message += sign.message;
    run.notices.push_back(sign);
    notices.show(run, true, true);
    const int high = notices.minimumSizeHint().height();
    run.notices.front().message = "37 rows are cut off.";
    notices.show(run, true, true);
    EXPECT_EQ(notices.minimumSizeHint().height(), high);
    notices.startAnew();
    notices.show(run, true, true);
    EXPECT_LT(notices.minimumSizeHint().height(), high) << "another run, another measure";
}

TEST(TrainNotices, AnErrorIsAsHighAsItsWords)
{
    testing::application();
    TrainNotices notices;
    notices.resize(900, 400);
    notices.setVisible(true);
    RunHistory run = scriptedRun(240);
    NoticeEvent sign;
    sign.step = 240;
    sign.level = NoticeLevel::Warning;
    sign.code = NoticeCode::Text;
    for (int i = 0; i < 12; ++i)
        sign.message += "37 rows are cut off. Longer than 128 tokens, they lose 12 % of theirs. ";
    run.notices.push_back(sign);
    notices.show(run, true, true);
    const int high = notices.minimumSizeHint().height();
    notices.setFailure({QStringLiteral("data"), QStringLiteral("there is no such file"), {}});
    EXPECT_LT(notices.minimumSizeHint().height(), high) << "no gap where the longer words stood";
}

TEST(TrainNotices, ManyButtonsDoNotSqueezeTheWords)
{
    testing::application();
    TrainNotices notices;
    notices.resize(740, 200);
    notices.setVisible(true);
    RunHistory run = scriptedRun(240);
    NoticeEvent sign;
    sign.step = 240;
    sign.level = NoticeLevel::Warning;
    sign.code = NoticeCode::LossJumped;
    sign.message = "The loss jumped from 8.07 to 19.8 by step 8: a learning rate of 0.05 is too high here.";
    NoticeEvent other;
    other.code = NoticeCode::Text;
    other.message = "37 rows are cut off.";
    run.notices = {other, sign};
    run.learningRate = 0.05;
    run.suitableRate = 0.002;
    notices.show(run, true, true);
    notices.layout()->activate();
    EXPECT_EQ(notices.findChildren<QPushButton*>().size(), 4);
    for (const QLabel* label : notices.findChildren<QLabel*>())
        if (label->text().contains(QLatin1String("jumped"))) {
            EXPECT_GT(label->width(), 600);
        }
    EXPECT_LT(notices.minimumSizeHint().height(), 120) << "two lines and the buttons";
}

TEST(TrainNotices, ButtonsStayWhereOnlyTheWordsChange)
{
    testing::application();
    TrainNotices notices;
    notices.resize(1000, 200);
    notices.setVisible(true);
    RunHistory run = scriptedRun(240);
    run.evals.resize(1);
    run.learningRate = 0.003;
    run.suitableRate = 0.002;
    NoticeEvent other;
    other.code = NoticeCode::Text;
    other.message = "37 rows are cut off.";
    run.notices = {other};
    for (int64_t step : {20, 40, 60}) {
        EvalEvent eval;
        eval.step = step;
        eval.loss = run.evals.back().loss + 1;
        run.evals.push_back(eval);
    }
    notices.show(run, true, true);
    const auto buttons = [&notices] {
        QList<QPushButton*> seen;
        for (QPushButton* button : notices.findChildren<QPushButton*>())
            if (button->isVisible())
                seen << button;
        return seen;
    };
    const QList<QPushButton*> before = buttons();
    EXPECT_EQ(before.size(), 4) << "at once: another rate, the settings, go on, all notices";
    run.evals.back().loss += 1;
    notices.show(run, true, true);
    EXPECT_EQ(buttons(), before) << "one of them may just be pressed";
}

TEST(FillsPanel, NamesTheStepThatItShows)
{
    testing::application();
    RunHistory run;
    for (int64_t step : {0, 22}) {
        SampleEvent sample;
        sample.step = step;
        sample.prompt = "The [MASK] blows.";
        sample.fills = {{FillCandidate{}}};
        run.samples.push_back({step, 0, {sample}});
    }
    FillsPanel panel;
    panel.show(run, 1, false, true, QStringLiteral("[MASK]"));
    EXPECT_TRUE(words(panel).contains(QStringLiteral("step 22")));
    panel.show(run, 0, false, true, QStringLiteral("[MASK]"));
    EXPECT_FALSE(words(panel).contains(QStringLiteral("step 22")));
    EXPECT_FALSE(words(panel).contains(QStringLiteral("now")));
}

TEST(CloseDialog, PromisesOnlyWhatHappens)
{
    RunHistory run;
    EXPECT_TRUE(closingWords(run).contains(QLatin1String("nothing was saved yet")));
    CheckpointEvent checkpoint;
    checkpoint.step = 48;
    run.checkpoints.push_back(checkpoint);
    EXPECT_EQ(
        closingWords(run).toStdString(),
        "“Save and close” keeps the state of the step it stops at; next time the run can be continued from there, "
        "on Runs or Home. Without saving, what it learnt after step 48 is lost.");
}

TEST(SamplesPanel, SaysWhichModelWasKept)
{
    testing::application();
    RunHistory run = scriptedRun(200);
    FinishedEvent end;
    end.modelStep = 120;
    run.add(end);
    run.hasModel = true;
    SamplesPanel panel;
    panel.show(run, int(run.samples.size()) - 1, true, {});
    const QString kept = QStringLiteral("This is of step 200. The model that was kept is that of step 120.");
    EXPECT_TRUE(words(panel).contains(kept));
    EXPECT_EQ(keptModelWords(run, 120), QString());
    run.finished.reset();
    EXPECT_EQ(keptModelWords(run, 200), QString()) << "nothing is kept before the end";
}

TEST(SamplesPanel, HoldsWhatItShowsThoughTheRunChangesBehindIt)
{
    testing::application();
    SamplesPanel panel;
    {
        RunHistory run = scriptedRun(200);
        panel.show(run, int(run.samples.size()) - 1, true, {});
        run.samples.resize(1); // steps are done again
    }
    Theme::instance().setTextScale(1.2); // everything is drawn anew
    Theme::instance().setTextScale(1);
    EXPECT_TRUE(words(panel).contains(QStringLiteral("Step 200")));
    panel.clear();
    EXPECT_FALSE(words(panel).contains(QStringLiteral("Step 200")));
}

TEST(SamplesPanel, NothingWrittenIsSaidInWords)
{
    testing::application();
    RunHistory run = scriptedRun(40);
    for (SampleSet& set : run.samples)
        for (SampleEvent& sample : set.samples)
            sample.text.clear();
    SamplesPanel panel;
    panel.show(run, 1, true, {});
    EXPECT_TRUE(words(panel).contains(QStringLiteral("It wrote nothing: it ended the text at once.")));
    EXPECT_FALSE(words(panel).join(QLatin1Char(' ')).contains(QLatin1String("0 of 0")));
    panel.clear();
    panel.show(RunHistory(), -1, true, {});
    EXPECT_TRUE(words(panel).contains(
        QStringLiteral("This run was given no beginnings of a text, so it writes nothing on the way.")));
}

TEST(PromptChips, PromptsThatBeginAlikeAreToldApart)
{
    fettle::ui::testing::application();
    PromptChips chips;
    chips.setPrompts({QStringLiteral("In the morning the wind came from the north and the sea was calm"),
                      QStringLiteral("In the morning the wind came from the north and the sea was rough")});
    const auto buttons = chips.findChildren<QPushButton*>();
    QStringList seen;
    for (const QPushButton* button : buttons)
        if (button->toolTip().startsWith(QStringLiteral("In the morning")))
            seen << button->text();
    ASSERT_EQ(seen.size(), 2);
    EXPECT_NE(seen[0], seen[1]);
    EXPECT_TRUE(seen[0].startsWith(QStringLiteral("In the")) && seen[0].endsWith(QStringLiteral("calm")));
}

TEST(PromptChips, ThoseOfConversationsShowWhatIsAsked)
{
    testing::application();
    PromptChips chips;
    chips.setPrompts({QStringLiteral("<|user|>\nHow are you?\n<|assistant|>\n"),
                      QStringLiteral("<|user|>\nWho are you?\n<|assistant|>\n")});
    QStringList seen;
    for (const QPushButton* button : chips.findChildren<QPushButton*>())
        seen << button->text();
    EXPECT_TRUE(seen.contains(QStringLiteral("How are you?"))) << seen.join(QLatin1Char('|')).toStdString();
    EXPECT_TRUE(seen.contains(QStringLiteral("Who are you?")));
}

TEST(FocusKeeper, AVanishingButtonLeavesTheFocusOnItsPage)
{
    testing::application();
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* rail = new QPushButton(QStringLiteral("rail"), &window);
    auto* page = new QWidget(&window);
    page->setFocusPolicy(Qt::ClickFocus);
    auto* inside = new QVBoxLayout(page);
    auto* pressed = new QPushButton(QStringLiteral("start"), page);
    inside->addWidget(pressed);
    column->addWidget(rail);
    column->addWidget(page);
    new FocusKeeper(&window, [page](QWidget*) { return page; });
    window.show();
    QApplication::setActiveWindow(&window);
    pressed->setFocus();
    pressed->hide();
    EXPECT_EQ(QApplication::focusWidget(), page);
    pressed->show();
    pressed->setFocus();
    pressed->setEnabled(false);
    EXPECT_EQ(QApplication::focusWidget(), page);
    rail->setFocus(); // a person's own way
    EXPECT_EQ(QApplication::focusWidget(), rail);
}

} // namespace
} // namespace fettle::ui
