// SPDX-License-Identifier: GPL-3.0-or-later
// Models with adapters (LoRA) against PEFT's: logits, gradients, a whole run, merged weights, files.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/adapter_weights.h"
#include "core/models/inspect.h"
#include "core/models/open_model.h"
#include "core/models/padded_batch.h"
#include "core/optim/adamw.h"
#include "core/tensors/safetensors.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using testing::HasSubstr;

namespace
{

std::string goldenLora(const std::string& name)
{
    return std::string(fettle::test::goldenFolder) + "/lora/" + name;
}

/// An adapter's folder that names its base.
void copyAdapter(const std::string& from, const TemporaryFolder& to, const std::string& base)
{
    Json config = readJson(from + "/adapter_config.json");
    config["base_model_name_or_path"] = base;
    to.write("adapter_config.json", config.dump());
    fs::copy_file(from + "/adapter_model.safetensors", to.path() / "adapter_model.safetensors");
}

at::Tensor rowsOf(const at::Tensor& logits, const PackedRows& packed)
{
    return logits.flatten(0, 1).index_select(0, at::tensor(packed.places, at::kLong));
}

/// "base_model.model.a.lora_A.default.weight" as the arena calls it.
std::string ownName(std::string name)
{
    name.erase(0, std::string("base_model.model.").size());
    if (const size_t at = name.find(".default"); at != std::string::npos)
        name.erase(at, std::string(".default").size());
    return name.ends_with(".lora_magnitude_vector") ? name + ".weight" : name; // as files have it
}

at::Tensor wholeNumbers(const Json& rows)
{
    std::vector<int64_t> all;
    for (const Json& row : rows)
        for (const Json& each : row)
            all.push_back(each.get<int64_t>());
    return at::tensor(all, at::kLong).view({static_cast<int64_t>(rows.size()), -1});
}

std::string refusalOf(const std::function<void()>& act)
{
    try {
        act();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        return error.message();
    }
    return "";
}

class Lora : public testing::TestWithParam<const char*>
{
protected:
    // Those with DoRA stand beside the bases of those without.
    Lora()
        : m_golden(goldenLora(GetParam())),
          m_base(m_golden.substr(0, std::min(m_golden.size(), m_golden.rfind("_dora"))) + "/base"),
          m_inputs(m_base + "/../inputs.safetensors")
    {
        copyAdapter(m_golden + "/adapter", m_adapter, m_base);
    }
    PackedRows inputs(Objective objective) const
    {
        const SafetensorsFile file(m_inputs);
        return packPadded({file.tensor("input_ids"), file.tensor("attention_mask"), file.tensor("labels"), {}},
                          objective);
    }

    std::string m_golden, m_base, m_inputs;
    TemporaryFolder m_adapter;
};

} // namespace

TEST_P(Lora, LogitsLossAndGradients)
{
    const auto model = loadModel(m_adapter.path().string(), {true, true, 42});
    const PackedRows packed = inputs(model->facts().objective);
    const SafetensorsFile outputs(m_golden + "/outputs.safetensors"), grads(m_golden + "/lora_grads.safetensors");
    EXPECT_LT(largestDifference(model->logits(packed.batch), rowsOf(outputs.tensor("logits"), packed)), 2e-5);
    const double expected = outputs.tensor("loss").item<float>();
    const LossSum loss = model->gradientsOf(packed.batch, 1.0 / packed.batch.gradedTokens);
    EXPECT_NEAR(loss.sum / loss.graded / expected, 1, 2e-6);

    int64_t trained = 0;
    for (const auto& [name, info] : grads.tensors()) {
        const at::Tensor theirs = grads.tensor(name), ours = model->arena().parameter(ownName(name)).grad;
        ASSERT_TRUE(ours.defined()) << name;
        const double excess = ((ours - theirs).abs() - 1e-5 - 1e-4 * theirs.abs()).max().item<double>();
        EXPECT_LE(excess, 0) << name;
        trained += theirs.numel();
    }
    // The base is frozen: memory for gradients is the adapters' alone.
    EXPECT_EQ(model->facts().trainedParameters(), trained);
    EXPECT_EQ(model->facts().adapterParameters, trained);
    EXPECT_LT(model->arena().gradients().numel(), trained + 16 * static_cast<int64_t>(grads.tensors().size()));
}

