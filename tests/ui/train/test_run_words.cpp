// SPDX-License-Identifier: GPL-3.0-or-later
// What the program says of a run, and the words that are new in a sample.
#include "ui/train/run_words.h"

#include "ui/bench/run_trouble.h"
#include "ui/train/word_diff.h"

#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

RunHistory history(const std::vector<double>& evalLosses, int64_t every = 20)
{
    RunHistory run;
    run.maxSteps = 414;
    int64_t step = 0;
    for (double loss : evalLosses) {
        EvalEvent eval;
        eval.step = step;
        eval.loss = loss;
        run.evals.push_back(eval);
        step += every;
    }
    for (int64_t i = 1; i <= step - every; ++i) {
        StepEvent event;
        event.step = i;
        event.loss = 4 - double(i) * 0.001;
        run.steps.push_back(event);
    }
    return run;
}

void save(RunHistory& run, int64_t step)
{
    CheckpointEvent checkpoint;
    checkpoint.step = step;
    run.checkpoints.push_back(checkpoint);
}

TEST(RunWords, GoingWellNamesTheFall)
{
    const RunWord word = RunWords::now(history({4.46, 3.2, 2.75, 2.72}), true);
    EXPECT_EQ(word.code, "going_well");
    EXPECT_EQ(word.tone, WordTone::Good);
    EXPECT_EQ(word.text.toStdString(), "The loss on the text kept aside (validation) still falls: 2.72 at step 60, "
                                       "0.03 lower than at step 40.");
}

TEST(RunWords, LearningByHeartNeedsTwoWorseChecks)
{
    EXPECT_NE(RunWords::now(history({4.46, 2.67, 2.74}), true).code, "overfitting");
    const RunWord word = RunWords::now(history({4.46, 2.67, 2.70, 2.74}), true);
    EXPECT_EQ(word.code, "overfitting");
    EXPECT_EQ(word.text.toStdString(), "Validation loss has risen since step 20: 2.67 to 2.74.");
    EXPECT_EQ(word.actions, (std::vector<WordAction>{WordAction::KeepBest, WordAction::GoOn}));
    EXPECT_NE(RunWords::now(history({4.46, 2.67, 2.671, 2.672}), true).code, "overfitting"); // flutter
}

TEST(RunWords, RisingFromTheStartBlamesTheLearningRate)
{
    RunHistory worse = history({3, 5, 8});
    EXPECT_EQ(RunWords::now(worse, true).code, "rising");
    worse.suitableRate = 0.002;
    worse.learningRate = 0.02;
    EXPECT_EQ(RunWords::now(worse, true).actions.front(), WordAction::StopAndStartAgain);
    EXPECT_TRUE(RunWords::now(worse, true).text.endsWith(QLatin1String("The learning rate is probably too high.")));
    worse.learningRate = 0.001;
    EXPECT_TRUE(RunWords::now(worse, true).text.contains(QLatin1String("too little text")));
    RunHistory run = history({3, 2.9});
    run.evals.pop_back();
    run.steps.resize(20);
    for (StepEvent& step : run.steps)
        step.loss = double(step.step);
    EXPECT_EQ(RunWords::now(run, true).code, "rising");
}

TEST(RunWords, RisingChecksOverAFallingTrainingLossAreLearningByHeart)
{
    RunHistory run = history({8.12, 10.4, 10.63}, 40);
    run.suitableRate = 0.002;
    run.learningRate = 0.003;
    for (StepEvent& step : run.steps)
        step.loss = 8 / double(step.step);
    RunWord word = RunWords::now(run, true);
    EXPECT_EQ(word.code, "overfitting");
    EXPECT_EQ(word.text.toStdString(), "Validation loss has risen since the start: 8.12 to 10.63, while training loss "
                                       "fell to 0.106.");
    EXPECT_TRUE(word.more.contains(QLatin1String("too little text"))) << word.more.toStdString();
    EXPECT_EQ(word.actions,
              (std::vector<WordAction>{WordAction::StopAndStartAgain, WordAction::ShowData, WordAction::GoOn}));
    EXPECT_DOUBLE_EQ(word.rate, 0.002);
    for (StepEvent& step : run.steps)
        step.loss = 8 + double(step.step) * 0.01; // nor does it know what it is taught
    EXPECT_EQ(RunWords::now(run, true).code, "rising");
}

