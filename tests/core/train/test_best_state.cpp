// SPDX-License-Identifier: GPL-3.0-or-later
// Which model lies in the folder at the end, and whether the last event says so: bundled model, few rows, overfit on
// purpose.
#include "tests/core/train/run_fixture.h"

#include "core/runs/run_summary.h"
#include "core/train/perform_run.h"
#include "core/train/run_request.h"

#include <fmt/format.h>
#include <sstream>

using namespace fettle;
using namespace fettle::test;

namespace
{

class BestState : public RunFixture
{
protected:
    fs::path out() const { return m_root / "out"; }

    /// 60 rows of the ship's log, a rate and so many passes that the rows are learnt by heart.
    RunConfig overfitting(int64_t steps = 60)
    {
        std::istringstream log(readFile(resourceFolder() / "texts" / "ships-log.txt"));
        std::string rows, line;
        for (int i = 0; i < 60 && std::getline(log, line); ++i)
            rows += line + "\n";
        writeFileAtomically(m_root / "rows.txt", rows);
        RunConfig config;
        config.model = "bundled:nano-gpt";
        config.data.train = {(m_root / "rows.txt").string()};
        config.data.maxLength = 32;
        config.data.validationFraction = 0.1;
        config.arguments.learning_rate = 5e-3;
        config.arguments.lr_scheduler_type = "constant";
        config.arguments.max_steps = steps;
        config.arguments.eval_steps = 6;
        config.arguments.threads = 1; // the model is small
        config.arguments.output_dir = out().string();
        return config;
    }
    static std::pair<int64_t, double> bestOf(const std::vector<EvalEvent>& checks)
    {
        std::pair<int64_t, double> best{0, 1e9};
        for (const EvalEvent& check : checks)
            if (check.step > 0 && check.loss < best.second)
                best = {check.step, check.loss};
        return best;
    }
    /// The loss of the model that lies in the folder, on the rows that the run kept aside.
    double lossOfTheFolder(const RunConfig& config)
    {
        RunConfig again = config;
        again.model = out().string();
        again.arguments.output_dir = (m_root / "again").string();
        again.arguments.max_steps = 1;
        KeptEvents events;
        runNow(again, events);
        fs::remove_all(m_root / "again");
        return events.all<EvalEvent>().at(0).loss; // before any step
    }
    static void endAt(KeptEvents& events, RunControl& control, int64_t step, EndMode mode)
    {
        events.react = [&control, step, mode](const Event& event) {
            if (const auto* done = std::get_if<StepEvent>(&event); done && done->step == step)
                control.end(mode);
        };
    }
    /// Stops with a checkpoint at `firstStop`, goes on, and keeps the best at `end`.
    KeptEvents stoppedAndContinued(const RunConfig& config, int64_t firstStop, int64_t end,
                                   const std::function<void()>& between = {})
    {
        KeptEvents first, second;
        RunControl stop, keep;
        endAt(first, stop, firstStop, EndMode::Save);
        runNow(config, first, stop);
        if (between)
            between();
        endAt(second, keep, end, EndMode::KeepBest);
        performRun(requestResume(out()), second, keep);
        second.events.insert(second.events.begin(), first.events.begin(), first.events.end());
        return second;
    }
    void expectFolderHoldsWhatIsSaid(const RunConfig& config, const KeptEvents& events)
    {
        ASSERT_TRUE(events.finished().modelStep);
        ASSERT_TRUE(events.finished().modelLoss);
        EXPECT_NEAR(lossOfTheFolder(config), *events.finished().modelLoss, 1e-5);
    }
};

} // namespace

TEST_F(BestState, IsThatOfTheMetric)
{
    // Learnt by heart, a model is the surer of its mistakes: the loss rises while the share of right tokens does not.
    RunConfig config = overfitting(48);
    config.arguments.metric_for_best_model = "accuracy";
    config.arguments.load_best_model_at_end = true;
    KeptEvents events;
    runNow(config, events);
    std::optional<EvalEvent> best;
    for (const EvalEvent& check : events.all<EvalEvent>())
        if (check.step > 0 && (!best || *check.accuracy > *best->accuracy))
            best = check;
    const FinishedEvent finished = events.all<FinishedEvent>().at(0);
    EXPECT_EQ(finished.modelStep, best->step);
    EXPECT_EQ(finished.modelLoss, best->loss);
    EXPECT_NEAR(lossOfTheFolder(config), best->loss, 1e-6);
    const Json state = readJson(*newestCheckpoint(out()) / "trainer_state.json");
    EXPECT_EQ(state["best_metric"], *best->accuracy);
    EXPECT_EQ(state["best_global_step"], best->step);
}

