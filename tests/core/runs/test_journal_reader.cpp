// SPDX-License-Identifier: GPL-3.0-or-later
// A journal read as it grows, summed up in a stream, and in linear time; checkpoints known by what is in them.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/events/best_check.h"
#include "core/runs/checkpoints.h"
#include "core/runs/journal.h"
#include "core/runs/journal_reader.h"
#include "core/runs/run_summarizer.h"
#include "core/runs/run_summary.h"
#include "tests/support/processor_time.h"

#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

using namespace fettle;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

class JournalReaderTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "fettle-journal-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_run = name;
        m_journal = m_run / "journal.jsonl";
        writeRunFile(TrainArgs());
    }
    void TearDown() override { fs::remove_all(m_run); }

    void writeRunFile(const TrainArgs& arguments)
    {
        RunConfig config;
        config.model = "bundled:nano-gpt";
        config.objective = "causal";
        config.data.train = {"/texts/log.txt"};
        config.arguments = arguments;
        writeJson(m_run / "run.json", toJson(config));
    }

    void append(Event event, int64_t step)
    {
        std::visit(
            [&](auto& each) {
                each.step = step;
                each.time = 1000.0 + static_cast<double>(step);
            },
            event);
        std::ofstream(m_journal, std::ios::app) << journalLine(event) << "\n";
    }
    void start(int64_t maxSteps)
    {
        StartedEvent event;
        event.maxSteps = maxSteps;
        append(event, 0);
    }
    void step(int64_t step, double loss)
    {
        StepEvent event;
        event.loss = loss;
        append(event, step);
    }
    void check(int64_t step, double loss)
    {
        EvalEvent event;
        event.loss = loss;
        append(event, step);
    }
    void resume(int64_t from)
    {
        ResumedEvent event;
        event.fromStep = from;
        append(event, from);
    }
    void finish(int64_t step, FinishReason reason)
    {
        FinishedEvent event;
        event.reason = reason;
        append(event, step);
    }
    void makeCheckpoint(int64_t step)
    {
        const fs::path folder = m_run / checkpointName(step);
        fs::create_directory(folder);
        for (const char* name : {"config.json", "model.safetensors", "optimizer.safetensors"})
            writeFileAtomically(folder / name, fmt::format("{} of step {}", name, step));
        Json state{{"fettle", 1}, {"step", step}};
        sealCheckpoint(state, folder);
        writeJson(folder / "fettle_state.json", state);
    }
    std::string problemOf(int64_t step, CheckDepth depth)
    {
        return checkpointProblem(m_run / checkpointName(step), depth).value_or("whole");
    }

    fs::path m_run, m_journal;
};

std::vector<int64_t> stepsOf(JournalReader& reader)
{
    std::vector<int64_t> steps;
    reader.readOn([&](Event&& event) { steps.push_back(std::visit([](auto& each) { return each.step; }, event)); });
    return steps;
}

} // namespace

TEST_F(JournalReaderTest, GoesOnWhereItStopped)
{
    start(9);
    step(1, 3);
    JournalReader reader(m_journal);
    EXPECT_THAT(stepsOf(reader), ElementsAre(0, 1));
    EXPECT_THAT(stepsOf(reader), ElementsAre());
    std::ofstream(m_journal, std::ios::app) << R"({"event":"step","st)";
    EXPECT_THAT(stepsOf(reader), ElementsAre());
    std::ofstream(m_journal, std::ios::app) << "ep\":2}\n";
    step(3, 2);
    EXPECT_THAT(stepsOf(reader), ElementsAre(2, 3));
    EXPECT_EQ(reader.offset(), fs::file_size(m_journal));
}

TEST_F(JournalReaderTest, BeginsAnewWhereTheFileIsAnother)
{
    start(9);
    step(1, 3);
    JournalReader reader(m_journal);
    stepsOf(reader);
    const std::string text = readFile(m_journal);
    fs::rename(m_journal, m_run / "old");
    writeFileAtomically(m_journal, text);
    EXPECT_FALSE(reader.readOn([](Event&&) { FAIL(); }));
    EXPECT_THAT(stepsOf(reader), ElementsAre(0, 1));
    fs::resize_file(m_journal, text.find('\n') + 1);
    EXPECT_FALSE(reader.readOn([](Event&&) { FAIL(); }));
    EXPECT_THAT(stepsOf(reader), ElementsAre(0));
}