TEST(RunWords, WhatIsWrongCanStillBeReadWhereItIsPausedOrHasEnded)
{
    RunHistory run = history({4.46, 2.67, 2.70, 2.74});
    EXPECT_EQ(RunWords::all(run, true).size(), 1U);
    run.paused = true;
    ASSERT_EQ(RunWords::all(run, true).size(), 2U);
    EXPECT_EQ(RunWords::all(run, true)[1].code, "overfitting");
    EXPECT_EQ(RunWords::newest(run, true).code, "paused");
    run.add(FinishedEvent());
    ASSERT_EQ(RunWords::all(run, false).size(), 2U);
    EXPECT_FALSE(RunWords::all(run, false)[1].more.contains(QLatin1String("in memory"))) << "it has ended";
    EXPECT_EQ(RunWords::newest(run, false).code, "finished");
    RunHistory well = history({4.46, 3.2, 2.75, 2.72});
    well.paused = true;
    EXPECT_EQ(RunWords::all(well, true).size(), 1U) << "what is well needs no words beside";
}

TEST(RunWords, TheFinishedNoticeSpeaksOfTheModelThatLiesThere)
{
    RunHistory run = history({13.12, 3.82, 4.1, 4.58}, 48);
    run.runFolder = "/runs/ships-log-1";
    FinishedEvent end;
    end.seconds = 30;
    end.modelStep = 144;
    end.modelLoss = 4.58;
    run.add(end);
    RunWord word = RunWords::now(run, false);
    EXPECT_EQ(word.text.toStdString(), "Validation loss 13.12 → 4.58, the model of step 144; lowest, 3.82, at step 48: "
                                       "that state was not kept.");
    EXPECT_TRUE(word.more.contains(QLatin1String("among 97.5 pieces"))) << word.more.toStdString();
    save(run, 48);
    run.checkpoints.back().path = "checkpoint-48";
    EXPECT_TRUE(RunWords::now(run, false).text.contains(QLatin1String("that state lies in checkpoint-48")));
    run.finished->modelStep = 48;
    run.finished->modelLoss = 3.82;
    word = RunWords::now(run, false);
    EXPECT_EQ(word.text.toStdString(), "Validation loss 13.12 → 3.82; best at step 48.");
    EXPECT_TRUE(word.more.contains(QLatin1String("among 45.6 pieces"))) << word.more.toStdString();
    run.finished->modelStep.reset(); // a journal of before
    run.finished->modelLoss.reset();
    word = RunWords::now(run, false);
    EXPECT_TRUE(word.text.endsWith(QLatin1String("The journal does not say which state was saved.")));
    EXPECT_FALSE(word.more.contains(QLatin1String("pieces")));
}

TEST(RunWords, AnOverfitRunSaysHowMuchOfItDidNotHelp)
{
    RunHistory run = history({13.12, 3.82, 4.1, 4.58, 5.2}, 20);
    run.runFolder = "/runs/ships-log-1";
    EXPECT_EQ(stepsInVain(run), 60);
    FinishedEvent end;
    end.modelStep = 20; // the best one was kept
    end.modelLoss = 3.82;
    run.add(end);
    const auto begins = [&run](const char* words) {
        return RunWords::now(run, false).more.startsWith(QLatin1String(words));
    };
    EXPECT_TRUE(begins("The last 60 of its 80 steps did not help.")) << "what it knows already it knows no better";
    for (StepEvent& step : run.steps)
        step.loss = 4 - double(step.step) * 0.03;
    EXPECT_TRUE(begins("The last 60 of its 80 steps made it learn by heart."));
    for (StepEvent& step : run.steps)
        step.loss = 4 + double(step.step) * 0.01; // nor did it learn by heart
    EXPECT_TRUE(begins("The last 60 of its 80 steps did not help."));
    // One unlucky check at the end is no such thing.
    run.evals.resize(3);
    run.steps.resize(40);
    EXPECT_EQ(stepsInVain(run), 0);
    EXPECT_FALSE(RunWords::now(run, false).more.contains(QLatin1String("The last")));
}