TEST_F(BestState, WithoutBeingAskedTheLastStateLiesThereAndIsSaidSo)
{
    const RunConfig config = overfitting();
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    const auto [step, loss] = bestOf(events.all<EvalEvent>());
    ASSERT_LT(step, 60); // it overfits, or this tests nothing
    EXPECT_EQ(events.finished().modelStep, 60);
    EXPECT_GT(*events.finished().modelLoss, loss);
    expectFolderHoldsWhatIsSaid(config, events);
    const auto back = readJournal(out() / "journal.jsonl");
    EXPECT_EQ(std::get<FinishedEvent>(back.back()).modelStep, 60);
}

TEST_F(BestState, LoadBestModelAtEndPublishesIt)
{
    RunConfig config = overfitting();
    config.arguments.load_best_model_at_end = true;
    config.arguments.save_total_limit = 2;
    KeptEvents events;
    runNow(config, events);
    const auto [step, loss] = bestOf(events.all<EvalEvent>());
    EXPECT_EQ(events.finished().modelStep, step);
    EXPECT_EQ(events.finished().modelLoss, loss);
    expectFolderHoldsWhatIsSaid(config, events);
    EXPECT_TRUE(fs::exists(out() / fmt::format("checkpoint-{}", step)));
    EXPECT_TRUE(fs::exists(out() / "checkpoint-60"));
}

TEST_F(BestState, KeepBestAndFinishKeepsTheBest)
{
    for (const bool onDisk : {false, true}) {
        RunConfig config = overfitting();
        config.arguments.load_best_model_at_end = onDisk;
        config.arguments.save_total_limit = 2;
        KeptEvents events;
        RunControl control;
        endAt(events, control, 51, EndMode::KeepBest);
        runNow(config, events, control);
        EXPECT_EQ(events.finished().reason, FinishReason::Done);
        EXPECT_EQ(events.finished().modelStep, bestOf(events.all<EvalEvent>()).first);
        expectFolderHoldsWhatIsSaid(config, events);
        EXPECT_FALSE(events.hasNotice(NoticeCode::BestLost));
        fs::remove_all(out());
    }
}

TEST_F(BestState, ItIsThereAfterAnInterruption)
{
    RunConfig config = overfitting();
    config.arguments.load_best_model_at_end = true;
    config.arguments.save_total_limit = 2;
    const KeptEvents events = stoppedAndContinued(config, 45, 51);
    const auto [step, loss] = bestOf(events.all<EvalEvent>());
    ASSERT_LT(step, 45);
    EXPECT_EQ(events.finished().modelStep, step);
    EXPECT_EQ(events.finished().modelLoss, loss);
    expectFolderHoldsWhatIsSaid(config, events);
}

TEST_F(BestState, WhereNobodySavedItTheBestThatIsThereIsTakenAndSaid)
{
    const RunConfig config = overfitting();
    const KeptEvents events = stoppedAndContinued(config, 45, 57);
    const std::vector<EvalEvent> checks = events.all<EvalEvent>();
    ASSERT_LT(bestOf(checks).first, 45);
    std::vector<EvalEvent> afterwards;
    for (const EvalEvent& check : checks)
        if (check.step > 45)
            afterwards.push_back(check);
    EXPECT_EQ(events.finished().modelStep, bestOf(afterwards).first);
    EXPECT_TRUE(events.hasNotice(NoticeCode::BestLost));
    expectFolderHoldsWhatIsSaid(config, events);
}

TEST_F(BestState, ADamagedBestCheckpointIsSaidAndNoFailure)
{
    RunConfig config = overfitting();
    config.arguments.load_best_model_at_end = true;
    const KeptEvents events = stoppedAndContinued(config, 45, 46, [&] {
        const auto [step, loss] = bestOf([&] {
            std::vector<EvalEvent> checks;
            for (const Event& event : readJournal(out() / "journal.jsonl"))
                if (const auto* check = std::get_if<EvalEvent>(&event))
                    checks.push_back(*check);
            return checks;
        }());
        writeFileAtomically(out() / fmt::format("checkpoint-{}", step) / "model.safetensors", "torn");
    });
    EXPECT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(events.finished().modelStep, 46);
    EXPECT_TRUE(events.hasNotice(NoticeCode::BestLost));
}

TEST_F(BestState, CheckpointsSayWhichLossTheyHave)
{
    RunConfig config = overfitting(8);
    config.arguments.save_steps = 2;
    KeptEvents events;
    runNow(config, events);
    const auto checkpoints = events.all<CheckpointEvent>();
    ASSERT_EQ(checkpoints.size(), 4u); // 2, 4, 6, 8: checks at 6 and 8
    EXPECT_FALSE(checkpoints[0].isValidation);
    EXPECT_EQ(checkpoints[0].loss, events.all<StepEvent>()[1].loss);
    EXPECT_TRUE(checkpoints[2].isValidation);
    EXPECT_EQ(checkpoints[2].loss, events.all<EvalEvent>()[1].loss);
}
