// SPDX-License-Identifier: GPL-3.0-or-later
// Models as GGUF files: what is written of each kind, and what is refused before anything is.
// tests/interop/check_gguf.py has the real llama.cpp read them.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/gguf/export_gguf.h"
#include "core/gguf/gguf_values.h"
#include "core/models/model.h"
#include "tests/support/tree.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace fettle;
using testing::HasSubstr;

namespace
{

fs::path goldenTokenizer(const char* name)
{
    return fs::path(fettle::test::goldenFolder) / "tokenizers" / name;
}

class GgufExports : public testing::Test
{
protected:
    void SetUp() override { fs::create_directories(m_model); }
    void TearDown() override { fs::remove_all(m_root); }

    /// A small model of a kind, with drawn weights and LLaMA's kind of tokenizer; `changes` to its config.json.
    std::string model(const std::string& type, const Json& changes = Json::object()) const
    {
        Json config{{"model_type", type},
                    {"vocab_size", 4000},
                    {"hidden_size", 64},
                    {"n_embd", 64},
                    {"num_hidden_layers", 2},
                    {"n_layer", 2},
                    {"num_attention_heads", 4},
                    {"n_head", 4},
                    {"num_key_value_heads", 2},
                    {"intermediate_size", 96},
                    {"max_position_embeddings", 64},
                    {"n_positions", 64}};
        config.update(changes);
        writeFile(m_model / "config.json", fileText(config));
        if (!fs::exists(m_model / "tokenizer.json"))
            fs::copy_file(goldenTokenizer("json_bpe_llama") / "tokenizer.json", m_model / "tokenizer.json");
        if (!fs::exists(m_model / "tokenizer_config.json"))
            writeFile(m_model / "tokenizer_config.json",
                      R"({"bos_token": "<s>", "eos_token": "</s>", "tokenizer_class": "PreTrainedTokenizerFast"})");
        return "random:" + m_model.string();
    }
    std::string refusal(const std::string& reference) const
    {
        try {
            exportGguf(reference, GgmlType::F16, m_file);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadInput);
            EXPECT_FALSE(error.hint().empty());
            EXPECT_FALSE(fs::exists(m_file));
            EXPECT_FALSE(fs::exists(m_file.parent_path() / "Modelfile"));
            return error.message();
        }
        ADD_FAILURE() << "nothing was refused";
        fs::remove(m_file);
        fs::remove(m_file.parent_path() / "Modelfile");
        return {};
    }
    /// A float32 tensor of the file that was written.
    at::Tensor tensor(const std::string& name) const
    {
        const GgufFile file(m_file);
        for (size_t i = 0; i < file.tensors().size(); ++i)
            if (file.tensors()[i].name == name) {
                std::string bytes(file.bytes(i));
                return at::from_blob(bytes.data(), file.tensors()[i].shape).clone();
            }
        ADD_FAILURE() << "there is no " << name;
        return {};
    }
    bool has(const std::string& name) const
    {
        const GgufFile file(m_file);
        return std::any_of(file.tensors().begin(), file.tensors().end(),
                           [&](const GgufTensor& each) { return each.name == name; });
    }
    template <typename T>
    T key(const char* name) const
    {
        const GgufFile file(m_file);
        const GgufValue* value = file.find(name);
        EXPECT_TRUE(value && std::holds_alternative<T>(*value)) << name;
        return value && std::holds_alternative<T>(*value) ? std::get<T>(*value) : T();
    }

    const fs::path m_root = fs::temp_directory_path() / ("fettle-export-gguf-" + std::to_string(::getpid()));
    const fs::path m_model = m_root / "model", m_file = m_root / "out" / "model.gguf";
};

std::unique_ptr<LanguageModel> loaded(const std::string& reference)
{
    LoadOptions options;
    options.cpuOnly = true;
    return loadModel(reference, options);
}

} // namespace

