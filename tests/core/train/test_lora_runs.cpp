// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that train adapters (LoRA): what they write, what they leave alone, and what can be done with it.
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/models/inspect.h"
#include "core/models/model.h"
#include "core/runs/checkpoints.h"
#include "core/runs/run_folder.h"
#include "core/session.h"
#include "core/train/export_model.h"
#include "core/train/lora_arguments.h"
#include "core/train/resource_needs.h"
#include "core/train/run_request.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/max.h>
#include <ATen/ops/sub.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class LoraRuns : public RunFixture
{
protected:
    RunConfig config()
    {
        RunConfig made = recordedConfig("gpt2_cosine");
        made.arguments.lora_r = 4;
        made.arguments.lora_alpha = 8;
        made.arguments.learning_rate = 5e-3;
        made.arguments.save_strategy = "steps";
        made.arguments.save_steps = 2;
        made.arguments.max_steps = 4;
        made.data.validationFraction = 0.2;
        return made;
    }
    static std::set<std::string> namesIn(const fs::path& folder)
    {
        std::set<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename().string());
        return names;
    }
    static PackedBatch batch()
    {
        PackedBatch batch;
        batch.inputIds = {5, 17, 60, 3, 44, 9};
        batch.positionIds = {0, 1, 2, 3, 4, 5};
        batch.cuSeqlens = {0, 6};
        return batch;
    }
    static double distance(const fs::path& a, const fs::path& b)
    {
        const auto first = loadModel(a.string(), {}), second = loadModel(b.string(), {});
        const at::Tensor logits = first->logits(batch()).clone();
        return at::max(at::abs(at::sub(second->logits(batch()), logits))).item<double>();
    }
    std::string refusal(RunConfig wanted)
    {
        try {
            wanted.arguments.output_dir = (m_root / "refused").string();
            requestNewRun(wanted);
        } catch (const Error& error) {
            EXPECT_FALSE(fs::exists(m_root / "refused"));
            return error.subject() + ": " + error.message();
        }
        return "";
    }
};

} // namespace

