// SPDX-License-Identifier: GPL-3.0-or-later
// Finding, describing, loading and saving model folders, and what is said of broken ones.
#include "core/base/error.h"
#include "core/models/inspect.h"
#include "core/models/padded_batch.h"
#include "core/tensors/safetensors.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using testing::HasSubstr;

namespace
{

template <typename Run>
std::string modelProblem(const Run& run)
{
    try {
        run();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_EQ(error.subject(), "model");
        return error.what();
    }
    return "";
}

std::string configProblem(Json config)
{
    TemporaryFolder folder;
    folder.write("config.json", config.dump());
    return modelProblem([&] { loadModel("random:" + folder.path().string(), {}); });
}

Json with(Json config, const char* key, const Json& value)
{
    config[key] = value;
    return config;
}

} // namespace

TEST(ModelFiles, AnEntryDescribesTheFolder)
{
    const ModelFacts entry = inspectModel(golden("llama_bf16"));
    EXPECT_EQ(entry.name, "llama_bf16");
    EXPECT_EQ(entry.modelType, "llama");
    EXPECT_EQ(entry.architecture, "LLaMA");
    EXPECT_EQ(entry.objective, Objective::Causal);
    EXPECT_EQ(entry.vocabularySize, 96);
    EXPECT_EQ(entry.contextLength, 32);
    EXPECT_EQ(entry.layers, 2);
    EXPECT_EQ(entry.hiddenSize, 32);
    EXPECT_EQ(entry.heads, 4);
    EXPECT_EQ(entry.dtype, "BF16");
    EXPECT_EQ(entry.parameters, 23200);
    EXPECT_EQ(entry.bytesOnDisk, 2 * 23200u);
    EXPECT_FALSE(entry.randomWeights);
    EXPECT_GT(entry.trainingBytes, 16u * 23200);
    const ModelFacts bert = inspectModel(golden("bert_mlm") + "/");
    EXPECT_EQ(bert.name, "bert_mlm");
    EXPECT_EQ(bert.objective, Objective::Masked);
}

TEST(ModelFiles, TheTokensThatPeopleWriteAreTheTokenizersOwn)
{
    EXPECT_EQ(inspectModel("bundled:nano-bert").maskToken, "[MASK]");
    EXPECT_EQ(inspectModel("bundled:nano-gpt").maskToken, "");
    EXPECT_NE(inspectModel("bundled:nano-gpt").endToken, "");
    TemporaryFolder folder;
    folder.write("config.json", smallConfig("bert").dump());
    folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n<mask>\na\n");
    folder.write("tokenizer_config.json", "{\"mask_token\": \"<mask>\"}");
    EXPECT_EQ(inspectModel("random:" + folder.path().string()).maskToken, "<mask>");
    EXPECT_EQ(inspectModel("random:" + golden("bert_mlm")).maskToken, ""); // no tokenizer: described all the same
}

TEST(ModelFiles, WhatIsMissingIsNamed)
{
    TemporaryFolder folder;
    const std::string path = folder.path().string();
    EXPECT_THAT(modelProblem([&] { inspectModel(path + "/none"); }), HasSubstr("There is no model folder"));
    EXPECT_THAT(modelProblem([&] { inspectModel("hub:gpt2"); }), HasSubstr("hub"));
    EXPECT_THAT(modelProblem([&] { inspectModel("bundled:no-such-model"); }), HasSubstr("no-such-model"));
    EXPECT_THAT(modelProblem([&] { inspectModel("bundled:../models"); }), HasSubstr("../models"));
    EXPECT_THAT(modelProblem([&] { inspectModel(path); }), HasSubstr("no config.json"));
    folder.write("config.json", "{\"model_type\": \"t5\"}");
    EXPECT_THAT(modelProblem([&] { inspectModel(path); }), HasSubstr("\"t5\" is not supported"));
    try {
        inspectModel(path);
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("gpt2, bert, llama, mistral")); // those that are known
    }
    folder.write("config.json", "{");
    EXPECT_THAT(modelProblem([&] { inspectModel(path); }), HasSubstr("line 1"));
    folder.write("config.json", smallConfig("gpt2").dump());
    EXPECT_THAT(modelProblem([&] { inspectModel(path); }), HasSubstr("no model.safetensors"));
    writeSafetensors(folder.path() / "model.safetensors", {{"wte.weight", at::zeros({90, 40})}});
    EXPECT_THAT(modelProblem([&] { loadModel(path, {}); }), HasSubstr("lack transformer.wpe.weight"));
    writeSafetensors(folder.path() / "model.safetensors", {{"wte.weight", at::zeros({91, 40})}});
    EXPECT_THAT(modelProblem([&] { loadModel(path, {}); }), HasSubstr("wte.weight has the shape [91, 40]"));
}