TEST_F(JournalReaderTest, ReadsLinesOverBlocksAndSkipsWhatIsNone)
{
    start(9);
    SampleEvent sample;
    sample.text = std::string(3 << 20, 'x');
    append(sample, 1);
    std::ofstream(m_journal, std::ios::app) << "\n[]\n{\"event\":\"from_the_future\"}\n";
    step(2, 1);
    JournalReader reader(m_journal);
    EXPECT_THAT(stepsOf(reader), ElementsAre(0, 1, 2));
}

TEST_F(JournalReaderTest, WaitsForNoPipe)
{
    ASSERT_EQ(::mkfifo(m_journal.c_str(), 0600), 0);
    EXPECT_THROW(JournalReader(m_journal).readOn([](Event&&) {}), Error);
    EXPECT_EQ(summarizeRun(m_run).state, RunState::Broken);
}

TEST(StepLine, IsReadAsTheJsonReaderReadsIt)
{
    StepEvent event;
    event.step = 7;
    event.time = 1764096321.123456;
    event.elapsed = 1.0 / 3;
    event.epoch = 0.1 + 0.2;
    event.learningRate = 5e-5 / 3;
    event.tokens = 123456789012;
    event.gradedTokens = 1;
    event.seconds = 1e-300;
    for (const double loss : {0.1 + 0.2, 1.0, -3e300, notANumber}) {
        event.loss = std::isnan(loss) ? std::nullopt : std::optional(loss);
        event.gradNorm = loss;
        const std::string line = journalLine(event);
        const auto quick = parseStepLine(line);
        ASSERT_TRUE(quick) << line;
        EXPECT_EQ(journalLine(*quick), line);
        EXPECT_EQ(journalLine(*parseJournalLine(line)), line);
    }
    for (const char* other :
         {"", "{}", R"({"event":"step","step":1})", R"({"event":"step","step":inf,"time":1)",
          R"({"event":"step","step":99999999999999999999,"time":0.0,"elapsed":0.0,"epoch":0.0,"loss":0.0,)"})
        EXPECT_FALSE(parseStepLine(other)) << other;
}

TEST_F(JournalReaderTest, ManyResumesTakeLinearTime)
{
    start(50000);
    {
        std::ofstream journal(m_journal, std::ios::app);
        StepEvent step;
        step.loss = 1;
        for (step.step = 1; step.step <= 50000; ++step.step)
            journal << journalLine(step) << "\n";
        ResumedEvent resumed;
        resumed.fromStep = resumed.step = 50000;
        for (int i = 0; i < 50000; ++i)
            journal << journalLine(resumed) << "\n";
    }
    const auto read = [&] {
        EXPECT_EQ(readJournal(m_journal).size(), 100001u);
        EXPECT_EQ(summarizeRun(m_run).step, 50000);
    };
    EXPECT_LT(processorSeconds(read), 5); // with the square: a minute
}

TEST_F(JournalReaderTest, DropsWhatSeveralResumesTookBack)
{
    start(9);
    for (int64_t n = 1; n <= 6; ++n)
        step(n, 10.0 - static_cast<double>(n));
    finish(6, FinishReason::Stopped);
    resume(4);
    step(5, 50);
    resume(2);
    step(3, 30);
    std::vector<double> losses;
    for (const Event& event : readJournal(m_journal)) {
        EXPECT_FALSE(std::holds_alternative<FinishedEvent>(event));
        if (const auto* step = std::get_if<StepEvent>(&event))
            losses.push_back(*step->loss);
    }
    EXPECT_THAT(losses, ElementsAre(9, 8, 30));
    const RunSummary summary = summarizeRun(m_run);
    EXPECT_EQ(summary.step, 3);
    EXPECT_THAT(summary.validationLosses, ElementsAre(9, 8, 30));
    EXPECT_FALSE(summary.isValidation);
}

TEST_F(JournalReaderTest, TheBestCheckIsNeverOneWithoutANumber)
{
    start(9);
    check(0, notANumber);
    check(1, 3);
    check(2, notANumber);
    check(3, 2);
    check(4, 2);
    std::vector<bool> best;
    std::vector<EvalEvent> checks;
    for (const Event& event : readJournal(m_journal))
        if (const auto* eval = std::get_if<EvalEvent>(&event)) {
            best.push_back(eval->best);
            checks.push_back(*eval);
        }
    EXPECT_THAT(best, ElementsAre(false, true, false, true, false));
    EXPECT_EQ(bestCheck(checks)->step, 3);
    EXPECT_EQ(bestCheck(std::vector<EvalEvent>{checks[0]}), nullptr);
    const RunSummary summary = summarizeRun(m_run);
    EXPECT_EQ(summary.bestLoss, 2);
    EXPECT_THAT(summary.validationLosses, ElementsAre(3, 2, 2));
    EXPECT_TRUE(summary.isValidation);

    resume(1); // the low of step 3 is taken back
    check(2, 2.5);
    const std::vector<Event> events = readJournal(m_journal);
    EXPECT_TRUE(std::get<EvalEvent>(events.back()).best);
}

