// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves: its folder, its passport, its checkpoints; and how it ends otherwise.
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/sampler.h"
#include "core/runs/run_summary.h"
#include "core/tensors/safetensors.h"
#include "core/train/passport.h"
#include "core/train/run_request.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class Run : public RunFixture
{
protected:
    fs::path out() const { return m_root / "out"; }
    static Error refusal(const RunConfig& config)
    {
        try {
            requestNewRun(config);
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::Failed, "it was not refused");
    }
    /// A step of each of the two `rows`, the first one first.
    static void learnFrom(RunConfig& config, const fs::path& file, const std::string& rows)
    {
        writeFileAtomically(file, rows);
        config.data.train = {file.string()};
        config.arguments.per_device_train_batch_size = 1;
        config.arguments.gradient_accumulation_steps = 1;
        for (config.arguments.seed = 0; epochOrder(2, orderSeed(config.arguments), 0)[0] != 0;)
            ++config.arguments.seed;
    }
};

const std::string wholeRow = "{\"input_ids\": [5, 6, 7], \"labels\": [5, 6, 7]}\n";
const std::string ungradedRow = "{\"input_ids\": [5, 6, 7], \"labels\": [5, -100, -100]}\n";

} // namespace

TEST_F(Run, LeavesTheFolderOfTheContract)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.save_strategy = "steps";
    config.arguments.save_steps = 4;
    config.arguments.logging_steps = 1;
    config.data.validationFraction = 0.2;
    config.samples.prompts = {"a"};
    config.samples.everySteps = 5;
    config.samples.maxNewTokens = 3;
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;

    const Json run = readJson(out() / "run.json");
    EXPECT_EQ(toJson(parseRunConfig(run, "/")), run);
    EXPECT_EQ(run["objective"], "causal");
    EXPECT_EQ(run["arguments"].size(), argumentTable().size());

    const Json passport = readJson(out() / "passport.json");
    EXPECT_EQ(passport["settings"]["sha256"], sha256(readFile(out() / "run.json")));
    EXPECT_EQ(passport["data"][0]["sha256"], sha256OfFile(config.data.train[0]));
    EXPECT_EQ(passport["model"]["sha256"]["model.safetensors"],
              sha256OfFile(fs::path(config.model) / "model.safetensors"));
    EXPECT_EQ(passport["build"]["sha256"].get<std::string>().size(), 64u);
    EXPECT_EQ(passport["seed"], 42);
    EXPECT_EQ(passport["device"], "cpu");
    EXPECT_GE(passport["threads"].get<int>(), 1);
    const std::string matmul = passport["matmul"];
    EXPECT_FALSE(matmul.empty());
    EXPECT_FALSE(otherMatmulNotice(passport, matmul));
    EXPECT_FALSE(otherMatmulNotice(Json::object(), matmul)) << "a passport that does not say";
    const auto notice = otherMatmulNotice(passport, "abacus");
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->code, NoticeCode::MatmulChanged);
    EXPECT_EQ(notice->message, "Matrices are multiplied by abacus here, by " + matmul +
                                   " when the run began. The last digits of its numbers may differ by that.");
    EXPECT_EQ(passport["validation"]["rows"], 6);
    EXPECT_EQ(passport["validation"]["row_numbers"].size(), 6u);

    for (const char* name :
         {"config.json", "generation_config.json", "model.safetensors", "vocab.json", "merges.txt"}) {
        EXPECT_TRUE(fs::exists(out() / name)) << name;
        EXPECT_TRUE(fs::exists(out() / "checkpoint-4" / name)) << name;
    }
    for (const char* name : {"optimizer.safetensors", "trainer_state.json", "fettle_state.json"})
        EXPECT_TRUE(fs::exists(out() / "checkpoint-8" / name)) << name;
    EXPECT_FALSE(fs::exists(out() / ".model"));

    const std::vector<CheckpointEvent> checkpoints = events.all<CheckpointEvent>();
    ASSERT_FALSE(checkpoints.empty());
    EXPECT_EQ(checkpoints.back().path, "checkpoint-9");
    const std::vector<SampleEvent> samples = events.all<SampleEvent>();
    ASSERT_EQ(samples.size(), 3u); // at the start, at step 5, at the end
    EXPECT_EQ(samples[0].step, 0);
    EXPECT_EQ(samples[2].step, 9);
    const std::vector<EvalEvent> checks = events.all<EvalEvent>();
    EXPECT_EQ(checks.front().step, 0);
    EXPECT_EQ(checks.back().step, 9);
    EXPECT_NEAR(checks.back().perplexity, std::exp(checks.back().loss), 1e-9);
    // As `eval` measures the same rows with the finished model, and as trainer_state.json has it.
    ASSERT_TRUE(checks.back().accuracy && checks.back().bitsPerByte);
    EXPECT_GE(*checks.back().accuracy, 0);
    EXPECT_LT(*checks.back().accuracy, 1);
    const Json log = readJson(out() / "checkpoint-9" / "trainer_state.json")["log_history"];
    EXPECT_EQ(log[log.size() - 1]["eval_accuracy"], *checks.back().accuracy);
    EXPECT_EQ(log[log.size() - 1]["eval_bits_per_byte"], *checks.back().bitsPerByte);
    EXPECT_EQ(summarizeRun(out()).state, RunState::Finished);
}