TEST(RunWords, ARunThatNeverGotBetterSaysSo)
{
    RunHistory run = history({3.1, 3.4, 3.9, 4.2});
    run.runFolder = "/runs/ships-log-1";
    run.hasModel = true;
    FinishedEvent end;
    end.modelStep = 60;
    end.modelLoss = 4.2;
    run.add(end);
    EXPECT_TRUE(isFinishedInTrouble(run));
    const RunWord word = RunWords::now(run, false);
    EXPECT_EQ(word.tone, WordTone::Warning) << "no tick";
    EXPECT_EQ(word.text.toStdString(), "No state was better than the untouched model: its validation loss was 3.10, "
                                       "that of the model of step 60 is 4.20.");
    EXPECT_TRUE(word.more.contains(QLatin1String("a lower learning rate may help")));
    run.vocabularySize = 30;
    EXPECT_FALSE(RunWords::now(run, false).more.contains(QLatin1String("Train longer"))) << "it is worse than a guess";
    run.vocabularySize = 0;
    run.evals.back().loss = 2.9;
    run.finished->modelLoss = 2.9;
    EXPECT_FALSE(isFinishedInTrouble(run));
    EXPECT_EQ(RunWords::now(run, false).tone, WordTone::Good);
    // A better state was passed, but the model that lies there is worse than the untouched one.
    run.evals[1].loss = 2.5;
    run.evals.back().loss = 4.2;
    run.finished->modelLoss = 4.2;
    EXPECT_TRUE(isFinishedInTrouble(run));
}

TEST(RunWords, ABetterRateIsOneClickAway)
{
    RunHistory run = history({12.6, 8, 3.9, 3.84});
    NoticeEvent sign;
    sign.step = 60;
    sign.level = NoticeLevel::Warning;
    sign.code = NoticeCode::LossJumped;
    sign.message = "The loss jumped at step 3: 12.6 to 21. The learning rate is probably too high.";
    run.notices.push_back(sign);
    run.learningRate = 0.1;
    run.suitableRate = 0.002;
    RunWord word = RunWords::now(run, true);
    EXPECT_EQ(word.actions,
              (std::vector<WordAction>{WordAction::StopAndStartAgain, WordAction::ShowSettings, WordAction::GoOn}));
    EXPECT_EQ(RunWords::actionText(word.actions.front(), word).toStdString(), "Stop and start again with 0.002");
    // What suits was taken already: then less.
    run.learningRate = 0.002;
    EXPECT_DOUBLE_EQ(RunWords::now(run, true).rate, 4e-4);
    run.learningRate = 0.1;
    run.finished = FinishedEvent();
    word = RunWords::now(run, false);
    EXPECT_EQ(word.actions.front(), WordAction::StartAgain);
    EXPECT_DOUBLE_EQ(word.rate, 0.002);
    // Where nothing moves though the rate is high, another one would not help.
    run.finished.reset();
    run.notices.front().code = NoticeCode::NothingMoves;
    EXPECT_EQ(RunWords::now(run, true).rate, 0);
    run.learningRate = 1e-7;
    EXPECT_DOUBLE_EQ(RunWords::now(run, true).rate, 0.002);
}

