// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/bench_models.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Json shapeConfig(const std::string& arch)
{
    if (arch == "gpt2")
        return {{"model_type", "gpt2"},  {"architectures", {"GPT2LMHeadModel"}},
                {"vocab_size", 50257},   {"n_positions", 1024},
                {"n_embd", 768},         {"n_layer", 12},
                {"n_head", 12},          {"activation_function", "gelu_new"},
                {"resid_pdrop", 0.1},    {"embd_pdrop", 0.1},
                {"attn_pdrop", 0.1},     {"layer_norm_epsilon", 1e-5},
                {"bos_token_id", 50256}, {"eos_token_id", 50256}};
    if (arch == "bert")
        return {{"model_type", "bert"},
                {"architectures", {"BertForMaskedLM"}},
                {"vocab_size", 30522},
                {"hidden_size", 768},
                {"num_hidden_layers", 12},
                {"num_attention_heads", 12},
                {"intermediate_size", 3072},
                {"hidden_act", "gelu"},
                {"hidden_dropout_prob", 0.1},
                {"attention_probs_dropout_prob", 0.1},
                {"max_position_embeddings", 512},
                {"type_vocab_size", 2},
                {"layer_norm_eps", 1e-12},
                {"pad_token_id", 0}};
    if (arch == "llama")
        return {{"model_type", "llama"},
                {"architectures", {"LlamaForCausalLM"}},
                {"vocab_size", 32000},
                {"hidden_size", 512},
                {"intermediate_size", 1376},
                {"num_hidden_layers", 8},
                {"num_attention_heads", 8},
                {"num_key_value_heads", 8},
                {"hidden_act", "silu"},
                {"max_position_embeddings", 2048},
                {"rms_norm_eps", 1e-6},
                {"rope_theta", 10000.0},
                {"tie_word_embeddings", false},
                {"attention_bias", false},
                {"bos_token_id", 1},
                {"eos_token_id", 2}};
    if (arch == "tiny")
        return {{"model_type", "gpt2"}, {"architectures", {"GPT2LMHeadModel"}},
                {"vocab_size", 61},     {"n_positions", 32},
                {"n_embd", 16},         {"n_layer", 2},
                {"n_head", 2},          {"activation_function", "gelu_new"},
                {"resid_pdrop", 0.0},   {"embd_pdrop", 0.0},
                {"attn_pdrop", 0.0},    {"layer_norm_epsilon", 1e-5},
                {"bos_token_id", 60},   {"eos_token_id", 60}};
    throw badInput(fmt::format("There is no shape called \"{}\".", arch), "There are gpt2, bert and llama.", "arch");
}

} // namespace

ShapeFolder::ShapeFolder(const std::string& arch)
{
    const Json config = shapeConfig(arch);
    std::string pattern = (std::filesystem::temp_directory_path() / ("fettle-" + arch + "-XXXXXX")).string();
    if (!mkdtemp(pattern.data()))
        throwFileError(pattern, "could not be created", errno);
    m_path = pattern;
    writeJson(m_path / "config.json", config);
}

ShapeFolder::~ShapeFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace fettle