TEST(ModelFiles, QuantizedWeightsAreRefusedByTheirKind)
{
    // What transformers 5.24 writes for BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4").
    const Json nf4{{"_load_in_4bit", true},        {"_load_in_8bit", false},
                   {"bnb_4bit_quant_type", "nf4"}, {"bnb_4bit_compute_dtype", "float32"},
                   {"load_in_4bit", true},         {"quant_method", "bitsandbytes"}};
    TemporaryFolder folder;
    const std::string path = folder.path().string();
    writeSafetensors(folder.path() / "model.safetensors", {{"wte.weight", at::zeros({90, 40})}});
    const auto problem = [&](const Json& quantization) {
        folder.write("config.json", with(smallConfig("gpt2"), "quantization_config", quantization).dump());
        return modelProblem([&] { inspectModel(path); });
    };
    const std::string said = problem(nf4);
    EXPECT_THAT(said, HasSubstr("quantized (quant_method = bitsandbytes), which is not supported"));
    EXPECT_THAT(said, HasSubstr(path));
    EXPECT_EQ(modelProblem([&] { loadModel(path, {}); }), said);
    EXPECT_THAT(problem({{"bits", 4}}), HasSubstr("quant_method = not named"));
    try {
        inspectModel(path);
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("in 16 or 32 bits"));
    }
}

TEST(ModelFiles, UnsupportedConfigurationsAreNamed)
{
    const Json gpt2 = smallConfig("gpt2"), bert = smallConfig("bert"), llama = smallConfig("llama");
    EXPECT_EQ(configProblem(gpt2), "");
    EXPECT_THAT(configProblem(with(gpt2, "activation_function", "mish")), HasSubstr("mish"));
    EXPECT_THAT(configProblem(with(gpt2, "n_head", 7)), HasSubstr("n_embd = 40 cannot be shared out among n_head = 7"));
    EXPECT_THAT(configProblem(with(gpt2, "n_layer", 0)), HasSubstr("n_layer"));
    EXPECT_THAT(configProblem(with(gpt2, "resid_pdrop", 1.5)), HasSubstr("resid_pdrop"));
    EXPECT_THAT(configProblem(with(bert, "position_embedding_type", "relative_key")), HasSubstr("relative_key"));
    EXPECT_THAT(configProblem(with(bert, "is_decoder", true)), HasSubstr("is_decoder"));
    EXPECT_EQ(configProblem(with(llama, "rope_scaling", {{"type", "linear"}, {"factor", 2.0}})), "");
    EXPECT_THAT(configProblem(with(llama, "rope_scaling", {{"type", "linear"}})), HasSubstr("factor"));
    EXPECT_THAT(configProblem(with(llama, "rope_parameters", {{"rope_type", "llama3"}, {"factor", 8.0}})),
                HasSubstr("low_freq_factor"));
    EXPECT_THAT(configProblem(with(llama, "rope_parameters", {{"rope_type", "mrope"}})), HasSubstr("mrope"));
    EXPECT_THAT(configProblem(with(llama, "rope_scaling", "linear")), HasSubstr("rope_scaling"));
    EXPECT_THAT(configProblem(with(llama, "rope_theta", -1)), HasSubstr("rope_theta"));
    EXPECT_THAT(configProblem(with(llama, "rope_scaling", {{"type", "longrope"}, {"short_factor", {1.0}}})),
                HasSubstr("short_factor has 1 numbers; 5"));
    EXPECT_THAT(configProblem(with(smallConfig("phi"), "partial_rotary_factor", 0.5)), HasSubstr("10, 5"));
    EXPECT_THAT(configProblem(with(smallConfig("opt"), "layer_norm_elementwise_affine", false)),
                HasSubstr("layer_norm_elementwise_affine"));
    EXPECT_THAT(configProblem(with(smallConfig("gpt_neo"), "attention_types", {"global"})),
                HasSubstr("attention_types"));
    const Json deberta = smallConfig("deberta-v2");
    EXPECT_EQ(configProblem(with(deberta, "pos_att_type", "P2C | c2p")), "");
    EXPECT_THAT(configProblem(with(deberta, "pos_att_type", 2)), HasSubstr("pos_att_type = 2"));
    EXPECT_THAT(configProblem(with(deberta, "conv_kernel_size", 3)), HasSubstr("conv_kernel_size = 3"));
    EXPECT_THAT(configProblem(with(deberta, "position_buckets", 400)),
                HasSubstr("position_buckets = 400 with max_relative_positions = 120"));
    EXPECT_THAT(configProblem(with(deberta, "legacy", false)), HasSubstr("embedding_size = 24 with legacy = false"));
    EXPECT_EQ(configProblem(with(llama, "rope_parameters", {{"rope_type", "default"}, {"rope_theta", 5e5}})), "");
    EXPECT_THAT(configProblem(with(llama, "hidden_act", "mish")), HasSubstr("hidden_act"));
    EXPECT_THAT(configProblem(with(llama, "num_key_value_heads", 3)), HasSubstr("3"));
}

