// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints written for transformers' Trainer: what it goes on from is what a run goes on from. (That Trainer reads
// them is for tests/interop/check_export.py.)
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/tensors/torch_file.h"
#include "core/train/export_model.h"
#include "core/train/perform_run.h"
#include "core/train/run_request.h"

#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class TrainerCheckpoint : public RunFixture
{
protected:
    RunConfig config(const std::string& run = "gpt2_linear_ga2")
    {
        RunConfig made = recordedConfig(run);
        made.arguments.num_train_epochs = 3;
        made.arguments.save_strategy = "steps";
        made.arguments.save_steps = 3;
        made.arguments.logging_steps = 1;
        made.arguments.weight_decay = 0.01;
        return made;
    }
    void run(const RunConfig& config)
    {
        KeptEvents events;
        runNow(config, events);
        ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    }
    fs::path handOver(const fs::path& from)
    {
        fs::remove_all(m_root / "handed");
        exportModel(from.string(), ExportKind::HuggingFace, m_root / "handed");
        return m_root / "handed";
    }
    /// A run to the end; and another that goes on from what was exported of its third step, as from Trainer's.
    void expectSameEnd(RunConfig config)
    {
        const fs::path whole = m_root / "whole", further = m_root / "further";
        fs::remove_all(whole);
        fs::remove_all(further);
        config.arguments.output_dir = whole.string();
        run(config);
        const fs::path handed = handOver(whole / "checkpoint-3");
        EXPECT_FALSE(fs::exists(handed / "fettle_state.json") || fs::exists(handed / "optimizer.safetensors"));
        config.arguments.output_dir = further.string();
        KeptEvents events;
        RunControl control;
        performRun(requestForeignResume(config, handed), events, control);
        ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
        EXPECT_FALSE(events.hasNotice(NoticeCode::ForeignCheckpoint)) << "the folder says what the run file says";
        EXPECT_EQ(events.all<StepEvent>().front().step, 4);
        const char* weights = config.arguments.lora_r > 0 ? "adapter_model.safetensors" : "model.safetensors";
        EXPECT_TRUE(sameBits(further / weights, whole / weights));
    }
    std::string refusal(const fs::path& of)
    {
        try {
            exportModel(of.string(), ExportKind::HuggingFace, m_root / "refused");
        } catch (const Error& error) {
            EXPECT_FALSE(fs::exists(m_root / "refused"));
            return error.message();
        }
        ADD_FAILURE() << "it was written";
        return {};
    }
};

} // namespace

TEST_F(TrainerCheckpoint, CarriesEveryOptimizer)
{
    for (const auto& [optim, options] : {std::pair{"adamw_torch", ""},
                                         {"adamw_torch_fused", ""},
                                         {"sgd", "momentum=0.9,nesterov=true"},
                                         {"sgd", ""},
                                         {"adafactor", ""},
                                         {"adagrad", "lr_decay=0.1"},
                                         {"lion_32bit", ""},
                                         {"rmsprop", "centered=true,momentum=0.5"}}) {
        SCOPED_TRACE(std::string(optim) + " " + options);
        RunConfig made = config();
        made.arguments.optim = optim;
        made.arguments.optim_args = options;
        expectSameEnd(made);
    }
}

TEST_F(TrainerCheckpoint, CarriesBlocksOf8BitsAsBitsandbytesKeepsThem)
{
    RunConfig made = config();
    Json model = readJson(m_root / "model" / "config.json");
    model["n_embd"] = 96; // wide enough for blocks
    writeJson(m_root / "model" / "config.json", model);
    made.model = "random:" + made.model;
    made.arguments.optim = "adamw_8bit";
    expectSameEnd(made);
    const TorchValue optimizer = readTorchFile(m_root / "handed" / "optimizer.pt");
    const TorchValue* first = optimizer.find("state")->find(int64_t(0)); // the words' embedding
    EXPECT_EQ(first->find("state1")->tensor()->scalar_type(), at::kFloat);
    const TorchValue* second = optimizer.find("state")->find(int64_t(2)); // a matrix
    EXPECT_EQ(second->find("state1")->tensor()->scalar_type(), at::kByte);
    EXPECT_EQ(second->find("qmap1")->tensor()->numel(), 256);
    made.arguments.optim = "adamw_torch_8bit";
    fs::remove_all(made.arguments.output_dir);
    run(made);
    EXPECT_THAT(refusal(fs::path(made.arguments.output_dir) / "checkpoint-3"), HasSubstr("torchao"));
}

TEST_F(TrainerCheckpoint, CarriesAdaptersAndARateThatFollowsTheChecks)
{
    RunConfig made = config("gpt2_cosine");
    made.arguments.lora_r = 2;
    made.arguments.lora_bias = "all";
    made.data.validationFraction = 0.2;
    made.arguments.eval_strategy = "steps";
    made.arguments.eval_steps = 1;
    made.arguments.lr_scheduler_type = "reduce_lr_on_plateau";
    setArgument(made.arguments, "lr_scheduler_kwargs", Json{{"factor", 0.5}, {"patience", 1}, {"threshold", 0.9}});
    expectSameEnd(made);
    EXPECT_TRUE(fs::exists(m_root / "handed" / "adapter_config.json"));
}

TEST_F(TrainerCheckpoint, CarriesMaskedModels)
{
    expectSameEnd(config("bert_mlm_linear_ga2"));
}

TEST_F(TrainerCheckpoint, OfARunIsItsNewest)
{
    run(config());
    const fs::path out = m_root / "out";
    const int64_t last = readJson(handOver(out) / "trainer_state.json")["max_steps"].get<int64_t>();
    EXPECT_EQ(readJson(m_root / "handed" / "trainer_state.json")["global_step"], last);
    const TorchValue schedule = readTorchFile(m_root / "handed" / "scheduler.pt");
    EXPECT_EQ(schedule.find("last_epoch")->number(0), static_cast<double>(last));
    EXPECT_EQ((*schedule.find("_last_lr")->list())[0].number(1), 0) << "linear ends there";
}

TEST_F(TrainerCheckpoint, WhatIsNoneIsRefused)
{
    run(config());
    const fs::path out = m_root / "out", handed = handOver(out / "checkpoint-3");
    EXPECT_THAT(refusal(m_root / "model"), HasSubstr("is no run with a checkpoint, and no checkpoint"));
    EXPECT_THAT(refusal(handed), HasSubstr("is a checkpoint of transformers' Trainer already"));
    EXPECT_THROW(exportModel(out.string(), ExportKind::HuggingFace, handed), Error) << "nothing is overwritten";
    fs::create_directory(m_root / "apart");
    fs::copy(out / "checkpoint-3", m_root / "apart" / "checkpoint-3", fs::copy_options::recursive);
    EXPECT_THAT(refusal(m_root / "apart" / "checkpoint-3"), HasSubstr("lies apart from its run"));
    std::ofstream(out / "checkpoint-3" / "optimizer.safetensors", std::ios::app) << "x";
    EXPECT_THAT(refusal(out / "checkpoint-3"), HasSubstr("optimizer.safetensors has"));
}