TEST_F(GgufExports, OfLlamaTurnNeighbours)
{
    const std::string reference = model("llama");
    const GgufExport done = exportGguf(reference, GgmlType::F32, m_file);
    EXPECT_THAT(done.checked, HasSubstr("all identical"));
    const auto original = loaded(reference);
    const auto value = [&](const char* name) { return original->arena().parameter(name).value; };
    // Two halves of a head, 8 values each, become pairs.
    const at::Tensor query = value("model.layers.1.self_attn.q_proj.weight"), there = tensor("blk.1.attn_q.weight");
    EXPECT_TRUE(there[16].equal(query[16]));
    EXPECT_TRUE(there[17].equal(query[24]));
    EXPECT_TRUE(there[18].equal(query[17]));
    EXPECT_TRUE(tensor("blk.1.attn_k.weight")[1].equal(value("model.layers.1.self_attn.k_proj.weight")[8]));
    EXPECT_TRUE(tensor("blk.0.attn_v.weight").equal(value("model.layers.0.self_attn.v_proj.weight")));
    EXPECT_TRUE(tensor("output.weight").equal(value("lm_head.weight")));
    EXPECT_EQ(key<std::string>("general.architecture"), "llama");
    EXPECT_EQ(key<uint32_t>("llama.attention.head_count_kv"), 2U);
    EXPECT_EQ(key<uint32_t>("llama.feed_forward_length"), 96U);
    EXPECT_EQ(key<uint32_t>("llama.rope.dimension_count"), 16U);
    EXPECT_EQ(key<std::string>("tokenizer.ggml.model"), "llama");
    EXPECT_TRUE(key<bool>("tokenizer.ggml.add_bos_token"));
    EXPECT_TRUE(key<bool>("tokenizer.ggml.add_space_prefix"));
    EXPECT_EQ(key<std::vector<std::string>>("tokenizer.ggml.tokens").size(), 4000U);
}

TEST_F(GgufExports, OfGpt2LieAsLinearLayers)
{
    EXPECT_TRUE(exportGguf("bundled:nano-gpt", GgmlType::F32, m_file).checked.starts_with("Read back: "));
    const auto original = loaded("bundled:nano-gpt");
    EXPECT_TRUE(
        tensor("blk.0.ffn_up.weight").equal(original->arena().parameter("transformer.h.0.mlp.c_fc.weight").value.t()));
    EXPECT_TRUE(tensor("position_embd.weight").equal(original->arena().parameter("transformer.wpe.weight").value));
    EXPECT_FALSE(has("output.weight")) << "it is tied";
    EXPECT_EQ(key<std::string>("tokenizer.ggml.pre"), "gpt-2");
    EXPECT_FALSE(key<std::vector<std::string>>("tokenizer.ggml.merges").empty());
}

TEST_F(GgufExports, OfGemmaCountNormsFromZero)
{
    const std::string reference = model("gemma", {{"head_dim", 16}});
    exportGguf(reference, GgmlType::F32, m_file);
    const auto norm = loaded(reference)->arena().parameter("model.norm.weight").value.clone();
    EXPECT_TRUE(tensor("output_norm.weight").equal(norm + 1));
}

TEST_F(GgufExports, OfRowsByGroupAreSorted)
{
    const std::string reference = model("falcon", {{"new_decoder_architecture", true}, {"num_kv_heads", 2}});
    exportGguf(reference, GgmlType::F32, m_file);
    const at::Tensor rows =
        loaded(reference)->arena().parameter("transformer.h.0.self_attention.query_key_value.weight").value.clone();
    const at::Tensor there = tensor("blk.0.attn_qkv.weight"); // of 4 heads in 2 groups, 16 rows each
    EXPECT_TRUE(there[2 * 16].equal(rows[4 * 16])) << "the second group's first query";
    EXPECT_TRUE(there[4 * 16].equal(rows[2 * 16])) << "the first key";
    EXPECT_TRUE(there[7 * 16].equal(rows[7 * 16])) << "the last value";
    EXPECT_TRUE(has("blk.0.attn_norm_2.weight"));
    EXPECT_FALSE(has("blk.0.ffn_norm.weight"));
}

TEST_F(GgufExports, KeepNormsInFloat)
{
    for (const GgmlType type : {GgmlType::F16, GgmlType::BF16, GgmlType::Q8_0}) {
        EXPECT_THAT(exportGguf(model("llama"), type, m_file).checked, HasSubstr("within the rounding"));
        const GgufFile file(m_file);
        for (const GgufTensor& each : file.tensors())
            EXPECT_EQ(each.type, each.shape.size() == 2 ? type : GgmlType::F32) << each.name;
        fs::remove(m_file);
    }
    // Rows of 72 are no blocks of 32.
    const GgufExport done = exportGguf(model("llama", {{"intermediate_size", 72}}), GgmlType::Q8_0, m_file);
    EXPECT_THAT(done.notices, testing::Contains(HasSubstr("they are f16")));
    const GgufFile file(m_file);
    for (const GgufTensor& each : file.tensors())
        if (each.name.ends_with("ffn_down.weight")) {
            EXPECT_EQ(each.type, GgmlType::F16);
        }
}