TEST_P(Lora, ARunOfTheTrainer)
{
    const Json training = readJson(m_golden + "/training.json");
    const auto model = loadModel(m_adapter.path().string(), {true, true, 42});
    const at::Tensor base = model->arena().frozenValues().clone();
    AdamWOptions options;
    options.weightDecay = 0.01;
    AdamW optimizer(model->arena(), options);
    double learningRate = 0; // of the first step of a warm-up
    for (size_t step = 0; step < training["batches"].size(); ++step) {
        const Json& batch = training["batches"][step];
        const PackedRows packed = packPadded({wholeNumbers(batch["input_ids"]), {}, wholeNumbers(batch["labels"]), {}},
                                             model->facts().objective);
        const LossSum loss = model->trainBatch(packed.batch, 1.0 / packed.batch.gradedTokens, {42, step});
        EXPECT_NEAR(loss.sum / loss.graded / batch["loss"].get<double>(), 1, 1e-5) << "step " << step + 1;
        optimizer.step(learningRate);
        learningRate = training["log_history"][step]["learning_rate"].get<double>();
    }
    const SafetensorsFile expected(m_golden + "/adapter_trained/adapter_model.safetensors");
    for (const auto& [name, info] : expected.tensors())
        EXPECT_LT(largestDifference(model->arena().parameter(ownName(name)).value, expected.tensor(name)), 2e-5)
            << name;
    EXPECT_TRUE(at::equal(model->arena().frozenValues(), base));

    const PackedRows packed = inputs(model->facts().objective);
    const SafetensorsFile outputs(m_golden + "/outputs_trained.safetensors");
    EXPECT_LT(largestDifference(model->logits(packed.batch), rowsOf(outputs.tensor("logits"), packed)), 1e-4);
}

TEST_P(Lora, MergedWeights)
{
    TemporaryFolder trained;
    copyAdapter(m_golden + "/adapter_trained", trained, m_base);
    const auto model = loadModel(trained.path().string(), {});
    const PackedRows packed = inputs(model->facts().objective);
    const at::Tensor before = model->logits(packed.batch).clone();
    model->mergeAdapters();
    EXPECT_EQ(model->adapters(), nullptr);
    EXPECT_LT(largestDifference(model->logits(packed.batch), before), 2e-5);
    const SafetensorsFile expected(m_golden + "/merged_trained.safetensors");
    for (const auto& [name, info] : expected.tensors())
        EXPECT_LT(largestDifference(model->arena().parameter(name).value, expected.tensor(name)), 1e-6) << name;

    TemporaryFolder folder;
    saveModel(*model, m_base, folder.path());
    const auto whole = loadModel(folder.path().string(), {});
    EXPECT_TRUE(at::equal(whole->logits(packed.batch), model->logits(packed.batch)));
    EXPECT_EQ(whole->facts().adapterParameters, 0);
    EXPECT_TRUE(whole->facts().report.unused.empty());
}

TEST_P(Lora, FilesAreWrittenAsTheyWere)
{
    const auto model = loadModel(m_adapter.path().string(), {});
    TemporaryFolder folder;
    saveAdapters(*model, folder.path());
    const SafetensorsFile ours(folder.path() / "adapter_model.safetensors"),
        theirs(m_adapter.path() / "adapter_model.safetensors");
    ASSERT_EQ(ours.tensors().size(), theirs.tensors().size());
    for (const auto& [name, info] : theirs.tensors())
        EXPECT_TRUE(at::equal(ours.tensor(name), theirs.tensor(name))) << name;
    const Json written = readJson(folder.path() / "adapter_config.json"),
               read = readJson(m_adapter.path() / "adapter_config.json");
    for (const auto& [key, value] : read.items())
        EXPECT_EQ(written[key], value) << key;
}