TEST_F(Run, TrainerStateHasTransformersKeysAndNoOther)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.logging_steps = 2;
    KeptEvents events;
    runNow(config, events);
    const fs::path checkpoint = *newestCheckpoint(out());
    const Json state = readJson(checkpoint / "trainer_state.json");
    std::vector<std::string> keys;
    for (const auto& [key, value] : state.items())
        keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{"best_global_step",
                                              "best_metric",
                                              "best_model_checkpoint",
                                              "epoch",
                                              "eval_steps",
                                              "global_step",
                                              "is_hyper_param_search",
                                              "is_local_process_zero",
                                              "is_world_process_zero",
                                              "log_history",
                                              "logging_steps",
                                              "max_steps",
                                              "num_input_tokens_seen",
                                              "num_train_epochs",
                                              "save_steps",
                                              "stateful_callbacks",
                                              "total_flos",
                                              "train_batch_size",
                                              "trial_name",
                                              "trial_params"}));
    EXPECT_EQ(state["epoch"], 3.0);
    const auto steps = events.all<StepEvent>();
    const Json& first = state["log_history"][0];
    EXPECT_EQ(first["step"], 2);
    EXPECT_EQ(first["loss"].get<double>(), (*steps[0].loss + *steps[1].loss) / 2);
    EXPECT_EQ(first["learning_rate"].get<double>(), steps[1].learningRate);
    EXPECT_EQ(first["grad_norm"].get<double>(), steps[1].gradNorm);
}

TEST_F(Run, ValidationAndSamplesChangeNothing)
{
    RunConfig config = recordedConfig("bert_mlm_linear_ga2");
    KeptEvents plain, watched;
    runNow(config, plain);
    config.arguments.output_dir = (m_root / "watched").string();
    config.data.validation = config.data.train[0];
    config.arguments.eval_steps = 1;
    config.samples.prompts = {"w7 [MASK] w9"};
    config.samples.everySteps = 1;
    runNow(config, watched);
    ASSERT_EQ(watched.finished().reason, FinishReason::Done) << watched.finished().message;
    EXPECT_EQ(journalLosses(m_root / "watched"), journalLosses(out()));
    const auto samples = watched.all<SampleEvent>();
    ASSERT_FALSE(samples.empty());
    ASSERT_EQ(samples[0].fills.size(), 1u);
    EXPECT_EQ(samples[0].fills[0].size(), 5u);
}

TEST_F(Run, ManyLogEntriesStayTheFileThatTransformersReads)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.logging_steps = 1;
    config.data.validationFraction = 0.2;
    config.arguments.eval_steps = 2;
    KeptEvents whole, first, second;
    runNow(config, whole);
    const std::string text = readFile(*newestCheckpoint(out()) / "trainer_state.json");
    // As one writer of JSON would have written it: nothing shows that the entries were kept as text.
    EXPECT_EQ(text, nlohmann::json::parse(text).dump(2) + "\n");
    const Json history = Json::parse(text)["log_history"];
    EXPECT_EQ(history.size(), whole.all<StepEvent>().size() + whole.all<EvalEvent>().size());
    // And again over an interruption.
    config.arguments.output_dir = (m_root / "resumed").string();
    RunControl control;
    first.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 4)
            control.end(EndMode::Save);
    };
    runNow(config, first, control);
    resumeNow(config.arguments.output_dir, second);
    Json resumed = readJson(*newestCheckpoint(config.arguments.output_dir) / "trainer_state.json")["log_history"];
    ASSERT_EQ(resumed.size(), history.size());
    for (size_t i = 0; i < history.size(); ++i) {
        EXPECT_EQ(resumed[i]["step"], history[i]["step"]);
        EXPECT_EQ(resumed[i].value("loss", 0.0), history[i].value("loss", 0.0));
        EXPECT_EQ(resumed[i].value("eval_loss", 0.0), history[i].value("eval_loss", 0.0));
    }
}

