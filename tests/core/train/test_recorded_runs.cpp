// SPDX-License-Identifier: GPL-3.0-or-later
// Whole runs against those that transformers' Trainer did: loss, gradient norm, learning rate of every step, weights.
#include "tests/core/train/run_fixture.h"

#include "core/runs/run_summary.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/max.h>
#include <ATen/ops/sub.h>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace fettle;
using namespace fettle::test;

namespace
{

constexpr double relative = 1e-5;
constexpr double weightTolerance = 2e-5;
/// Zero in exact arithmetic: Adam makes steps of order lr out of rounding noise.
constexpr double keyBiasTolerance = 1e-3;

/// Of a run's gradient norms, and of the biases of queries, keys and values.
struct Tolerance {
    double norm = relative, biases = weightTolerance, keyBiases = keyBiasTolerance;
    /// One element of a parameter whose first gradient is rounding noise by chance.
    std::string noisyName;
    int64_t noisyElement = -1;
    double noisy = 0;
};

class RecordedRun : public RunFixture
{
protected:
    /// Loss that the recorded micro-batches of one step returned; none where all were without a graded token.
    static std::optional<double> windowLoss(const Json& microBatches, size_t begin, size_t end)
    {
        double sum = 0;
        bool any = false;
        for (size_t i = begin; i < end; ++i)
            if (!microBatches[i]["loss"].is_null()) {
                sum += microBatches[i]["loss"].get<double>();
                any = true;
            }
        return any ? std::optional(sum) : std::nullopt;
    }

    static void expectSteps(const KeptEvents& events, const Json& expected, const Tolerance& tolerance = {})
    {
        const std::vector<StepEvent> steps = events.all<StepEvent>();
        ASSERT_EQ(steps.size(), expected["steps"].size());
        size_t begin = 0;
        for (size_t i = 0; i < steps.size(); ++i) {
            const Json& step = expected["steps"][i];
            const auto end = step["micro_batches"].get<size_t>();
            const std::optional<double> loss = windowLoss(expected["micro_batches"], begin, end);
            ASSERT_EQ(steps[i].loss.has_value(), loss.has_value()) << "step " << i + 1;
            if (loss) {
                EXPECT_NEAR(*steps[i].loss, *loss, relative * *loss) << "step " << i + 1;
            }
            if (!step["grad_norm"].is_null()) { // not recorded where nothing is clipped
                const double norm = step["grad_norm"].get<double>();
                EXPECT_NEAR(steps[i].gradNorm, norm, tolerance.norm * norm) << "step " << i + 1;
            }
            EXPECT_EQ(steps[i].learningRate, step["lr"].get<double>()) << "step " << i + 1;
            begin = end;
        }
    }

    static void expectWeights(const fs::path& file, const fs::path& recorded, const Tolerance& allowed = {})
    {
        const auto ours = tensorsOf(file), theirs = tensorsOf(recorded);
        for (const auto& [name, value] : theirs) {
            const auto found = ours.find(name);
            ASSERT_NE(found, ours.end()) << name;
            at::Tensor off = at::abs(at::sub(found->second, value));
            double tolerance = weightTolerance;
            if (name.find("c_attn.bias") != std::string::npos) { // its middle third belongs to the keys
                const int64_t third = off.numel() / 3;
                EXPECT_LT(at::max(off.narrow(0, third, third)).item<float>(), allowed.keyBiases) << name;
                off.narrow(0, third, third).zero_();
                tolerance = allowed.biases;
            } else if (name.find("key.bias") != std::string::npos) {
                tolerance = keyBiasTolerance;
            } else if (name == allowed.noisyName) {
                const at::Tensor element = off.view(-1)[allowed.noisyElement];
                EXPECT_LT(element.item<float>(), allowed.noisy) << name;
                element.zero_();
            }
            EXPECT_LT(at::max(off).item<float>(), tolerance) << name;
        }
    }

    void expectRecorded(const std::string& run, const std::string& reduction = "tokens",
                        const Tolerance& tolerance = {})
    {
        RunConfig config = recordedConfig(run);
        config.arguments.loss_reduction = reduction;
        KeptEvents events;
        runNow(config, events);
        ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
        expectSteps(events, readJson(golden(run) / "expected.json"), tolerance);
        expectWeights(m_root / "out" / "model.safetensors", golden(run) / "final.safetensors", tolerance);
    }
};

} // namespace

// Called as the folders of tests/golden/train.
TEST_F(RecordedRun, gpt2_linear_ga2)
{
    expectRecorded("gpt2_linear_ga2");
}

TEST_F(RecordedRun, gpt2_cosine)
{
    expectRecorded("gpt2_cosine");
}

TEST_F(RecordedRun, gpt2_adam_opts)
{
    expectRecorded("gpt2_adam_opts");
}

TEST_F(RecordedRun, gpt2_label_smoothing)
{
    expectRecorded("gpt2_label_smoothing");
}

TEST_F(RecordedRun, gpt2_sgd)
{
    expectRecorded("gpt2_sgd");
}