TEST_P(Lora, TokensOneByOneAreTheSame)
{
    const auto model = loadModel(m_adapter.path().string(), {});
    if (model->facts().isMasked())
        return;
    const std::vector<int64_t> ids{5, 17, 60, 3, 44, 9};
    PackedBatch batch;
    batch.inputIds = ids;
    batch.positionIds = {0, 1, 2, 3, 4, 5};
    batch.cuSeqlens = {0, 6};
    const at::Tensor whole = model->logits(batch).clone();
    const auto cache = model->newCache(6);
    for (size_t i = 0; i < ids.size(); ++i)
        EXPECT_LT(largestDifference(model->step(*cache, {ids[i]}), whole[static_cast<int64_t>(i)]), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(All, Lora, testing::Values("gpt2", "bert", "llama", "gpt2_dora", "bert_dora", "llama_dora"),
                         [](const auto& test) { return std::string(test.param); });

namespace
{

std::shared_ptr<const LoraConfig> loraWith(const std::function<void(LoraConfig&)>& change)
{
    auto lora = std::make_shared<LoraConfig>();
    change(*lora);
    return lora;
}

ModelFacts described(const std::string& base, const std::function<void(LoraConfig&)>& change)
{
    return describeModel(goldenLora(base) + "/base", loraWith(change));
}

} // namespace

TEST(LoraTargets, AreThoseOfPeft)
{
    // width 24, two layers: what PEFT's print_trainable_parameters counts
    EXPECT_EQ(described("gpt2", [](LoraConfig& lora) { lora.rank = 4; }).trainedParameters(), 2 * 4 * (24 + 72));
    EXPECT_EQ(described("bert", [](LoraConfig& lora) { lora.rank = 4; }).trainedParameters(), 2 * 2 * 4 * (24 + 24));
    const auto all = [](LoraConfig& lora) {
        lora.rank = 1;
        lora.allLinear = true;
    };
    EXPECT_EQ(described("gpt2", all).trainedParameters(), 2 * ((24 + 72) + (24 + 24) + 2 * (24 + 96)));
    EXPECT_EQ(described("bert", all).trainedParameters(), 2 * (4 * 48 + 2 * (24 + 40)) + 48); // and before the output
    EXPECT_EQ(described("gpt2",
                        [](LoraConfig& lora) {
                            lora.rank = 1;
                            lora.pattern = ".*\\.1\\.mlp\\.c_proj";
                        })
                  .trainedParameters(),
              96 + 24);
    EXPECT_EQ(described("gpt2",
                        [](LoraConfig& lora) {
                            lora.rank = 1;
                            lora.targets = {"attn.c_proj"};
                            lora.layers = {1};
                            lora.bias = LoraConfig::Bias::LoraOnly;
                        })
                  .trainedParameters(),
              48 + 24);
}

TEST(LoraTargets, WithDoraEachOutputHasASizeOfItsOwn)
{
    const auto four = [](LoraConfig& lora) { lora.rank = 4; };
    const auto withDora = [](LoraConfig& lora) {
        lora.rank = 4;
        lora.isDora = true;
    };
    EXPECT_EQ(described("gpt2", withDora).trainedParameters(), described("gpt2", four).trainedParameters() + 2 * 72);
    EXPECT_EQ(described("gpt2", withDora).adapterParameters, described("gpt2", withDora).trainedParameters());
    EXPECT_GT(described("gpt2", withDora).trainingBytes, described("gpt2", four).trainingBytes);
    // As transformers' get_decay_parameter_names says of it.
    const OpenedModel opened = openModel(goldenLora("gpt2") + "/base", {loraWith(withDora)});
    EXPECT_TRUE(opened.plan.arena.find("transformer.h.1.attn.c_attn.lora_magnitude_vector.weight")->traits.decays);
}

TEST(Dora, BeginsAsTheBaseWithTheDrawsOfPlainLora)
{
    for (const char* base : {"gpt2", "llama"}) {
        const auto made = [&](bool isDora) {
            return loadModel(openModel(goldenLora(base) + "/base", {loraWith([&](LoraConfig& lora) {
                                           lora.rank = 4;
                                           lora.allLinear = true;
                                           lora.isDora = isDora;
                                       })}),
                             {true, true, 42});
        };
        const auto plain = made(false), dora = made(true);
        PackedBatch batch;
        batch.inputIds = batch.targets = {5, 17, 60, 3, 44, 9};
        batch.positionIds = {0, 1, 2, 3, 4, 5};
        batch.cuSeqlens = {0, 6};
        EXPECT_LT(largestDifference(dora->logits(batch), plain->logits(batch)), 1e-5);
        int64_t magnitudes = 0;
        for (const AdapterSite& site : dora->adapters()->sites) {
            const at::Tensor weight = site.weight->value, byRow = site.isConv1d ? weight.t() : weight;
            EXPECT_LT(largestDifference(site.magnitude->value, byRow.square().sum(1).sqrt()), 1e-6);
            magnitudes += site.magnitude->value.numel();
        }
        for (const Arena::Entry& entry : plain->arena().entries()) // the same draws
            EXPECT_TRUE(
                at::equal(dora->arena().parameter(entry.name).value, plain->arena().parameter(entry.name).value))
                << entry.name;
        EXPECT_EQ(dora->facts().adapterParameters, plain->facts().adapterParameters + magnitudes);
    }
}

TEST(Dora, WithDropoutTheLayerItselfReadsAll)
{
    // As PEFT has it, what the adapter changes alone sees dropout: nothing is changed yet, so nothing is dropped.
    const auto lossWith = [](double dropout, bool isChanged, bool recompute) {
        const auto model = loadModel(openModel(goldenLora("llama") + "/base", {loraWith([&](LoraConfig& lora) {
                                                   lora.rank = 4;
                                                   lora.isDora = true;
                                                   lora.dropout = dropout;
                                               })}),
                                     {true, true, 42});
        if (isChanged)
            for (const AdapterSite& site : model->adapters()->sites)
                site.magnitude->value.mul_(1.5);
        model->setGradientCheckpointing(recompute);
        PackedBatch batch;
        batch.inputIds = {5, 17, 60, 3, 44, 9};
        batch.targets = {ignoredLabel, 17, 60, 3, 44, 9};
        batch.positionIds = {0, 1, 2, 3, 4, 5};
        batch.cuSeqlens = {0, 6};
        const double loss = model->trainBatch(batch, 1, {42, 0}).sum;
        return std::pair(loss, model->arena().gradients().clone());
    };
    const auto none = lossWith(0, false, false), begun = lossWith(0.5, false, false);
    EXPECT_NEAR(begun.first, none.first, 1e-5);
    EXPECT_GT(largestDifference(begun.second, none.second), 1e-4);
    const auto changed = lossWith(0.5, true, false), again = lossWith(0.5, true, true);
    EXPECT_GT(std::abs(changed.first - lossWith(0, true, false).first), 1e-4);
    EXPECT_EQ(again.first, changed.first);
    EXPECT_LT(largestDifference(again.second, changed.second), 1e-6);
}

TEST(Dora, WeightsWithoutADirectionAreRefused)
{
    TemporaryFolder folder;
    fs::copy(goldenLora("gpt2") + "/base", folder.path() / "base");
    NamedTensors changed;
    {
        const SafetensorsFile file(folder.path() / "base" / "model.safetensors");
        for (const auto& [name, info] : file.tensors())
            changed.emplace_back(name, file.tensor(name).clone());
    }
    for (auto& [name, value] : changed)
        if (name.ends_with("h.1.attn.c_attn.weight"))
            value.select(1, 7).zero_();
    writeSafetensors(folder.path() / "base" / "model.safetensors", changed);
    const auto load = [&](bool isDora) {
        loadModel(
            openModel((folder.path() / "base").string(), {loraWith([&](LoraConfig& lora) { lora.isDora = isDora; })}),
            {});
    };
    load(false);
    EXPECT_THAT(refusalOf([&] { load(true); }), HasSubstr("h.1.attn.c_attn has outputs whose weights are all 0"));
}

TEST(LoraTargets, WhatLearnsBesideThem)
{
    const auto trained = [](const std::string& base, const std::function<void(LoraConfig&)>& change) {
        OpenedModel opened = openModel(goldenLora(base) + "/base", {loraWith(change)});
        std::set<std::string> names;
        for (const Arena::Entry& entry : opened.plan.arena.entries())
            if (entry.trains && entry.traits.role != Role::Adapter)
                names.insert(entry.name);
        return names;
    };
    using Names = std::set<std::string>;
    EXPECT_EQ(trained("gpt2", [](LoraConfig& lora) { lora.bias = LoraConfig::Bias::LoraOnly; }),
              (Names{"transformer.h.0.attn.c_attn.bias", "transformer.h.1.attn.c_attn.bias"}));
    EXPECT_EQ(trained("gpt2", [](LoraConfig& lora) { lora.bias = LoraConfig::Bias::All; }).size(), 2 * 6 + 1U);
    // No longer tied: a copy learns, the other stays.
    EXPECT_EQ(trained("gpt2", [](LoraConfig& lora) { lora.saved = {"lm_head"}; }), Names{"lm_head.weight"});
    EXPECT_EQ(trained("gpt2", [](LoraConfig& lora) { lora.saved = {"wte"}; }), Names{"transformer.wte.weight"});
    EXPECT_EQ(trained("bert", [](LoraConfig& lora) { lora.saved = {"cls"}; }),
              (Names{"cls.predictions.bias", "cls.predictions.decoder.weight", "cls.predictions.transform.dense.weight",
                     "cls.predictions.transform.dense.bias", "cls.predictions.transform.LayerNorm.weight",
                     "cls.predictions.transform.LayerNorm.bias"}));
}

TEST(LoraTargets, AreRefusedInWords)
{
    const auto said = [](const std::function<void(LoraConfig&)>& change) {
        return refusalOf([&] { described("gpt2", change); });
    };
    EXPECT_THAT(said([](LoraConfig& lora) { lora.targets = {"q_proj"}; }), HasSubstr("no linear layer called q_proj"));
    EXPECT_THAT(said([](LoraConfig& lora) { lora.targets = {"c_attn", "wte"}; }), HasSubstr("cannot stand beside wte"));
    EXPECT_THAT(said([](LoraConfig& lora) { lora.saved = {"score"}; }), HasSubstr("no module called score"));
    EXPECT_THAT(refusalOf([&] { openModel("random:" + goldenLora("gpt2") + "/base", {loraWith([](LoraConfig&) {})}); }),
                HasSubstr("random"));
}

TEST(AdapterFolders, ThatCannotBeUsedSayWhy)
{
    const std::string good = goldenLora("gpt2");
    const auto said = [&](const char* key, const Json& value) {
        TemporaryFolder folder;
        copyAdapter(good + "/adapter", folder, good + "/base");
        Json config = readJson(folder.path() / "adapter_config.json");
        config[key] = value;
        folder.write("adapter_config.json", config.dump());
        return refusalOf([&] { inspectModel(folder.path().string()); });
    };
    EXPECT_THAT(said("use_dora", true), HasSubstr("lacks transformer.h.0.attn.c_attn.lora_magnitude_vector"));
    EXPECT_THAT(said("use_dora", "yes"), HasSubstr("use_dora"));
    EXPECT_THAT(said("use_qalora", true), HasSubstr("use_qalora = true is not supported"));
    EXPECT_THAT(said("peft_type", "IA3"), HasSubstr("IA3"));
    EXPECT_THAT(said("init_lora_weights", "pissa"), HasSubstr("pissa"));
    EXPECT_THAT(said("r", 0), HasSubstr("rank r must be at least 1"));
    EXPECT_THAT(said("r", "x"), HasSubstr("\"r\""));
    EXPECT_THAT(said("bias", "some"), HasSubstr("none, all or lora_only"));
    EXPECT_THAT(said("r", 8), HasSubstr("has the shape [4, 24]"));
    EXPECT_THAT(said("target_modules", Json{"c_attn"}), HasSubstr("no place for the tensor"));
    EXPECT_THAT(said("target_modules", Json{"c_attn", "c_proj", "c_fc"}), HasSubstr("lacks transformer.h.0.mlp.c_fc"));
    EXPECT_THAT(said("base_model_name_or_path", good + "/none"), HasSubstr("neither a folder nor"));
    EXPECT_THAT(said("base_model_name_or_path", ""), HasSubstr("does not name its base"));
    EXPECT_EQ(said("some_new_key", nullptr), "");
    EXPECT_EQ(said("r", 4), "");
}

TEST(AdapterFolders, FindTheirBase)
{
    const std::string good = goldenLora("llama");
    TemporaryFolder folder;
    fs::create_directories(folder.path() / "one");
    fs::copy(good + "/base", folder.path() / "base");
    fs::copy(good + "/adapter", folder.path() / "one", fs::copy_options::recursive);
    const auto name = [&](const std::string& base) {
        Json config = readJson(good + "/adapter/adapter_config.json");
        config["base_model_name_or_path"] = base;
        folder.write("one/adapter_config.json", config.dump());
        return inspectModel((folder.path() / "one").string()).folder;
    };
    EXPECT_EQ(name("../base"), folder.path() / "base");
    EXPECT_EQ(name((folder.path() / "base").string()), folder.path() / "base");
    // In Hugging Face's cache
    const fs::path model = folder.path() / "cache" / "models--org--tiny";
    fs::create_directories(model / "refs");
    folder.write("cache/models--org--tiny/refs/main", "abc123");
    fs::create_directories(model / "snapshots");
    fs::copy(good + "/base", model / "snapshots" / "abc123");
    ::setenv("HF_HUB_CACHE", (folder.path() / "cache").c_str(), 1);
    EXPECT_EQ(name("org/tiny"), model / "snapshots" / "abc123");
    ::unsetenv("HF_HUB_CACHE");
}