TEST(RunWords, ARateThatIsTooHighIsSaidUntilThereIsSomethingBetterToSay)
{
    RunHistory run = history({12.6});
    NoticeEvent warning;
    warning.level = NoticeLevel::Warning;
    warning.code = NoticeCode::LearningRateHigh;
    warning.message = "The learning rate is very high. It may wreck the model.";
    run.notices.push_back(warning);
    run.learningRate = 0.1;
    run.suitableRate = 0.002;
    const RunWord word = RunWords::newest(run, true);
    EXPECT_EQ(word.code, codeText(NoticeCode::LearningRateHigh));
    EXPECT_EQ(word.actions.front(), WordAction::StopAndStartAgain);
    RunHistory well = history({12.6, 8, 6});
    well.notices.push_back(warning);
    EXPECT_EQ(RunWords::newest(well, true).code, "going_well");
}

TEST(RunWords, AnAlarmGivesWayToNothingHarmless)
{
    RunHistory run = history({4.46, 2.67, 2.70, 2.74});
    NoticeEvent note;
    note.step = 61;
    note.level = NoticeLevel::Info;
    note.code = NoticeCode::Text;
    note.message = "37 rows are cut off. Longer than 128 tokens.";
    run.notices.push_back(note);
    EXPECT_EQ(RunWords::newest(run, true).code, "overfitting");
    run.notices.back().level = NoticeLevel::Warning;
    EXPECT_EQ(RunWords::newest(run, true).code, codeText(NoticeCode::Text));
}

TEST(RunWords, ABestStateIsCalledSavedOnlyWhereItIs)
{
    RunHistory run = history({4.46, 2.67, 2.70, 2.74});
    EXPECT_TRUE(RunWords::now(run, true).more.contains(QLatin1String("is kept in memory and saved by")));
    save(run, 20);
    EXPECT_TRUE(RunWords::now(run, true).more.contains(QLatin1String("The best state, step 20, is saved.")));
    run.checkpoints.clear();
    run.resumedFrom = 30;
    EXPECT_TRUE(RunWords::now(run, true).more.contains(QLatin1String("was not saved")));
}

TEST(RunWords, NothingGoesWellWhileASignStands)
{
    for (const NoticeCode code : {NoticeCode::LossJumped, NoticeCode::LossAboveStart, NoticeCode::NothingMoves}) {
        RunHistory run = history({12.6, 8, 3.9, 3.84});
        NoticeEvent sign;
        sign.step = 60;
        sign.level = NoticeLevel::Warning;
        sign.code = code;
        sign.message = "The loss jumped at step 3: 12.6 to 21. The learning rate is probably too high.";
        run.notices.push_back(sign);
        RunWord word = RunWords::now(run, true);
        EXPECT_EQ(word.code, codeText(code));
        EXPECT_EQ(word.tone, WordTone::Warning);
        EXPECT_EQ(word.actions, (std::vector<WordAction>{WordAction::ShowSettings, WordAction::GoOn}));
        EXPECT_EQ(RunWords::newest(run, true).code, codeText(code));
        // "Go on" takes the alarm away, not the truth.
        word = RunWords::newest(run, true, {codeText(code)});
        EXPECT_NE(word.tone, WordTone::Good);
        EXPECT_NE(word.title, QStringLiteral("Going well."));
        run.finished = FinishedEvent();
        EXPECT_EQ(RunWords::now(run, false).tone, WordTone::Warning) << "nor is it finished with a tick";
    }
}

TEST(RunWords, ASignIsOverWhenTheLossComesDownButAJumpStays)
{
    RunHistory run = history({12.6});
    run.evals.clear();
    run.steps.clear();
    for (int64_t i = 1; i <= 100; ++i) {
        StepEvent event;
        event.step = i;
        event.loss = i <= 50 ? 12.6 : 12.6 - 0.1 * double(i - 50);
        run.steps.push_back(event);
    }
    NoticeEvent sign;
    sign.step = 40;
    sign.level = NoticeLevel::Warning;
    sign.code = NoticeCode::NothingMoves;
    run.notices = {sign};
    EXPECT_EQ(RunWords::now(run, true).code, "going_well");
    run.notices.front().code = NoticeCode::LossJumped;
    EXPECT_EQ(RunWords::now(run, true).code, codeText(NoticeCode::LossJumped));
}