TEST_F(RecordedRun, gpt2_adafactor)
{
    // Adafactor makes steps of order lr out of the keys' rounding noise and shortens a parameter's step by what all of
    // it changes: the noise reaches the biases beside them, and the next gradients. transformers' own Adafactor, on
    // torch 2.13 instead of 1.13, is up to 7e-5 (norms) and 1.5e-2 (keys) from this record.
    Tolerance tolerance;
    tolerance.norm = 2e-4;
    tolerance.biases = 3e-4;
    tolerance.keyBiases = 0.05;
    expectRecorded("gpt2_adafactor", "tokens", tolerance);
}

TEST_F(RecordedRun, gpt2_drop_last)
{
    expectRecorded("gpt2_drop_last");
}

TEST_F(RecordedRun, gpt2_fractional_epochs)
{
    expectRecorded("gpt2_fractional_epochs");
}

TEST_F(RecordedRun, gpt2_max_steps_small_epoch)
{
    expectRecorded("gpt2_max_steps_small_epoch");
}

TEST_F(RecordedRun, llama_prompt_mask_ga1)
{
    expectRecorded("llama_prompt_mask_ga1");
}

TEST_F(RecordedRun, llama_prompt_mask_ga2)
{
    // The first gradient of this one element is 4.5e-8, near Adam's epsilon: what the order of a sum changes in it,
    // 1e-9, is seen in the step. The record itself is 1.3e-5 from the same run in double precision there, transformers
    // on another processor 5e-6 from the record; in every other element both are within 6e-7.
    Tolerance tolerance;
    tolerance.noisyName = "model.layers.0.mlp.gate_proj.weight";
    tolerance.noisyElement = 457;
    tolerance.noisy = 1e-4;
    expectRecorded("llama_prompt_mask_ga2", "tokens", tolerance);
}

TEST_F(RecordedRun, bert_mlm_linear_ga2)
{
    expectRecorded("bert_mlm_linear_ga2", "micro_batches");
}

TEST_F(RecordedRun, bert_mlm_nan_batches)
{
    expectRecorded("bert_mlm_nan_batches");
}

TEST_F(RecordedRun, bert_mlm_nan_batches_ga2)
{
    expectRecorded("bert_mlm_nan_batches_ga2", "micro_batches");
}

TEST_F(RecordedRun, gpt2_save_rotate_best)
{
    const std::string run = "gpt2_save_rotate_best";
    RunConfig config = recordedConfig(run);
    config.data.validation = writeRows(run, "eval").string();
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    expectSteps(events, readJson(golden(run) / "expected.json"));
    const fs::path out = m_root / "out";
    for (int step = 2; step <= 12; step += 2)
        EXPECT_EQ(fs::exists(out / ("checkpoint-" + std::to_string(step))), step == 2 || step == 12) << step;
    expectWeights(out / "model.safetensors", golden(run) / "final.safetensors");
    const Json state = readJson(out / "checkpoint-12" / "trainer_state.json");
    EXPECT_EQ(state["best_global_step"], 2);
    EXPECT_EQ(state["best_model_checkpoint"], (out / "checkpoint-2").string());
}

TEST_F(RecordedRun, TokenMeanOfAccumulatedMaskedBatchesIsThatOfTheJoinedBatch)
{
    // Rows that say themselves what is graded: the same tokens whether a step is one batch of eight or two of four.
    const Json dataset = readJson(golden("bert_mlm_linear_ga2") / "dataset.json");
    std::string lines;
    int64_t count = 0;
    for (Json row : dataset["train"]) {
        row["labels"] = Json::array();
        for (size_t i = 0; i < row["input_ids"].size(); ++i) {
            const bool graded =
                i > 0 && i + 1 < row["input_ids"].size() && (i * 7 + static_cast<size_t>(count)) % 5 < 2;
            row["labels"].push_back(graded ? row["input_ids"][i].get<int>() : -100);
            if (graded)
                row["input_ids"][i] = 4;
        }
        lines += row.dump() + "\n";
        ++count;
    }
    RunConfig config = recordedConfig("bert_mlm_linear_ga2");
    config.data.train = {(m_root / "graded.jsonl").string()};
    writeFileAtomically(m_root / "graded.jsonl", lines);
    KeptEvents accumulated, joined;
    runNow(config, accumulated);
    config.arguments.per_device_train_batch_size = 8;
    config.arguments.gradient_accumulation_steps = 1;
    config.arguments.output_dir = (m_root / "joined").string();
    runNow(config, joined);
    const auto a = accumulated.all<StepEvent>(), b = joined.all<StepEvent>();
    ASSERT_EQ(a.size(), b.size());
    ASSERT_GT(a.size(), 0u);
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].gradedTokens, b[i].gradedTokens);
        EXPECT_NEAR(*a[i].loss, *b[i].loss, relative * *b[i].loss) << i;
        EXPECT_NEAR(a[i].gradNorm, b[i].gradNorm, relative * b[i].gradNorm) << i;
    }
}