TEST_F(Run, AJournalThatCannotBeWrittenWithinASampleFailsTheRun)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.samples.prompts = {"ab"};
    config.samples.everySteps = 2;
    KeptEvents events;
    events.react = [](const Event& event) {
        if (const auto* sample = std::get_if<SampleEvent>(&event); sample && sample->step == 2)
            throw Error(ErrorCode::Failed, "journal.jsonl could not be written: Input/output error");
    };
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Failed);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::Failed));
    EXPECT_THAT(events.finished().message, HasSubstr("Input/output error"));
    EXPECT_FALSE(events.hasNotice(NoticeCode::SampleFailed));
}

TEST_F(Run, ASampleThatFailsIsToldAndTheOthersAreWritten)
{
    RunConfig config = recordedConfig("bert_mlm_linear_ga2");
    std::string longer = "w7 [MASK]";
    for (int i = 0; i < 600; ++i) // than the model's context
        longer += " w9";
    config.samples.prompts = {longer, "w7 [MASK] w9"};
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    ASSERT_TRUE(events.hasNotice(NoticeCode::SampleFailed));
    for (const NoticeEvent& notice : events.all<NoticeEvent>())
        if (notice.code == NoticeCode::SampleFailed) {
            EXPECT_THAT(notice.message, HasSubstr("Nothing was written for the prompt \"w7 [MASK] w9"));
            EXPECT_THAT(notice.message, HasSubstr("Training goes on."));
            EXPECT_LT(notice.message.size(), 400u);
        }
    EXPECT_EQ(events.all<SampleEvent>().size(), 2u); // at the start and at the end
}

TEST_F(Run, FailsWhereNothingWasLearnt)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.data.train = {(m_root / "empty.jsonl").string()};
    writeFileAtomically(m_root / "empty.jsonl", "{\"input_ids\": [5, 6, 7], \"labels\": [5, -100, -100]}\n"
                                                "{\"input_ids\": [5, 6, 7], \"labels\": [5, -100, -100]}\n");
    config.arguments.per_device_train_batch_size = 1;
    config.arguments.gradient_accumulation_steps = 1;
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Failed);
    EXPECT_FALSE(fs::exists(out() / "model.safetensors"));
}

TEST_F(Run, WarmupLongerThanTheRunIsTold)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.warmup_steps = 100;
    KeptEvents events;
    runNow(config, events);
    EXPECT_TRUE(events.hasNotice(NoticeCode::WarmupTooLong));
    const auto notices = events.all<NoticeEvent>();
    EXPECT_THAT(notices[0].message, HasSubstr("never reaches"));
    EXPECT_EQ(std::count_if(notices.begin(), notices.end(),
                            [](const NoticeEvent& notice) { return notice.code == NoticeCode::EpochsOverruled; }),
              0);
}

TEST_F(Run, ANumberThatIsNoneAtStepOneIsNotTheLearningRate)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    const fs::path file = fs::path(config.model) / "model.safetensors";
    std::vector<std::pair<std::string, at::Tensor>> weights;
    for (auto& [name, tensor] : tensorsOf(file))
        weights.emplace_back(name, tensor);
    for (auto& [name, tensor] : weights)
        if (name.find("wpe") != std::string::npos)
            tensor.fill_(3e38); // finite, and still no number comes out
    writeSafetensors(file, weights);
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Failed);
    EXPECT_THAT(events.finished().message, HasSubstr("at step 1, before anything was learnt"));
    EXPECT_EQ(events.finished().hint.find("learning rate"), std::string::npos);
    EXPECT_EQ(events.finished().subject, "model");
}

TEST_F(Run, StopsWhenTheLossIsNoNumber)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    std::vector<std::pair<std::string, at::Tensor>> weights;
    for (auto& [name, tensor] : tensorsOf(fs::path(config.model) / "model.safetensors"))
        weights.emplace_back(name, tensor);
    for (auto& [name, tensor] : weights)
        if (name.find("wpe") != std::string::npos)
            tensor[6].fill_(3e38); // only rows of seven tokens and more come here
    writeSafetensors(fs::path(config.model) / "model.safetensors", weights);
    learnFrom(config, m_root / "two.jsonl",
              wholeRow + "{\"input_ids\": [5, 6, 7, 8, 9, 5, 6, 7], \"labels\": [5, 6, 7, 8, 9, 5, 6, 7]}\n");
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Failed);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::Failed));
    EXPECT_THAT(events.finished().message, HasSubstr("no longer a number (NaN) at step 2"));
    EXPECT_THAT(events.finished().hint, HasSubstr("learning rate"));
    EXPECT_TRUE(events.hasNotice(NoticeCode::NanLoss));
    EXPECT_TRUE(std::isnan(journalLosses(out()).at(1)));
    EXPECT_FALSE(fs::exists(out() / "model.safetensors"));
    EXPECT_EQ(summarizeRun(out()).state, RunState::Failed);
}