TEST(ModelFiles, WindowsAreOfTheLayersThatTransformersGivesThem)
{
    const auto factsOf = [](const Json& config) {
        Blueprint plan;
        buildNetwork(findArchitecture(config, "test"), config, plan);
        return plan.facts;
    };
    // The width of both layers' queries is 40.
    const auto expect = [&](const Json& config, int64_t windowed, int64_t window) {
        const ModelFacts facts = factsOf(config);
        EXPECT_EQ(facts.work.windowWidth, 40 * windowed);
        EXPECT_EQ(facts.work.pairWidth, 40 * (2 - windowed));
        EXPECT_EQ(facts.work.window, window);
        EXPECT_EQ(facts.contextLength, 210);
    };
    Json mistral = smallConfig("mistral");
    const Json qwen2 = smallConfig("qwen2"), gemma3 = smallConfig("gemma3_text");
    expect(mistral, 2, 30);
    expect(with(mistral, "sliding_window", nullptr), 0, 0);
    mistral.erase("sliding_window");
    expect(mistral, 2, 4096);
    expect(qwen2, 1, 30); // max_window_layers is 1
    expect(with(qwen2, "max_window_layers", 28), 0, 0);
    expect(with(qwen2, "layer_types", {"sliding_attention", "full_attention"}), 1, 30);
    expect(with(qwen2, "use_sliding_window", false), 0, 0);
    expect(gemma3, 1, 30);
    const Json modern = smallConfig("modernbert");
    expect(modern, 1, 16); // itself and 15 on either side
    expect(with(modern, "global_attn_every_n_layers", 1), 0, 0);
    expect(with(modern, "layer_types", {"sliding_attention", "sliding_attention"}), 2, 16);
    expect(with(gemma3, "sliding_window_pattern", 6), 2, 30);
    EXPECT_THAT(configProblem(with(qwen2, "layer_types", {"full_attention"})), HasSubstr("layer_types"));
    EXPECT_THAT(configProblem(with(qwen2, "layer_types", {"linear_attention", "full_attention"})),
                HasSubstr("linear_attention"));
}

TEST(ModelFiles, LayersThatShareParametersWorkEachTimeThatTheyAreUsed)
{
    const auto factsOf = [](int64_t layers, int64_t groups, int64_t inner) {
        Json config = smallConfig("albert");
        config["num_hidden_layers"] = layers;
        config["num_hidden_groups"] = groups;
        config["inner_group_num"] = inner;
        Blueprint plan;
        buildNetwork(findArchitecture(config, "test"), config, plan);
        return plan.facts;
    };
    // Four projections of attention and two of the MLP, with their biases and norms.
    const int64_t weights = 4 * 40 * 40 + 2 * 40 * 72, layer = weights + 4 * 40 + 72 + 40 + 4 * 40;
    const ModelFacts apart = factsOf(6, 6, 1);
    EXPECT_EQ(apart.work.tokenWeights, 6 * weights + 24 * 40);
    for (const auto& [layers, groups, inner] : {std::tuple{6, 1, 1}, {6, 4, 1}, {3, 1, 2}, {2, 2, 3}}) {
        SCOPED_TRACE(testing::Message() << layers << ' ' << groups << ' ' << inner);
        const ModelFacts facts = factsOf(layers, groups, inner);
        const int64_t spared = (6 - groups * inner) * layer;
        EXPECT_EQ(facts.layers, 6);
        EXPECT_EQ(facts.work.tokenWeights, apart.work.tokenWeights);
        EXPECT_EQ(facts.work.pairWidth, apart.work.pairWidth);
        EXPECT_EQ(facts.parameters, apart.parameters - spared);
        // Values, gradients and moments of fewer parameters, up to the gaps between them; the same activations.
        EXPECT_NEAR(static_cast<double>(apart.trainingBytes - facts.trainingBytes), 16.0 * static_cast<double>(spared),
                    6 * 16 * 16 * 16.0);
    }
}

