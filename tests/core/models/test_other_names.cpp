// SPDX-License-Identifier: GPL-3.0-or-later
// The names that llama.cpp's converter gives (conversion/*.py) and that peft's "all-linear" finds.
#include "core/models/other_names.h"
#include "tests/core/models/models_support.h"

#include <gmock/gmock.h>
#include <set>

using namespace fettle;
using namespace fettle::test;
using testing::ElementsAre;

namespace
{

std::string nameOf(const std::string& type, const std::string& parameter)
{
    return ggufName(*randomModel(smallConfig(type))->arena().find(parameter));
}

} // namespace

TEST(OtherNames, OfGgufFiles)
{
    EXPECT_EQ(nameOf("gpt2", "transformer.wpe.weight"), "position_embd.weight");
    EXPECT_EQ(nameOf("gpt2", "transformer.h.1.attn.c_attn.bias"), "blk.1.attn_qkv.bias");
    EXPECT_EQ(nameOf("gpt2", "transformer.h.0.ln_2.weight"), "blk.0.ffn_norm.weight");
    EXPECT_EQ(nameOf("gpt2", "transformer.ln_f.bias"), "output_norm.bias");
    EXPECT_EQ(nameOf("gpt2", "lm_head.weight"), "token_embd.weight"); // tied
    EXPECT_EQ(nameOf("llama", "lm_head.weight"), "output.weight");
    EXPECT_EQ(nameOf("llama", "model.layers.1.self_attn.k_proj.weight"), "blk.1.attn_k.weight");
    EXPECT_EQ(nameOf("llama", "model.layers.0.mlp.gate_proj.weight"), "blk.0.ffn_gate.weight");
    EXPECT_EQ(nameOf("bert", "bert.embeddings.LayerNorm.weight"), "token_embd_norm.weight");
    EXPECT_EQ(nameOf("bert", "bert.encoder.layer.1.attention.output.LayerNorm.bias"), "blk.1.attn_output_norm.bias");
    EXPECT_EQ(nameOf("bert", "bert.encoder.layer.0.output.LayerNorm.weight"), "blk.0.layer_output_norm.weight");
    EXPECT_EQ(nameOf("bert", "cls.predictions.transform.dense.weight"), "");
    EXPECT_EQ(nameOf("phi3", "model.layers.1.self_attn.qkv_proj.weight"), "blk.1.attn_qkv.weight");
    EXPECT_EQ(nameOf("phi3", "model.layers.0.mlp.gate_up_proj.weight"), "blk.0.ffn_up.weight");
    EXPECT_EQ(nameOf("qwen3", "model.layers.0.self_attn.q_norm.weight"), "blk.0.attn_q_norm.weight");
    EXPECT_EQ(nameOf("gemma2", "model.layers.0.post_attention_layernorm.weight"), "blk.0.post_attention_norm.weight");
    EXPECT_EQ(nameOf("gemma2", "model.layers.0.pre_feedforward_layernorm.weight"), "blk.0.ffn_norm.weight");
    EXPECT_EQ(nameOf("olmo2", "model.layers.0.post_feedforward_layernorm.weight"), "blk.0.post_ffw_norm.weight");
    EXPECT_EQ(nameOf("gpt_neox", "gpt_neox.layers.0.attention.query_key_value.bias"), "blk.0.attn_qkv.bias");
    EXPECT_EQ(nameOf("gpt_neox", "embed_out.weight"), "output.weight");
    EXPECT_EQ(nameOf("modernbert", "model.layers.1.attn_norm.weight"), "blk.1.attn_norm.weight");
    EXPECT_EQ(nameOf("deberta-v2", "deberta.encoder.layer.1.attention.self.pos_key_proj.weight"), "");
    EXPECT_EQ(nameOf("bloom", "transformer.word_embeddings_layernorm.weight"), "token_embd_norm.weight");
}

TEST(OtherNames, OfGgufFilesAreDistinct)
{
    Json groups = smallConfig("albert");
    groups["num_hidden_layers"] = 4;
    groups["num_hidden_groups"] = groups["inner_group_num"] = 2;
    const auto model = randomModel(groups);
    std::set<std::string> names;
    for (const Arena::Entry& entry : model->arena().entries()) {
        if (const std::string name = ggufName(entry); !name.empty()) {
            EXPECT_TRUE(names.insert(name).second) << name;
        }
    }
    EXPECT_TRUE(names.contains("blk.3.attn_q.weight"));
}

TEST(OtherNames, OfAllLinearLayers)
{
    const auto names = [](const char* type) { return linearLayerNames(randomModel(smallConfig(type))->arena()); };
    EXPECT_THAT(names("gpt2"), ElementsAre("c_attn", "c_fc", "c_proj"));
    EXPECT_THAT(names("bert"), ElementsAre("dense", "key", "query", "value"));
    EXPECT_THAT(names("qwen2"),
                ElementsAre("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"));
    EXPECT_THAT(names("opt"), ElementsAre("fc1", "fc2", "k_proj", "out_proj", "q_proj", "v_proj"));
    EXPECT_THAT(names("falcon"), ElementsAre("dense", "dense_4h_to_h", "dense_h_to_4h", "query_key_value"));
    EXPECT_THAT(names("modernbert"), ElementsAre("Wi", "Wo", "Wqkv"));
    EXPECT_THAT(names("albert"), ElementsAre("dense", "ffn", "ffn_output", "key", "query", "value"));
    EXPECT_THAT(names("deberta-v2"),
                ElementsAre("dense", "key_proj", "pos_key_proj", "pos_query_proj", "query_proj", "value_proj"));
    EXPECT_THAT(names("distilbert"), ElementsAre("k_lin", "lin1", "lin2", "out_lin", "q_lin", "v_lin"));
}
