// SPDX-License-Identifier: GPL-3.0-or-later
// The journal: every event to a line and back, torn ends, lost steps; and what a run folder says of itself.
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/base/json.h"
#include "core/runs/journal.h"
#include "core/runs/run_summary.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

using namespace fettle;
using ::testing::HasSubstr;

namespace
{

class RunFolderTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "fettle-runs-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_root = name;
    }
    void TearDown() override { fs::remove_all(m_root); }

    fs::path makeRun(const std::string& name)
    {
        const fs::path folder = m_root / name;
        fs::create_directory(folder);
        RunConfig config;
        config.model = "bundled:nano-gpt";
        config.objective = "causal";
        config.data.train = {"/texts/log.txt"};
        writeJson(folder / "run.json", toJson(config));
        return folder;
    }
    fs::path m_root;
};

template <typename T>
T at(T event, int64_t step, double elapsed = 1)
{
    event.step = step;
    event.time = 1000.0 + elapsed;
    event.elapsed = elapsed;
    return event;
}

StartedEvent startedEvent()
{
    StartedEvent event;
    event.maxSteps = 4;
    return event;
}

StepEvent stepEvent(double loss)
{
    StepEvent event;
    event.loss = loss;
    return event;
}

EvalEvent evalEvent(double loss)
{
    EvalEvent event;
    event.loss = loss;
    return event;
}

FinishedEvent finishedEvent(FinishReason reason)
{
    FinishedEvent event;
    event.reason = reason;
    return event;
}

std::set<std::string> keysOf(const Event& event)
{
    std::set<std::string> keys;
    const Json json = Json::parse(journalLine(event));
    for (const auto& [key, value] : json.items())
        keys.insert(key);
    return keys;
}

} // namespace

TEST(Journal, HasTheContractsKeys)
{
    const std::set<std::string> base = {"event", "step", "time", "elapsed"};
    const auto with = [&](std::set<std::string> more) {
        more.insert(base.begin(), base.end());
        return more;
    };
    EXPECT_EQ(keysOf(StartedEvent{}), with({"arguments_hash", "rows", "tokens", "steps_per_epoch", "max_steps"}));
    EXPECT_EQ(keysOf(StepEvent{}),
              with({"epoch", "loss", "learning_rate", "grad_norm", "tokens", "graded_tokens", "seconds"}));
    EXPECT_EQ(keysOf(EvalEvent{}), with({"epoch", "loss", "perplexity", "seconds"}));
    EvalEvent measured;
    measured.accuracy = 0.5;
    measured.bitsPerByte = 1.5;
    EXPECT_EQ(keysOf(measured), with({"epoch", "loss", "perplexity", "accuracy", "bits_per_byte", "seconds"}));
    EXPECT_EQ(keysOf(SampleEvent{}), with({"prompt", "text", "ids"}));
    EXPECT_EQ(keysOf(CheckpointEvent{}), with({"path", "loss"}));
    CheckpointEvent checkpoint;
    checkpoint.loss = 2;
    EXPECT_EQ(keysOf(checkpoint), with({"path", "loss", "loss_of"}));
    EXPECT_EQ(keysOf(NoticeEvent{}), with({"level", "code", "message"}));
    EXPECT_EQ(keysOf(ResumedEvent{}), with({"from_step"}));
    EXPECT_EQ(keysOf(FinishedEvent{}), with({"reason", "train_loss", "seconds"}));
    FinishedEvent published;
    published.modelStep = 48;
    published.modelLoss = 3.82;
    EXPECT_EQ(keysOf(published), with({"reason", "train_loss", "seconds", "model_step", "model_loss"}));
    FinishedEvent broken;
    broken.reason = FinishReason::Failed;
    broken.message = "letters.csv is gone.";
    broken.subject = "data";
    EXPECT_EQ(keysOf(broken), with({"reason", "train_loss", "seconds", "message", "subject"}));
    EXPECT_EQ(keysOf(PausedEvent{}), base);
    EXPECT_EQ(journalLine(ActivityEvent{}), "");
}

TEST(Journal, NumbersComeBackBitForBit)
{
    StepEvent event = at(stepEvent(0.1 + 0.2), 3, 1.0 / 3);
    event.learningRate = 5e-5 / 3;
    event.gradNorm = 1.812513828277588;
    const auto back = parseJournalLine(journalLine(event));
    ASSERT_TRUE(back);
    const StepEvent& read = std::get<StepEvent>(*back);
    EXPECT_EQ(read.loss, event.loss);
    EXPECT_EQ(read.learningRate, event.learningRate);
    EXPECT_EQ(read.gradNorm, event.gradNorm);
    EXPECT_EQ(read.elapsed, event.elapsed);
}

