// SPDX-License-Identifier: GPL-3.0-or-later
// A run that was stopped, killed or out of disk goes on to the very numbers of the uninterrupted one.
#include "tests/core/train/run_fixture.h"

#include "core/arguments/run_config_checks.h"
#include "core/base/error.h"
#include "core/runs/run_summary.h"
#include "core/train/perform_run.h"
#include "core/train/run_request.h"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class Resume : public RunFixture
{
protected:
    /// With dropout, over several epochs, a checkpoint every three steps.
    RunConfig config(const std::string& run, const Json& dropout)
    {
        RunConfig made = recordedConfig(run);
        made.model = makeModel(run, dropout).string();
        made.arguments.gradient_accumulation_steps = 2;
        made.arguments.num_train_epochs = 3;
        made.arguments.save_strategy = "steps";
        made.arguments.save_steps = 3;
        made.arguments.logging_steps = 2;
        made.data.validationFraction = 0.2;
        return made;
    }
    RunConfig causal()
    {
        return config("gpt2_linear_ga2", Json{{"attn_pdrop", 0.1}, {"embd_pdrop", 0.1}, {"resid_pdrop", 0.1}});
    }
    RunConfig masked()
    {
        return config("bert_mlm_linear_ga2", Json{{"attention_probs_dropout_prob", 0.1}, {"hidden_dropout_prob", 0.1}});
    }

    /// Runs to the end in root/whole; then again in root/out, stopped with a checkpoint after `stopAt`, and on.
    void expectBitExact(RunConfig config, int64_t stopAt)
    {
        const fs::path whole = m_root / "whole", out = m_root / "out";
        KeptEvents uninterrupted, first, second;
        config.arguments.output_dir = whole.string();
        runNow(config, uninterrupted);
        ASSERT_EQ(uninterrupted.finished().reason, FinishReason::Done) << uninterrupted.finished().message;

        config.arguments.output_dir = out.string();
        RunControl control;
        first.react = [&](const Event& event) {
            if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == stopAt)
                control.end(EndMode::Save);
        };
        runNow(config, first, control);
        ASSERT_EQ(first.finished().reason, FinishReason::Stopped) << first.finished().message;
        EXPECT_TRUE(summarizeRun(out).canContinue);
        resumeNow(out, second);
        expectSameEnd(second);
    }

    void expectSameEnd(const KeptEvents& resumed)
    {
        const fs::path whole = m_root / "whole", out = m_root / "out";
        ASSERT_EQ(resumed.finished().reason, FinishReason::Done) << resumed.finished().message;
        EXPECT_EQ(journalLosses(out), journalLosses(whole));
        const char* weights =
            fs::exists(whole / "model.safetensors") ? "model.safetensors" : "adapter_model.safetensors";
        EXPECT_TRUE(sameBits(out / weights, whole / weights));
        EXPECT_EQ(summarizeRun(out).validationLosses, summarizeRun(whole).validationLosses);
        EXPECT_EQ(summarizeRun(out).state, RunState::Finished);
        const std::string last = newestCheckpoint(whole)->filename().string();
        EXPECT_TRUE(sameBits(out / last / "optimizer.safetensors", whole / last / "optimizer.safetensors"));
    }
};

} // namespace

TEST_F(Resume, CausalWithDropoutIsBitExact)
{
    RunConfig config = causal();
    config.arguments.threads = 2;
    expectBitExact(config, 5);
}

TEST_F(Resume, MaskedWithDropoutIsBitExact)
{
    expectBitExact(masked(), 4);
}

TEST_F(Resume, EveryOptimizerIsBitExact)
{
    for (const auto& [optim, options] : {std::pair{"sgd", "momentum=0.9"},
                                         {"sgd", ""},
                                         {"adafactor", ""},
                                         {"adagrad", ""},
                                         {"lion_32bit", ""},
                                         {"rmsprop", "centered=true,momentum=0.5"}}) {
        SCOPED_TRACE(std::string(optim) + " " + options);
        RunConfig made = causal();
        made.arguments.optim = optim;
        made.arguments.optim_args = options;
        made.arguments.weight_decay = 0.01;
        made.arguments.label_smoothing_factor = 0.1;
        made.arguments.neftune_noise_alpha = 5;
        expectBitExact(made, 4);
        for (const char* folder : {"whole", "out"})
            fs::remove_all(m_root / folder);
    }
}