TEST_F(JournalReaderTest, ASummaryGoesOnToWhatAFreshOneSays)
{
    TrainArgs arguments;
    arguments.load_best_model_at_end = true;
    writeRunFile(arguments);
    RunSummarizer kept(m_run);
    EXPECT_EQ(kept.summarize().state, RunState::Interrupted); // cut off before its journal
    start(6);
    check(0, 4);
    const auto expectTheSame = [&] {
        const RunSummary a = kept.summarize(), b = summarizeRun(m_run);
        EXPECT_EQ(a.state, b.state);
        EXPECT_EQ(a.step, b.step);
        EXPECT_EQ(a.validationLosses, b.validationLosses);
        EXPECT_EQ(a.bestLoss, b.bestLoss);
        EXPECT_EQ(a.modelStep, b.modelStep);
        EXPECT_EQ(a.problem, b.problem);
    };
    expectTheSame();
    for (int64_t n = 1; n <= 6; ++n)
        step(n, 5);
    check(3, 2);
    check(6, 3);
    expectTheSame();
    finish(6, FinishReason::Done);
    EXPECT_EQ(kept.summarize().modelStep, std::nullopt); // there is no model in the folder
    writeFileAtomically(m_run / "model.safetensors", "x");
    expectTheSame();
    EXPECT_EQ(kept.summarize().modelStep, 3);
    EXPECT_EQ(kept.summarize().modelLoss, 2);
    resume(3);
    step(4, 5);
    expectTheSame();
    EXPECT_EQ(kept.summarize().state, RunState::Interrupted);
    EXPECT_EQ(kept.summarize().modelStep, 3);
    fs::remove(m_journal);
    start(2);
    step(1, 1);
    expectTheSame();
    EXPECT_EQ(kept.summarize().maxSteps, 2);
}

TEST_F(JournalReaderTest, TheModelOfALastStepIsSaidToBeThat)
{
    start(4);
    check(2, 1);
    for (int64_t n = 1; n <= 4; ++n)
        step(n, 5);
    check(4, 3);
    finish(4, FinishReason::Done);
    writeFileAtomically(m_run / "model.safetensors", "x");
    EXPECT_EQ(summarizeRun(m_run).modelStep, 4);
    EXPECT_EQ(summarizeRun(m_run).modelLoss, 3);
}

TEST_F(JournalReaderTest, TheModelIsThatOfTheJournalsWord)
{
    start(4);
    check(2, 1);
    step(4, 5);
    FinishedEvent event;
    event.modelStep = 2;
    event.modelLoss = 1;
    append(event, 4);
    writeFileAtomically(m_run / "model.safetensors", "x");
    EXPECT_EQ(summarizeRun(m_run).modelStep, 2);
    EXPECT_EQ(summarizeRun(m_run).modelLoss, 1);
}

TEST_F(JournalReaderTest, TheLastCheckIsThatOfAStateThatIsThere)
{
    start(9);
    check(0, 8);
    EXPECT_EQ(summarizeRun(m_run).checkedStep, std::nullopt) << "the untouched model is no state of the run";
    for (int64_t n = 1; n <= 4; ++n)
        step(n, 5);
    check(2, 11);
    check(4, 10);
    EXPECT_EQ(summarizeRun(m_run).checkedStep, 4);
    EXPECT_EQ(summarizeRun(m_run).checkedLoss, 10);
    append(CheckpointEvent{}, 3);
    EXPECT_EQ(summarizeRun(m_run).checkedStep, 2) << "it can go on from step 3 only";
    EXPECT_EQ(summarizeRun(m_run).checkedLoss, 11);
    resume(3);
    step(4, 5);
    append(CheckpointEvent{}, 4);
    EXPECT_EQ(summarizeRun(m_run).checkedStep, 2);
    check(4, 9);
    EXPECT_EQ(summarizeRun(m_run).checkedLoss, 9);
}