TEST(ModelFiles, SavedModelsAreTheSameAndKeepTheirConfiguration)
{
    for (const char* name : {"gpt2_hub_keys", "bert_hub_keys", "llama_bf16"}) {
        const auto model = loadModel(golden(name), {});
        TemporaryFolder folder;
        saveModel(*model, golden(name), folder.path());
        const auto again = loadModel(folder.path().string(), {});
        EXPECT_TRUE(at::equal(model->arena().values(), again->arena().values())) << name;
        EXPECT_EQ(again->facts().dtype, "F32");
        Json expected = readJson(golden(name) + "/config.json");
        expected["torch_dtype"] = "float32";
        EXPECT_EQ(readJson(folder.path() / "config.json"), expected);
        EXPECT_EQ(std::filesystem::exists(folder.path() / "generation_config.json"),
                  std::string(name) != "bert_hub_keys");
        const SafetensorsFile file(folder.path() / "model.safetensors");
        EXPECT_EQ(file.tensors().size(), model->arena().entries().size());
    }
}

TEST(ModelFiles, BiasesAndNormsDoNotDecay)
{
    for (const char* name : {"gpt2", "bert_mlm", "llama_gqa"}) {
        const auto model = loadModel(golden(name), {});
        for (const Arena::Entry& entry : model->arena().entries()) {
            const bool norm = entry.name.find("ln_") != std::string::npos ||
                              entry.name.find("norm") != std::string::npos ||
                              entry.name.find("LayerNorm") != std::string::npos;
            EXPECT_EQ(entry.traits.decays, !norm && entry.name.find("bias") == std::string::npos) << entry.name;
        }
    }
}

TEST(PaddedRows, ArePackedAsTransformersCountsThem)
{
    const at::Tensor ids = at::tensor({5, 6, 7, 8, 1, 2, 3, 4, 9, 9, 9, 9}, at::kLong).view({3, 4});
    const at::Tensor mask = at::tensor({1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0}, at::kLong).view({3, 4});
    const at::Tensor labels =
        at::tensor({5, 6, 7, -100, -100, 2, 3, -100, -100, -100, -100, -100}, at::kLong).view({3, 4});
    const PackedRows causal = packPadded({ids, mask, labels, {}}, Objective::Causal);
    EXPECT_EQ(causal.batch.inputIds, (std::vector<int64_t>{5, 6, 7, 2, 3, 4}));
    EXPECT_EQ(causal.batch.positionIds, (std::vector<int64_t>{0, 1, 2, 1, 2, 3}));
    EXPECT_EQ(causal.batch.targets, (std::vector<int64_t>{6, 7, -100, 3, -100, -100}));
    EXPECT_EQ(causal.batch.cuSeqlens, (std::vector<int32_t>{0, 3, 6}));
    EXPECT_EQ(causal.batch.rows, (std::vector<int64_t>{0, 1}));
    EXPECT_EQ(causal.batch.maxSeqlen, 3);
    EXPECT_EQ(causal.batch.gradedTokens, 3);
    EXPECT_EQ(causal.places, (std::vector<int64_t>{0, 1, 2, 5, 6, 7}));
    const PackedRows masked = packPadded({ids, mask, labels, {}}, Objective::Masked);
    EXPECT_EQ(masked.batch.targets, (std::vector<int64_t>{5, 6, 7, 2, 3, -100}));
    EXPECT_THROW(packPadded({ids, mask.t(), labels, {}}, Objective::Causal), Error);
    EXPECT_THROW(packPadded({ids[0], {}, {}, {}}, Objective::Causal), Error);
}
