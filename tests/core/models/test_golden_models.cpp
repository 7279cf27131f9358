// SPDX-License-Identifier: GPL-3.0-or-later
// Logits, loss and gradients against transformers' own, from files as they are met on the hub.
#include "core/models/padded_batch.h"
#include "core/tensors/safetensors.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/tensor.h>

using namespace fettle;
using namespace fettle::test;

namespace
{

at::Tensor unpadded(const at::Tensor& logits, const PackedRows& packed)
{
    return logits.flatten(0, 1).index_select(0, at::tensor(packed.places, at::kLong));
}

class GoldenModels : public testing::TestWithParam<const char*>
{
};
class GoldenLayouts : public testing::TestWithParam<const char*>
{
};
class GoldenInitialisation : public testing::TestWithParam<const char*>
{
};

} // namespace

TEST_P(GoldenModels, LogitsLossAndGradients)
{
    const std::string folder = golden(GetParam());
    const auto model = loadModel(folder, {true, true, 42});
    const SafetensorsFile inputs(folder + "/inputs.safetensors"), outputs(folder + "/outputs.safetensors");
    const SafetensorsFile grads(folder + "/grads.safetensors");
    const PackedRows packed =
        packPadded({inputs.tensor("input_ids"), inputs.tensor("attention_mask"), inputs.tensor("labels"),
                    inputs.contains("token_type_ids") ? inputs.tensor("token_type_ids") : at::Tensor()},
                   model->facts().objective);
    EXPECT_LT(largestDifference(model->logits(packed.batch), unpadded(outputs.tensor("logits"), packed)), 2e-5);

    const double expected = outputs.tensor("loss").item<float>();
    const LossSum evaluated = model->evaluateBatch(packed.batch);
    EXPECT_EQ(evaluated.graded, packed.batch.gradedTokens);
    EXPECT_NEAR(evaluated.sum / evaluated.graded / expected, 1, 2e-6);
    const LossSum loss = model->gradientsOf(packed.batch, 1.0 / packed.batch.gradedTokens);
    EXPECT_NEAR(loss.sum / loss.graded / expected, 1, 2e-6);

    for (const auto& [name, info] : grads.tensors()) {
        const at::Tensor theirs = grads.tensor(name), ours = model->arena().parameter(name).grad;
        const double excess = ((ours - theirs).abs() - 1e-5 - 1e-4 * theirs.abs()).max().item<double>();
        EXPECT_LE(excess, 0) << name;
    }
    const Json norms = readJson(folder + "/grad_norms.json");
    EXPECT_EQ(norms.size(), model->arena().entries().size());
    for (const auto& [name, norm] : norms.items()) {
        const double theirs = norm.get<double>(), ours = model->arena().parameter(name).grad.norm().item<double>();
        EXPECT_NEAR(ours, theirs, 1e-5 + 1e-4 * theirs) << name;
    }

    // Gradients are added, times the scale: twice half of it is all of it, and again that.
    const at::Tensor before = model->arena().gradients().clone();
    for (int half = 0; half < 2; ++half)
        model->gradientsOf(packed.batch, 0.5 / packed.batch.gradedTokens);
    EXPECT_LT(largestDifference(model->arena().gradients(), before * 2), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenModels,
                         testing::Values("gpt2", "gpt2_relu_scaled", "bert_mlm", "llama_gqa", "llama_mha_tied",
                                         "roberta_mlm", "distilbert_mlm", "gpt_neox", "gpt_neox_sequential", "opt",
                                         "opt_postnorm_proj"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(GoldenLayouts, LoadAndComputeTheSame)
{
    const std::string folder = golden(GetParam());
    const auto model = loadModel(folder, {});
    const SafetensorsFile expected(folder + "/expected.safetensors");
    const PackedRows packed = packPadded({expected.tensor("input_ids"), {}, {}, {}}, model->facts().objective);
    EXPECT_LT(largestDifference(model->logits(packed.batch), unpadded(expected.tensor("logits"), packed)), 2e-5);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenLayouts,
                         testing::Values("gpt2_hub_keys", "bert_hub_keys", "llama_bf16", "llama_fp16", "llama_sharded",
                                         "llama_old_keys", "roberta_hub_keys", "bert_bin", "gpt2_legacy_bin",
                                         "llama_sharded_bin"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(GoldenInitialisation, DrawsTheSameWeightsFromTheSameSeed)
{
    const std::string folder = golden(GetParam());
    LoadOptions options;
    options.seed = 1900;
    const auto model = loadModel("random:" + folder, options);
    const SafetensorsFile expected(folder + "/model.safetensors");
    EXPECT_EQ(expected.tensors().size(), model->arena().entries().size());
    for (const auto& [name, info] : expected.tensors())
        EXPECT_LT(largestDifference(model->arena().parameter(name).value, expected.tensor(name)), 1e-7) << name;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenInitialisation,
                         testing::Values("from_config_gpt2", "from_config_bert", "from_config_llama"),
                         [](const auto& test) { return std::string(test.param); });