TEST_F(JournalReaderTest, ACurveOfManyStepsIsThinnedAndKeepsItsEnds)
{
    start(10000);
    std::ofstream journal(m_journal, std::ios::app);
    StepEvent event;
    for (event.step = 1; event.step <= 10000; ++event.step) {
        event.loss = static_cast<double>(event.step);
        journal << journalLine(event) << "\n";
    }
    journal.close();
    const RunSummary summary = summarizeRun(m_run);
    EXPECT_LT(summary.validationLosses.size(), 2100u);
    EXPECT_GT(summary.validationLosses.size(), 1000u);
    EXPECT_LT(summary.validationLosses.front(), 20);
    EXPECT_EQ(summary.validationLosses.back(), 10000);
}

TEST_F(JournalReaderTest, ACheckpointIsKnownByItsFiles)
{
    makeCheckpoint(10);
    makeCheckpoint(20);
    const fs::path config = m_run / "checkpoint-20" / "config.json", state = m_run / "checkpoint-20/fettle_state.json";
    EXPECT_EQ(problemOf(20, CheckDepth::Hashes), "whole");
    const std::string text = readFile(config);
    writeFileAtomically(config, text + "\n");
    EXPECT_EQ(problemOf(20, CheckDepth::Sizes), "config.json has 23 bytes instead of 22");
    std::string flipped = text;
    flipped[0] ^= 1;
    writeFileAtomically(config, flipped);
    EXPECT_EQ(problemOf(20, CheckDepth::Sizes), "whole");
    EXPECT_THAT(problemOf(20, CheckDepth::Hashes), HasSubstr("config.json is not what was written"));
    fs::remove(config);
    EXPECT_EQ(problemOf(20, CheckDepth::Sizes), "config.json is missing");
    writeFileAtomically(config, text);

    const std::string stateText = readFile(state);
    writeFileAtomically(state, Json::parse(stateText).dump()); // other white space, same values
    EXPECT_EQ(problemOf(20, CheckDepth::Hashes), "whole");
    Json changed = Json::parse(stateText);
    changed["elapsed"] = 1;
    writeJson(state, changed);
    EXPECT_THAT(problemOf(20, CheckDepth::Sizes), HasSubstr("fettle_state.json is not what was written"));
    writeFileAtomically(state, "{\"files\": ");
    EXPECT_THAT(problemOf(20, CheckDepth::Sizes), HasSubstr("fettle_state.json, line 1"));
    fs::remove(state);
    EXPECT_EQ(problemOf(20, CheckDepth::Sizes), "it has no fettle_state.json");
    EXPECT_EQ(newestCheckpoint(m_run), m_run / "checkpoint-10");

    writeFileAtomically(m_run / "checkpoint-10" / "fettle_state.json",
                        R"({"files": {"../../x": 5, "model.safetensors": 1, "optimizer.safetensors": 3}})");
    EXPECT_THAT(problemOf(10, CheckDepth::Sizes), HasSubstr("outside"));
}

TEST_F(JournalReaderTest, OnlyExactNamesAreCheckpoints)
{
    for (const char* name : {"checkpoint-1", "checkpoint-12", "checkpoint-007", "checkpoint--3", "checkpoint-",
                             "checkpoint-5.aside-1", "checkpoint-x", "my-checkpoint-4"})
        fs::create_directory(m_run / name);
    writeFileAtomically(m_run / "checkpoint-9000", "notes");
    std::vector<int64_t> steps;
    for (const CheckpointFolder& checkpoint : checkpointsOf(m_run))
        steps.push_back(checkpoint.step);
    EXPECT_THAT(steps, ElementsAre(12, 1));
}

TEST_F(JournalReaderTest, AListSaysWhatIsDamaged)
{
    start(40);
    step(20, 1);
    makeCheckpoint(10);
    makeCheckpoint(20);
    EXPECT_EQ(summarizeRun(m_run).problem, "");
    std::ofstream(m_run / "checkpoint-20" / "config.json", std::ios::app) << "\n";
    RunSummary summary = summarizeRun(m_run);
    EXPECT_TRUE(summary.canContinue);
    EXPECT_EQ(summary.problem, "checkpoint-20 is damaged: config.json has 23 bytes instead of 22. It can go on from "
                               "checkpoint-10.");
    fs::remove(m_run / "checkpoint-10" / "fettle_state.json");
    summary = summarizeRun(m_run);
    EXPECT_FALSE(summary.canContinue);
    EXPECT_THAT(summary.problem, HasSubstr("No other checkpoint is whole."));
}