TEST(RunWords, AtFirstIsTheFirstStep)
{
    RunHistory run;
    run.maxSteps = 40;
    for (int64_t i = 1; i <= 40; ++i) {
        StepEvent event;
        event.step = i;
        event.loss = i == 1 ? 13.02 : 13.0 / double(i);
        run.steps.push_back(event);
    }
    EXPECT_TRUE(RunWords::now(run, true).text.startsWith(
        QLatin1String("Training loss falls: 13.02 at step 1, 0.358 now (mean of the last 8 steps).")))
        << RunWords::now(run, true).text.toStdString();
    run.finished = FinishedEvent();
    run.finished->trainLoss = 0.7;
    run.steps.back().loss = 0.31;
    EXPECT_EQ(RunWords::now(run, false).text.toStdString(), "Training loss 13.02 → 0.310 (mean of all steps 0.700).");
}

TEST(RunWords, StepZeroIsComparedWithABlindGuess)
{
    RunHistory run;
    EvalEvent eval;
    eval.loss = 13.78;
    run.evals.push_back(eval);
    EXPECT_FALSE(RunWords::now(run, true).text.contains(QLatin1String("blind")));
    run.vocabularySize = 3000;
    EXPECT_TRUE(RunWords::now(run, true).text.contains(QLatin1String("worse than a blind guess (8.01)")));
}

TEST(RunWords, AModelThatIsWorseThanABlindGuessIsNotPraised)
{
    RunHistory run = history({16.4, 13, 11.58});
    run.vocabularySize = 3072;
    EXPECT_TRUE(RunWords::now(run, true).title.contains(QLatin1String("still worse than a blind guess (8.03)")));
    EXPECT_NE(RunWords::now(run, true).tone, WordTone::Good);
    run.finished = FinishedEvent();
    run.runFolder = "/somewhere";
    run.hasModel = true;
    run.finished->modelStep = run.evals.back().step;
    run.finished->modelLoss = run.evals.back().loss;
    const RunWord done = RunWords::now(run, false);
    EXPECT_EQ(done.tone, WordTone::Warning);
    EXPECT_TRUE(done.more.contains(QLatin1String("worse than a blind guess (8.03)"))) << done.more.toStdString();
    EXPECT_FALSE(done.more.contains(QLatin1String("perplexity")));
}

TEST(RunWords, PausedFinishedStopped)
{
    RunHistory run = history({4.46, 3, 2.68});
    run.paused = true;
    EXPECT_EQ(RunWords::now(run, true).title.toStdString(), "Paused at step 40 of 414.");
    run.maxSteps = 11600;
    EXPECT_EQ(RunWords::now(run, true).title.toStdString(), "Paused at step 40 of 11,600.");
    run.paused = false;
    run.finished = FinishedEvent();
    run.finished->seconds = 51;
    const RunWord done = RunWords::now(run, false);
    EXPECT_EQ(done.title.toStdString(), "Finished in 51\u00A0s.");
    EXPECT_EQ(done.text.toStdString(), "Validation loss 4.46 → 2.68; best at step 40.");
    run.finished->reason = FinishReason::Stopped;
    save(run, 40);
    EXPECT_EQ(RunWords::now(run, false).actions, (std::vector<WordAction>{WordAction::TryIt, WordAction::Continue}));
}

TEST(RunWords, ACheckBeforeTrainingSaysNothingOfWhatCame)
{
    RunHistory run = history({11.44, 3});
    run.evals.pop_back();
    run.finished.emplace().reason = FinishReason::Stopped;
    EXPECT_EQ(RunWords::now(run, false).text.toStdString(),
              "Validation loss 11.44 before training, not checked since. Training loss 4.00 → 3.98.");
}