TEST_F(LoraRuns, WriteAdaptersAlone)
{
    KeptEvents events;
    const std::map<std::string, at::Tensor> before = tensorsOf(makeModel("gpt2_cosine") / "model.safetensors");
    runNow(config(), events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    const fs::path out = m_root / "out", checkpoint = out / "checkpoint-2";
    EXPECT_EQ(namesIn(checkpoint),
              (std::set<std::string>{"adapter_config.json", "adapter_model.safetensors", "fettle_state.json",
                                     "merges.txt", "optimizer.safetensors", "trainer_state.json", "vocab.json"}));
    EXPECT_FALSE(fs::exists(out / "model.safetensors"));
    EXPECT_FALSE(fs::exists(out / "config.json"));
    EXPECT_TRUE(RunFolder(out).hasWeights());
    const Json written = readJson(out / "adapter_config.json");
    EXPECT_EQ(written["base_model_name_or_path"], (m_root / "model").string());
    EXPECT_EQ(written["target_modules"], Json{"c_attn"});
    EXPECT_EQ(written["r"], 4);
    EXPECT_EQ(written["fan_in_fan_out"], true);
    EXPECT_EQ(written["task_type"], "CAUSAL_LM");

    // The base lies there as it was, and what was learnt is the adapter.
    const auto after = tensorsOf(m_root / "model" / "model.safetensors");
    for (const auto& [name, value] : before)
        EXPECT_TRUE(value.equal(after.at(name))) << name;
    EXPECT_GT(distance(m_root / "model", out), 1e-4);
    const Json passport = readJson(out / "passport.json");
    EXPECT_GT(passport["model"]["parameters"], passport["model"]["trained_parameters"]);
    const auto moments = tensorsOf(checkpoint / "optimizer.safetensors");
    for (const auto& [name, value] : moments)
        EXPECT_THAT(name, HasSubstr(".lora_")) << name;
}

TEST_F(LoraRuns, LearnFurtherAndCanBeExported)
{
    KeptEvents first, second;
    runNow(config(), first);
    ASSERT_EQ(first.finished().reason, FinishReason::Done) << first.finished().message;
    RunConfig further = config();
    further.model = (m_root / "out").string();
    further.arguments.lora_r = 0; // the adapter's own
    further.arguments.output_dir = (m_root / "further").string();
    runNow(further, second);
    ASSERT_EQ(second.finished().reason, FinishReason::Done) << second.finished().message;
    EXPECT_NEAR(second.all<EvalEvent>().front().loss, first.all<EvalEvent>().back().loss, 1e-6);
    EXPECT_EQ(readJson(m_root / "further" / "adapter_config.json")["base_model_name_or_path"],
              (m_root / "model").string());
    EXPECT_GT(distance(m_root / "out", m_root / "further"), 1e-5);

    exportModel((m_root / "further").string(), ExportKind::Adapter, m_root / "adapter");
    exportModel((m_root / "further").string(), ExportKind::Merged, m_root / "merged");
    EXPECT_TRUE(
        sameBits(m_root / "adapter" / "adapter_model.safetensors", m_root / "further" / "adapter_model.safetensors"));
    EXPECT_EQ(distance(m_root / "adapter", m_root / "further"), 0);
    EXPECT_LT(distance(m_root / "merged", m_root / "further"), 2e-5);
    EXPECT_EQ(inspectModel((m_root / "merged").string()).adapterParameters, 0);
    for (const char* name : {"vocab.json", "merges.txt", "config.json", "generation_config.json"})
        EXPECT_TRUE(fs::exists(m_root / "merged" / name)) << name;
    EXPECT_THROW(exportModel((m_root / "further").string(), ExportKind::Merged, m_root / "merged"), Error);
    EXPECT_THROW(exportModel((m_root / "model").string(), ExportKind::Merged, m_root / "again"), Error);
    EXPECT_FALSE(fs::exists(m_root / "again"));
}

TEST_F(LoraRuns, AHeadThatLearnsIsUntiedWhenMerged)
{
    KeptEvents events;
    RunConfig wanted = config();
    wanted.arguments.modules_to_save = "lm_head";
    runNow(wanted, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    exportModel((m_root / "out").string(), ExportKind::Merged, m_root / "merged");
    EXPECT_EQ(readJson(m_root / "merged" / "config.json")["tie_word_embeddings"], false);
    EXPECT_LT(distance(m_root / "merged", m_root / "out"), 2e-5);
}

TEST_F(LoraRuns, WithDoraTheWeightsSizesLearnToo)
{
    KeptEvents events, cut, resumed;
    RunConfig wanted = config();
    wanted.arguments.use_dora = true;
    wanted.arguments.lora_dropout = 0.1;
    runNow(wanted, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(readJson(m_root / "out" / "adapter_config.json")["use_dora"], true);
    const std::string magnitude = "base_model.model.transformer.h.0.attn.c_attn.lora_magnitude_vector";
    EXPECT_TRUE(tensorsOf(m_root / "out" / "adapter_model.safetensors").contains(magnitude));
    exportModel((m_root / "out").string(), ExportKind::Merged, m_root / "merged");
    EXPECT_LT(distance(m_root / "merged", m_root / "out"), 2e-5);

    // Cut off and resumed it learns the same, and its layers computed twice do.
    RunControl control;
    cut.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 2)
            control.end(EndMode::Save);
    };
    RunConfig again = wanted;
    again.arguments.output_dir = (m_root / "again").string();
    again.arguments.gradient_checkpointing = true;
    runNow(again, cut, control);
    resumeNow(m_root / "again", resumed);
    ASSERT_EQ(resumed.finished().reason, FinishReason::Done) << resumed.finished().message;
    const auto first = tensorsOf(m_root / "out" / "adapter_model.safetensors"),
               second = tensorsOf(m_root / "again" / "adapter_model.safetensors");
    for (const auto& [name, value] : first)
        EXPECT_LT(at::max(at::abs(at::sub(second.at(name), value))).item<double>(), 1e-6) << name;

    // What is an adapter already stays of its kind.
    wanted.model = (m_root / "out").string();
    wanted.arguments.use_dora = false;
    EXPECT_THAT(refusal(wanted), HasSubstr("is an adapter already, of rank 4 and alpha 8, with DoRA"));
}

TEST_F(LoraRuns, RefuseInWords)
{
    RunConfig wanted = config();
    wanted.arguments.lora_target_modules = "q_proj";
    EXPECT_THAT(refusal(wanted), HasSubstr("lora_target_modules: "));
    wanted = config();
    wanted.arguments.modules_to_save = "score";
    EXPECT_THAT(refusal(wanted), HasSubstr("modules_to_save: "));
    wanted = config();
    wanted.model = "random:" + wanted.model;
    EXPECT_THAT(refusal(wanted), HasSubstr("lora_r: "));
}

TEST_F(LoraRuns, GoOnOnTheBaseThatTheyBeganWith)
{
    KeptEvents events, resumed;
    RunControl control;
    events.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 2)
            control.end(EndMode::Save);
    };
    runNow(config(), events, control);
    Json changed = readJson(m_root / "model" / "config.json");
    changed["resid_pdrop"] = 0.5;
    writeJson(m_root / "model" / "config.json", changed);
    resumeNow(m_root / "out", resumed);
    EXPECT_EQ(resumed.finished().reason, FinishReason::Failed);
    EXPECT_THAT(resumed.finished().message, HasSubstr("config.json is not what it was when the run began"));
}

TEST_F(LoraRuns, TakeLessMemoryAndDisk)
{
    RunConfig wanted = config();
    const ModelFacts whole = describeModel(wanted.model),
                     adapted = describeModel(wanted.model, loraOf(wanted.arguments));
    EXPECT_EQ(adapted.parameters - adapted.adapterParameters, whole.parameters);
    EXPECT_EQ(adapted.trainedParameters(), adapted.adapterParameters);
    EXPECT_EQ(whole.trainedParameters(), whole.parameters);
    const StepTiming timing(wanted, 4, 4, true);
    const ResourceNeeds less = resourceNeeds(adapted, wanted, timing, {10, 12, true}),
                        more = resourceNeeds(whole, wanted, timing, {10, 12, true});
    EXPECT_LT(less.memoryBytes, more.memoryBytes);
    EXPECT_LT(less.checkpointBytes, more.checkpointBytes);
    EXPECT_LT(less.diskBytes, more.diskBytes);
}