TEST(Journal, KnowsWhichModelLiesInTheFolder)
{
    FinishedEvent event = at(finishedEvent(FinishReason::Done), 240);
    event.modelStep = 48;
    event.modelLoss = 3.82;
    const auto back = parseJournalLine(journalLine(event));
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<FinishedEvent>(*back).modelStep, 48);
    EXPECT_EQ(std::get<FinishedEvent>(*back).modelLoss, 3.82);
    const auto older = parseJournalLine(journalLine(at(finishedEvent(FinishReason::Done), 240)));
    EXPECT_FALSE(std::get<FinishedEvent>(*older).modelStep);
}

TEST(Journal, SaysWhichLossACheckpointHas)
{
    CheckpointEvent event;
    event.path = "checkpoint-3";
    event.loss = 1.5;
    event.isValidation = true;
    EXPECT_TRUE(std::get<CheckpointEvent>(*parseJournalLine(journalLine(event))).isValidation);
    event.isValidation = false;
    EXPECT_FALSE(std::get<CheckpointEvent>(*parseJournalLine(journalLine(event))).isValidation);
}

TEST(Journal, ANanIsNull)
{
    StepEvent event;
    event.gradNorm = std::numeric_limits<double>::quiet_NaN();
    const Json json = Json::parse(journalLine(event));
    EXPECT_TRUE(json["loss"].is_null());
    EXPECT_TRUE(json["grad_norm"].is_null());
    const auto back = parseJournalLine(journalLine(event));
    EXPECT_FALSE(std::get<StepEvent>(*back).loss);
    EXPECT_TRUE(std::isnan(std::get<StepEvent>(*back).gradNorm));
}

TEST(Journal, MaskedSamplesHaveFills)
{
    SampleEvent event;
    event.fills = {{{"rent", 7, 0.5}, {"fee", 9, 0.25}}};
    const auto back = parseJournalLine(journalLine(event));
    const SampleEvent& read = std::get<SampleEvent>(*back);
    ASSERT_EQ(read.fills.size(), 1u);
    EXPECT_EQ(read.fills[0][1].token, "fee");
    EXPECT_EQ(read.fills[0][0].score, 0.5);
}

TEST(Journal, ANoticeOfAnotherVersionKeepsItsWords)
{
    const auto event = parseJournalLine(
        R"({"event": "notice", "step": 3, "level": "warning", "code": "of_another_version", "message": "Look."})");
    ASSERT_TRUE(event);
    const auto& notice = std::get<NoticeEvent>(*event);
    EXPECT_EQ(notice.code, NoticeCode::Other);
    EXPECT_EQ(notice.message, "Look.");
    EXPECT_EQ(notice.level, NoticeLevel::Warning);
    NoticeEvent jump;
    jump.code = NoticeCode::LossJumped;
    EXPECT_NE(journalLine(jump).find(R"("code":"loss_jumped")"), std::string::npos);
    EXPECT_EQ(std::get<NoticeEvent>(*parseJournalLine(journalLine(jump))).code, NoticeCode::LossJumped);
}

TEST(Journal, WhatIsNoEventIsNone)
{
    EXPECT_FALSE(parseJournalLine("{\"event\": \"step\", \"lo"));
    EXPECT_FALSE(parseJournalLine("{\"event\": \"from_the_future\"}"));
    EXPECT_FALSE(parseJournalLine("[]"));
    EXPECT_FALSE(parseJournalLine("{\"event\": \"step\", \"loss\": \"x\"}"));
}

TEST_F(RunFolderTest, ATornLastLineIsIgnoredThenCutOff)
{
    const fs::path file = m_root / "journal.jsonl";
    {
        JournalWriter writer(file);
        writer.write(at(startedEvent(), 0));
        writer.write(at(stepEvent(2), 1));
    }
    std::ofstream(file, std::ios::app) << "{\"event\": \"step\", \"step\": 2, \"lo";
    EXPECT_EQ(readJournal(file).size(), 2u);
    {
        JournalWriter writer(file);
        writer.write(at(stepEvent(1), 2));
    }
    const std::vector<Event> events = readJournal(file);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(std::get<StepEvent>(events[2]).loss, 1);
}

TEST_F(RunFolderTest, StepsDoneAgainAreReadOnce)
{
    const fs::path file = m_root / "journal.jsonl";
    JournalWriter writer(file);
    writer.write(at(startedEvent(), 0));
    for (int step = 1; step <= 3; ++step)
        writer.write(at(stepEvent(10.0 - step), step));
    ResumedEvent resumed;
    resumed.fromStep = 2;
    writer.write(at(resumed, 2));
    writer.write(at(stepEvent(5), 3));
    std::vector<double> losses;
    for (const Event& event : readJournal(file))
        if (const auto* step = std::get_if<StepEvent>(&event))
            losses.push_back(*step->loss);
    EXPECT_EQ(losses, (std::vector<double>{9, 8, 5}));
}