TEST(RunWords, FailuresSayWhereAndWhatIsSafe)
{
    RunHistory run = history({4, 3});
    save(run, 20);
    NoticeEvent notice;
    notice.step = 88;
    notice.level = NoticeLevel::Error;
    notice.code = NoticeCode::NanLoss;
    run.notices.push_back(notice);
    run.finished = FinishedEvent();
    run.finished->reason = FinishReason::Failed;
    RunWord word = RunWords::now(run, false);
    EXPECT_EQ(word.title.toStdString(), "The loss is no longer a number (NaN) at step 88.");
    EXPECT_EQ(word.text.toStdString(), "Stopped; the state of step 20 is safe.");
    EXPECT_TRUE(hasRunAway(run));
    EXPECT_EQ(std::count(word.actions.begin(), word.actions.end(), WordAction::Continue), 0) << "it would fail again";
    run.learningRate = 0.1;
    run.suitableRate = 2e-3;
    run.notices.back().code = NoticeCode::NanGradient;
    word = RunWords::now(run, false);
    EXPECT_EQ(word.title.toStdString(), "The gradient is no longer a number (NaN) at step 88.");
    EXPECT_EQ(word.actions.front(), WordAction::StartAgain);
    EXPECT_EQ(word.rate, 2e-3);
    run.finished->subject = "model"; // at step 1: the model's own values
    run.finished->message = "The loss is not a number.";
    EXPECT_EQ(RunWords::now(run, false).actions.front(), WordAction::ShowModel);
    run.finished->subject.clear();
    run.notices.back().code = NoticeCode::NanLoss;

    RunHistory unstarted;
    unstarted.finished = FinishedEvent();
    unstarted.finished->reason = FinishReason::Failed;
    unstarted.finished->message = "19.8 GB needed, 18.0 GB free.";
    unstarted.finished->subject = "model";
    word = RunWords::now(unstarted, false);
    EXPECT_EQ(word.title.toStdString(), "Training did not start.");
    EXPECT_EQ(word.actions.front(), WordAction::ShowModel);
}

TEST(RunWords, ARunThatNobodyRunsWasInterrupted)
{
    RunHistory run = history({4, 3});
    EXPECT_TRUE(RunWords::now(run, false).actions.empty());
    save(run, 15);
    const RunWord word = RunWords::now(run, false);
    EXPECT_EQ(word.actions, std::vector<WordAction>{WordAction::Continue});
    EXPECT_EQ(RunWords::actionText(WordAction::Continue, word).toStdString(), "Continue from step 15");
}

TEST(RunWords, TheNewestNoticeWins)
{
    RunHistory run = history({4.46, 3, 2.7});
    NoticeEvent notice;
    notice.step = 0;
    notice.level = NoticeLevel::Warning;
    notice.code = NoticeCode::Text;
    notice.message = "37 rows are cut off. Longer than 128 tokens, they lose 12 % of theirs.";
    run.notices.push_back(notice);
    EXPECT_EQ(RunWords::newest(run, true).code, "going_well");
    EXPECT_EQ(RunWords::all(run, true).size(), 2u);
    run.notices.back().step = 41;
    const RunWord word = RunWords::newest(run, true);
    EXPECT_EQ(word.title.toStdString(), "37 rows are cut off.");
    EXPECT_EQ(word.text.toStdString(), "Longer than 128 tokens, they lose 12 % of theirs.");
}

TEST(WordDiff, FindsTheNewWordsAndJoinsNeighbours)
{
    const WordDiff diff = diffWords("the wind was strong and cold", "the sea was very calm and cold");
    EXPECT_EQ(diff.words, 7);
    EXPECT_EQ(diff.newWords, 3);
    EXPECT_EQ(diff.newSpans, (std::vector<TextSpan>{{4, 3}, {12, 9}}));
}

TEST(WordDiff, NothingBeforeAndNothingNew)
{
    EXPECT_EQ(diffWords("", "a b").newSpans, (std::vector<TextSpan>{{0, 3}}));
    EXPECT_TRUE(diffWords("a b c", "a c").newSpans.empty());
    EXPECT_EQ(diffWords("a", "").words, 0);
}

} // namespace
} // namespace fettle::ui