TEST_F(Resume, WhatIsRememberedIn8BitsIsBitExact)
{
    for (const char* optim : {"adamw_torch_8bit", "adamw_bnb_8bit"}) {
        SCOPED_TRACE(optim);
        RunConfig made = config("gpt2_linear_ga2", Json{{"n_embd", 96}}); // wide enough for blocks
        made.model = "random:" + made.model;
        made.arguments.optim = optim;
        expectBitExact(made, 4);
        for (const char* folder : {"whole", "out"})
            fs::remove_all(m_root / folder);
    }
}

TEST_F(Resume, WithAnotherOptimizerIsRefused)
{
    RunConfig made = causal();
    KeptEvents events;
    RunControl control;
    events.react = [&](const Event& event) {
        if (std::holds_alternative<StepEvent>(event))
            control.end(EndMode::Save);
    };
    runNow(made, events, control);
    const auto messageOf = [&](const std::vector<std::string>& settings) -> std::string {
        try {
            requestResume(m_root / "out", settings);
            return "";
        } catch (const Error& error) {
            return error.message();
        }
    };
    EXPECT_THAT(messageOf({"optim=sgd"}), HasSubstr("optim is \"adamw_torch\" in this run, not \"sgd\""));
    EXPECT_EQ(messageOf({"optim=adamw_torch_fused"}), "") << "two names of one";
    EXPECT_THAT(messageOf({"optim=adamw_torch_8bit"}), HasSubstr("not \"adamw_torch_8bit\""));
}

TEST_F(Resume, ARateThatFollowsTheChecksGoesOnFromWhatTheySaid)
{
    RunConfig config = causal();
    config.arguments.eval_steps = 1;
    config.arguments.eval_strategy = "steps";
    setArgument(config.arguments, "lr_scheduler_type", "reduce_lr_on_plateau");
    // Nothing gains so much: the rate is halved after every second check, that of step 0 not counted.
    setArgument(config.arguments, "lr_scheduler_kwargs",
                Json{{"factor", 0.5}, {"patience", 1}, {"threshold", 0.9}, {"cooldown", 1}});
    expectBitExact(config, 4);
    std::vector<double> rates;
    for (const Event& event : readJournal(m_root / "out" / "journal.jsonl"))
        if (const auto* step = std::get_if<StepEvent>(&event))
            rates.push_back(step->learningRate / config.arguments.learning_rate);
    ASSERT_GE(rates.size(), 7u);
    rates.resize(7); // the first check is the best one; two without gain, one not counted, two without gain …
    EXPECT_EQ(rates, (std::vector<double>{1, 1, 1, 0.5, 0.5, 0.5, 0.25}));
    config.data.validationFraction = 0;
    config.arguments.eval_strategy = "";
    EXPECT_THROW(validateSettings(config), Error);
}

TEST_F(Resume, AdaptersWithDropoutAreBitExact)
{
    RunConfig config = causal();
    config.arguments.lora_r = 4;
    config.arguments.lora_dropout = 0.2;
    config.arguments.lora_target_modules = "all-linear";
    config.arguments.lora_bias = "all";
    config.arguments.modules_to_save = "lm_head";
    expectBitExact(config, 4);
}

TEST_F(Resume, MaskedAdaptersWithTheBestAtTheEndAreBitExact)
{
    RunConfig config = masked();
    config.arguments.lora_r = 2;
    config.arguments.load_best_model_at_end = true;
    expectBitExact(config, 5);
}

TEST_F(Resume, FromAnOlderCheckpointDropsWhatCameAfter)
{
    RunConfig config = masked();
    config.arguments.output_dir = (m_root / "whole").string();
    KeptEvents events, again;
    runNow(config, events);
    fs::copy(m_root / "whole", m_root / "out", fs::copy_options::recursive);
    resumeNow(m_root / "out" / "checkpoint-3", again);
    ASSERT_EQ(again.all<ResumedEvent>().size(), 1u);
    EXPECT_EQ(again.all<ResumedEvent>()[0].fromStep, 3);
    expectSameEnd(again);
}

