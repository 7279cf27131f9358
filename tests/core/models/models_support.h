// SPDX-License-Identifier: GPL-3.0-or-later
// Models for tests: golden folders, and random ones made from a configuration alone.
#pragma once

#include "core/models/architectures.h"
#include "core/models/model.h"
#include "tests/support/tree.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fettle::test
{

inline std::string golden(const std::string& name)
{
    return std::string(fettle::test::goldenFolder) + "/models/" + name;
}

inline double largestDifference(const at::Tensor& a, const at::Tensor& b)
{
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// A model with drawn weights, norms and biases not the trivial ones; `plainForms` without processor kernels.
inline std::unique_ptr<LanguageModel> randomModel(const Json& config, bool plainForms = false,
                                                  const std::function<bool(const Arena::Entry&)>& isFrozen = {},
                                                  at::ScalarType type = at::kFloat)
{
    Blueprint plan;
    auto network = buildNetwork(findArchitecture(config, "test"), config, plan);
    if (isFrozen)
        plan.arena.freeze(isFrozen);
    plan.arena.allocate({at::kCPU, true, type});
    auto generator = at::make_generator<at::CPUGeneratorImpl>(3);
    for (const Arena::Entry& entry : plan.arena.entries()) {
        const bool isGain = entry.traits.start == ParameterTraits::Start::Ones;
        const at::Tensor value = plan.arena.parameter(entry.name).value;
        value.copy_(at::empty(entry.shape).normal_(isGain ? 1 : 0, 0.2, generator));
    }
    plan.arena.fillMaster();
    return std::make_unique<LanguageModel>(std::move(plan.facts), std::move(network), std::move(plan.arena), at::kCPU,
                                           plainForms);
}

/// A small model of any architecture: the sizes by every name that some architecture gives them.
inline Json smallConfig(const std::string& type)
{
    Json config{{"model_type", type}, {"vocab_size", 90}, {"attention_dropout", 0.1}, {"attention_bias", true},
                {"mlp_bias", true},   {"n_head", 4},      {"num_key_value_heads", 2}, {"num_kv_heads", 2}};
    for (const char* key : {"n_positions", "max_position_embeddings"})
        config[key] = 210;
    for (const char* key : {"n_embd", "hidden_size", "dim"})
        config[key] = 40;
    for (const char* key : {"n_layer", "n_layers", "num_hidden_layers", "num_layers"})
        config[key] = 2;
    for (const char* key : {"n_heads", "num_attention_heads", "num_heads"})
        config[key] = 4;
    for (const char* key : {"intermediate_size", "hidden_dim", "ffn_dim"})
        config[key] = 72;
    config["head_dim"] = 10;
    config["query_pre_attn_scalar"] = 8;
    // Windows shorter than the tests' texts; positions that turn a part of each head; layers of every kind.
    for (const char* key : {"sliding_window", "window_size"})
        config[key] = 30;
    config["use_sliding_window"] = true;
    config["max_window_layers"] = 1;
    config["sliding_window_pattern"] = config["no_rope_layer_interval"] = 2;
    config["attention_types"] = Json::parse(R"([[["global", "local"], 1]])");
    for (const char* key : {"partial_rotary_factor", "rotary_pct"})
        config[key] = 0.4;
    config["word_embed_proj_dim"] = config["embedding_size"] = 24;
    for (const char* key : {"hidden_dropout_prob", "embedding_dropout", "mlp_dropout"})
        config[key] = 0.1;
    config["relative_attention"] = true;
    config["pos_att_type"] = {"p2c", "c2p"};
    config["position_buckets"] = 32;
    config["max_relative_positions"] = 120;
    config["norm_rel_ebd"] = "layer_norm";
    config["local_attention"] = 30;
    config["global_attn_every_n_layers"] = 2;
    config["parallel_attn"] = false; // else attention_dropout means nothing to Falcon
    return config;
}

/// Sequences of these lengths with random ids; every third position (or, for `causal`, all but the last) is graded.
inline PackedBatch randomBatch(const std::vector<int>& lengths, int64_t vocabulary, bool causal)
{
    PackedBatch batch;
    batch.cuSeqlens.push_back(0);
    uint64_t state = 1;
    const auto draw = [&] {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<int64_t>((state >> 33) % static_cast<uint64_t>(vocabulary));
    };
    for (int length : lengths) {
        for (int i = 0; i < length; ++i) {
            batch.inputIds.push_back(draw());
            batch.positionIds.push_back(i);
            batch.tokenTypeIds.push_back(0);
            const bool graded = causal ? i + 1 < length : i % 3 == 1;
            batch.targets.push_back(graded ? draw() : ignoredLabel);
            batch.gradedTokens += graded;
        }
        batch.cuSeqlens.push_back(static_cast<int32_t>(batch.inputIds.size()));
        batch.maxSeqlen = std::max(batch.maxSeqlen, length);
    }
    return batch;
}

/// A folder that vanishes with the test.
class TemporaryFolder
{
public:
    TemporaryFolder()
    {
        static int count = 0;
        m_path = std::filesystem::temp_directory_path() /
                 ("fettle-models-" + std::to_string(getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(m_path);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(m_path); }
    const std::filesystem::path& path() const { return m_path; }
    void write(const char* name, const std::string& text) const { std::ofstream(m_path / name) << text; }

private:
    std::filesystem::path m_path;
};

} // namespace fettle::test