TEST_F(Run, AStepWithNothingGradedIsToldAndDone)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    learnFrom(config, m_root / "half.jsonl", wholeRow + ungradedRow);
    config.arguments.num_train_epochs = 1;
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    int without = 0;
    for (const StepEvent& step : events.all<StepEvent>())
        if (!step.loss) {
            ++without;
            EXPECT_EQ(step.gradNorm, 0);
            EXPECT_EQ(step.gradedTokens, 0);
        }
    EXPECT_EQ(without, 1);
    EXPECT_TRUE(events.hasNotice(NoticeCode::NothingGraded));
}

TEST_F(Run, OnlyStepsWithNothingGradedMakeNoModel)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    learnFrom(config, m_root / "half.jsonl", ungradedRow + wholeRow);
    config.arguments.max_steps = 1;
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Failed);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_THAT(events.finished().message, HasSubstr("No step of 1 had anything to learn from"));
    EXPECT_EQ(events.finished().subject, "data");
    EXPECT_FALSE(fs::exists(out() / "model.safetensors"));
}

TEST_F(Run, EndsWhenTheChecksNoLongerGain)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.data.validationFraction = 0.2;
    config.arguments.num_train_epochs = 10;
    config.arguments.eval_steps = 1;
    config.arguments.early_stopping_patience = 3;
    config.arguments.early_stopping_threshold = 100; // nothing gains so much
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::EarlyStop);
    EXPECT_EQ(events.finished().step, 4); // the first check sets the mark, three do not gain
    // The finished model is that of the best check.
    int64_t best = 0;
    double lowest = 1e9;
    for (const EvalEvent& check : events.all<EvalEvent>())
        if (check.step > 0 && check.loss < lowest)
            lowest = check.loss, best = check.step;
    EXPECT_TRUE(
        sameBits(out() / "model.safetensors", out() / ("checkpoint-" + std::to_string(best)) / "model.safetensors"));
}

TEST_F(Run, KeepBestFinishesAndDiscardDoesNot)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.data.validationFraction = 0.2;
    config.arguments.eval_steps = 1;
    for (const EndMode mode : {EndMode::KeepBest, EndMode::Discard}) {
        const fs::path folder = m_root / (mode == EndMode::KeepBest ? "kept" : "discarded");
        config.arguments.output_dir = folder.string();
        RunControl control;
        KeptEvents events;
        events.react = [&](const Event& event) {
            if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 3)
                control.end(mode);
        };
        runNow(config, events, control);
        EXPECT_EQ(events.finished().reason, mode == EndMode::KeepBest ? FinishReason::Done : FinishReason::Stopped);
        EXPECT_EQ(fs::exists(folder / "model.safetensors"), mode == EndMode::KeepBest);
        EXPECT_EQ(newestCheckpoint(folder).has_value(), mode == EndMode::KeepBest);
    }
}

TEST_F(Run, DiscardInTheLastStepIsNoFinishedModel)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    RunControl control;
    KeptEvents events;
    events.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 9)
            control.end(EndMode::Discard);
    };
    runNow(config, events, control);
    EXPECT_EQ(events.finished().step, 9);
    EXPECT_EQ(events.finished().reason, FinishReason::Stopped);
    EXPECT_FALSE(fs::exists(out() / "model.safetensors"));
}

TEST_F(Run, RefusesAFolderThatHoldsARunAndLeavesItUntouched)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.max_steps = 1;
    KeptEvents events;
    runNow(config, events);
    const std::string before = readFile(out() / "journal.jsonl");
    const Error error = refusal(config);
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_EQ(error.subject(), "output_dir");
    EXPECT_THAT(error.hint(), HasSubstr("continue that run"));
    EXPECT_EQ(readFile(out() / "journal.jsonl"), before);
    config.arguments.output_dir = config.model; // a model is not written over either
    EXPECT_EQ(refusal(config).subject(), "output_dir");
}

TEST_F(Run, RefusesWhatCannotWorkBeforeAnythingIsWritten)
{
    RunConfig config = recordedConfig("bert_mlm_linear_ga2");
    config.objective = "causal";
    EXPECT_EQ(refusal(config).subject(), "objective");
    config.objective.clear();
    config.model = (m_root / "nowhere").string();
    EXPECT_EQ(refusal(config).subject(), "model");

    config = recordedConfig("bert_mlm_linear_ga2");
    config.samples.prompts = {"w7 without a blank"};
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_EQ(events.finished().subject, "samples.prompts");
    EXPECT_FALSE(fs::exists(out()));
}