TEST_F(Resume, AKilledRunGoesOnFromItsLastCheckpoint)
{
    RunConfig config = causal();
    config.arguments.output_dir = (m_root / "whole").string();
    KeptEvents events, again;
    runNow(config, events);
    // What a kill after step 5 leaves: a torn journal, the checkpoint of step 3, half of a new one.
    const fs::path out = m_root / "out";
    fs::copy(m_root / "whole", out, fs::copy_options::recursive);
    for (const fs::directory_entry& entry : fs::directory_iterator(m_root / "whole")) {
        const std::string name = entry.path().filename().string();
        if (name.compare(0, 11, "checkpoint-") == 0 && name != "checkpoint-3")
            fs::remove_all(out / name);
    }
    fs::create_directory(out / ".checkpoint-6.partial-1-1");
    const std::string journal = readFile(out / "journal.jsonl");
    size_t cut = journal.find("\"step\":5");
    ASSERT_NE(cut, std::string::npos);
    std::ofstream(out / "journal.jsonl", std::ios::trunc) << journal.substr(0, cut + 20);
    EXPECT_EQ(summarizeRun(out).state, RunState::Interrupted);
    resumeNow(out, again);
    expectSameEnd(again);
    EXPECT_FALSE(fs::exists(out / ".checkpoint-6.partial-1-1"));
}

TEST_F(Resume, WithoutACheckpointBeginsAtTheStart)
{
    RunConfig config = masked();
    config.arguments.output_dir = (m_root / "whole").string();
    KeptEvents events, again;
    runNow(config, events);
    fs::create_directory(m_root / "out");
    for (const char* name : {"run.json", "passport.json"})
        fs::copy(m_root / "whole" / name, m_root / "out" / name);
    const std::string journal = readFile(m_root / "whole" / "journal.jsonl");
    writeFileAtomically(m_root / "out" / "journal.jsonl", journal.substr(0, journal.find("\"step\":2")));
    resumeNow(m_root / "out", again);
    expectSameEnd(again);
}

TEST_F(Resume, AFullDiskIsToldAndTheRunCanGoOn)
{
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    RunConfig config = causal();
    config.arguments.output_dir = (m_root / "whole").string();
    KeptEvents uninterrupted, first, second;
    runNow(config, uninterrupted);
    config.arguments.output_dir = (m_root / "out").string();
    first.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 5) {
            rlimit small = before; // the weights take more: the next checkpoint does not fit
            small.rlim_cur = 40000;
            setrlimit(RLIMIT_FSIZE, &small);
        }
    };
    runNow(config, first);
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(first.finished().reason, FinishReason::Failed);
    EXPECT_EQ(first.finished().errorCode, static_cast<int>(ErrorCode::OutOfResources));
    EXPECT_THAT(first.finished().message, HasSubstr("larger than this session"));
    EXPECT_TRUE(first.hasNotice(NoticeCode::OutOfResources));
    EXPECT_FALSE(fs::exists(m_root / "out" / "checkpoint-6"));
    EXPECT_FALSE(fs::exists(m_root / "out" / "model.safetensors"));
    for (const fs::directory_entry& entry : fs::directory_iterator(m_root / "out"))
        EXPECT_EQ(entry.path().filename().string().find(".partial"), std::string::npos) << entry.path();
    EXPECT_TRUE(summarizeRun(m_root / "out").canContinue);
    resumeNow(m_root / "out", second);
    expectSameEnd(second);
}

TEST_F(Resume, RefusesAnotherText)
{
    RunConfig config = causal();
    KeptEvents first, second;
    RunControl control;
    first.react = [&](const Event& event) {
        if (std::holds_alternative<StepEvent>(event))
            control.end(EndMode::Save);
    };
    runNow(config, first, control);
    std::ofstream(config.data.train[0], std::ios::app) << "{\"input_ids\": [1, 2], \"labels\": [1, 2]}\n";
    resumeNow(m_root / "out", second);
    EXPECT_EQ(second.finished().reason, FinishReason::Failed);
    EXPECT_EQ(second.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_THAT(second.finished().message, HasSubstr("is not what it was"));
}