TEST_F(GgufExports, EndWhereAWindowDoes)
{
    const GgufExport done = exportGguf(model("mistral", {{"sliding_window", 24}}), GgmlType::F16, m_file);
    EXPECT_EQ(key<uint32_t>("llama.context_length"), 24U);
    EXPECT_THAT(done.notices, testing::Contains(HasSubstr("window")));
}

TEST_F(GgufExports, HaveAModelfileBeside)
{
    model("llama");
    writeFile(m_model / "generation_config.json",
              R"({"eos_token_id": [2, 7], "do_sample": true, "temperature": 0.7, "top_k": 20})");
    const GgufExport done = exportGguf("random:" + m_model.string(), GgmlType::F16, m_file);
    const std::string text = readFile(done.modelfile);
    EXPECT_TRUE(text.starts_with("FROM ./model.gguf\nPARAMETER stop \"</s>\"\n")) << text;
    EXPECT_TRUE(text.ends_with("PARAMETER temperature 0.7\nPARAMETER top_k 20\n")) << text;
    EXPECT_EQ(key<uint32_t>("tokenizer.ggml.eos_token_id"), 2U);
    EXPECT_EQ(key<uint32_t>("tokenizer.ggml.eot_token_id"), 7U);
    EXPECT_THROW(exportGguf("random:" + m_model.string(), GgmlType::F16, m_file), Error) << "nothing is overwritten";
    fs::remove(m_file);
    EXPECT_TRUE(exportGguf("random:" + m_model.string(), GgmlType::F16, m_file).modelfile.empty());
    EXPECT_EQ(readFile(m_file.parent_path() / "Modelfile"), text);
}

TEST_F(GgufExports, AreRefusedOfModelsThatLlamaCppDoesNotKnow)
{
    EXPECT_THAT(refusal("bundled:nano-bert"), HasSubstr("fills in blanks"));
    EXPECT_THAT(refusal(model("gpt_neo", {{"num_layers", 2}, {"num_heads", 4}, {"attention_types", Json()}})),
                HasSubstr("GPT-Neo"));
    EXPECT_THAT(refusal(model("opt")), HasSubstr("OPT"));
    EXPECT_THAT(refusal(model("falcon", {{"alibi", true}})), HasSubstr("alibi = true"));
    EXPECT_THAT(refusal(model("falcon", {{"parallel_attn", false}})), HasSubstr("parallel_attn"));
    EXPECT_THAT(refusal(model("bloom", {{"apply_residual_connection_post_layernorm", true}})),
                HasSubstr("apply_residual_connection_post_layernorm"));
    EXPECT_THAT(refusal(model("qwen3", {{"attention_bias", true}})), HasSubstr("biases"));
    EXPECT_THAT(refusal(model("starcoder2", {{"use_bias", false}})), HasSubstr("without biases"));
    EXPECT_THAT(refusal(model("phi", {{"qk_layernorm", true}})), HasSubstr("qk_layernorm"));
    EXPECT_THAT(refusal(model("llama", {{"hidden_act", "relu"}})), HasSubstr("activation"));
    EXPECT_THAT(refusal(model("gemma", {{"tie_word_embeddings", false}})), HasSubstr("tie_word_embeddings"));
    EXPECT_THAT(refusal(model("gemma2", {{"query_pre_attn_scalar", 100}})), HasSubstr("scale"));
    EXPECT_THAT(refusal(model("gemma2", {{"attn_logit_softcapping", Json()}})), HasSubstr("soft caps"));
    EXPECT_THAT(refusal(model("smollm3", {{"no_rope_layer_interval", 2}})), HasSubstr("positions"));
    const Json stretched{{"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0}};
    EXPECT_THAT(refusal(model("qwen2", {{"rope_scaling", stretched}})), HasSubstr("rope_type"));
}

TEST_F(GgufExports, AreRefusedOfTokenizersThatLlamaCppDoesNotKnow)
{
    const auto with = [&](const char* name) {
        fs::copy_file(goldenTokenizer(name) / "tokenizer.json", m_model / "tokenizer.json",
                      fs::copy_options::overwrite_existing);
        return model("llama", {{"vocab_size", 40000}});
    };
    EXPECT_THAT(refusal(with("json_unigram_bytefallback")), HasSubstr("Unigram"));
    EXPECT_THAT(refusal(with("mini_prefix_space")), HasSubstr("a space first"));
    EXPECT_THAT(refusal(with("mini_no_regex_nfc")), HasSubstr("words as whole"));
    fs::remove(m_model / "tokenizer.json");
    EXPECT_THAT(refusal(model("llama", {{"vocab_size", 3000}})), HasSubstr("4000"));
}
