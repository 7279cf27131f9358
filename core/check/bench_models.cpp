// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/bench_models.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/check/bench.h"
#include "core/models/architectures.h"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Json shapeConfig(const std::string& arch);

/// Another architecture in the width and depth of the LLaMA: sizes by every name that some architecture gives them, all
/// else by its own defaults.
Json shapeLikeLlama(const std::string& arch)
{
    const Json llama = shapeConfig("llama");
    Json config{{"model_type", arch}, {"vocab_size", llama["vocab_size"]}};
    findArchitecture(config, "arch");
    const auto set = [&](const char* of, std::initializer_list<const char*> names) {
        config[of] = llama[of];
        for (const char* name : names)
            config[name] = llama[of];
    };
    set("hidden_size", {"dim", "embedding_size", "word_embed_proj_dim"});
    set("intermediate_size", {"hidden_dim", "ffn_dim"});
    set("num_hidden_layers", {"n_layer", "n_layers", "num_layers"});
    set("num_attention_heads", {"n_head", "n_heads", "num_heads", "num_key_value_heads"});
    set("max_position_embeddings", {});
    config["head_dim"] = config["query_pre_attn_scalar"] = 64;
    config["attention_types"] = Json::parse(R"([[["global", "local"], 4]])");
    return config;
}

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
    return shapeLikeLlama(arch);
}

} // namespace

std::vector<std::string> benchShapes()
{
    std::vector<std::string> types;
    for (const ArchitectureInfo& info : architectures())
        types.emplace_back(info.modelType);
    return types;
}

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