TEST_F(RunFolderTest, SaysHowARunStands)
{
    const fs::path folder = makeRun("log-1");
    JournalWriter writer(folder / "journal.jsonl");
    writer.write(at(startedEvent(), 0, 0));
    writer.write(at(evalEvent(3), 0, 1));
    writer.write(at(stepEvent(2.5), 1, 2));
    writer.write(at(evalEvent(2), 1, 3));
    writer.write(at(evalEvent(2.25), 2, 4));
    {
        const FolderLock lock(folder);
        EXPECT_EQ(summarizeRun(folder).state, RunState::Running);
        writer.write(at(PausedEvent{}, 1, 3));
        EXPECT_EQ(summarizeRun(folder).state, RunState::Paused);
    }
    RunSummary summary = summarizeRun(folder);
    EXPECT_EQ(summary.state, RunState::Interrupted);
    EXPECT_EQ(summary.name, "log-1");
    EXPECT_EQ(summary.model, "nano-gpt");
    EXPECT_EQ(summary.data, "log.txt");
    EXPECT_EQ(summary.step, 1);
    EXPECT_EQ(summary.maxSteps, 4);
    EXPECT_EQ(summary.bestLoss, 2);
    EXPECT_EQ(summary.validationLosses, (std::vector<double>{3, 2, 2.25}));
    EXPECT_FALSE(summary.canContinue);

    writer.write(at(finishedEvent(FinishReason::Stopped), 2, 5));
    EXPECT_EQ(summarizeRun(folder).state, RunState::Stopped);
    const RunRecord record = readRun(folder);
    std::vector<bool> best;
    for (const Event& event : record.events)
        if (const auto* eval = std::get_if<EvalEvent>(&event))
            best.push_back(eval->best);
    EXPECT_EQ(best, (std::vector<bool>{true, true, false}));
}

TEST_F(RunFolderTest, AFailureKeepsItsWords)
{
    const fs::path folder = makeRun("log-2");
    JournalWriter writer(folder / "journal.jsonl");
    NoticeEvent notice;
    notice.level = NoticeLevel::Error;
    notice.message = "The loss is no longer a number (NaN) at step 3.";
    writer.write(at(startedEvent(), 0));
    writer.write(at(notice, 3));
    writer.write(at(finishedEvent(FinishReason::Failed), 3));
    const RunSummary summary = summarizeRun(folder);
    EXPECT_EQ(summary.state, RunState::Failed);
    EXPECT_EQ(summary.problem, notice.message);
}

TEST_F(RunFolderTest, ListsNewestFirstAndBrokenOnesWithTheirReason)
{
    const fs::path older = makeRun("older"), newer = makeRun("newer"), broken = makeRun("broken");
    JournalWriter(older / "journal.jsonl").write(at(startedEvent(), 0, 1));
    JournalWriter(newer / "journal.jsonl").write(at(startedEvent(), 0, 100));
    writeFileAtomically(broken / "run.json", "{\"model\": ");
    fs::create_directory(m_root / "no run at all");
    const std::vector<RunSummary> runs = listRuns(m_root);
    ASSERT_EQ(runs.size(), 3u);
    EXPECT_EQ(runs[0].name, "broken"); // changed just now
    EXPECT_EQ(runs[0].state, RunState::Broken);
    EXPECT_THAT(runs[0].problem, HasSubstr("run.json, line 1"));
    EXPECT_EQ(runs[1].name, "newer");
    EXPECT_EQ(runs[2].name, "older");
    EXPECT_TRUE(listRuns(m_root / "nowhere").empty());
}

TEST_F(RunFolderTest, FindsTheNewestWholeCheckpoint)
{
    const fs::path folder = makeRun("log-3");
    EXPECT_FALSE(newestCheckpoint(folder));
    for (const char* name : {"checkpoint-5", "checkpoint-10", "checkpoint-20"}) {
        fs::create_directory(folder / name);
        writeFileAtomically(folder / name / "model.safetensors", "12345");
        writeFileAtomically(folder / name / "optimizer.safetensors", "123");
        writeFileAtomically(folder / name / "fettle_state.json",
                            R"({"files": {"model.safetensors": 5, "optimizer.safetensors": 3}})");
    }
    EXPECT_EQ(newestCheckpoint(folder), folder / "checkpoint-20");
    writeFileAtomically(folder / "checkpoint-20" / "model.safetensors", "1"); // cut short
    EXPECT_EQ(newestCheckpoint(folder), folder / "checkpoint-10");
}
