// SPDX-License-Identifier: GPL-3.0-or-later
// LLaMA and its kin: norms by the root mean square, rotary positions, gated MLPs. What sets them apart: names, defaults
// where config.json is silent, where norms stand, and what each layer sees.
#pragma once

#include "core/models/modules.h"

#include <functional>
#include <memory>
#include <optional>

namespace fettle
{

class ConfigReader;

struct LlamaKind {
    // Where config.json is silent
    int64_t vocabulary = 32000, context = 2048, inner = 11008, hidden = 4096, layers = 32, heads = 32;
    int64_t keyValueHeads = 0; ///< 0: as many as heads
    int64_t headDim = 0;       ///< 0: hidden_size shared out among the heads
    double epsilon = 1e-6;
    bool isTied = false;

    // Biases: config.json's attention_bias and mlp_bias, or
    std::optional<bool> queryBias, outBias; ///< of queries, keys and values; of what follows them
    bool mayHaveMlpBias = false;

    bool isFused = false; ///< queries, keys and values are one layer, gate and up another
    const char* activationKey = "hidden_act";
    const char* activation = "silu";
    double residualDropout = 0;

    /// Names of the norms before and after attention and the MLP; empty: none there.
    std::string_view beforeAttention = "input_layernorm", afterAttention, beforeMlp = "post_attention_layernorm",
                     afterMlp;
    Attention::Options::Norm headNorm = Attention::Options::Norm::None;
    double normBase = 0; ///< what the norms' weights are counted from

    std::optional<double> scale;  ///< of attention's scores
    double cap = 0, headCap = 0;  ///< of attention's scores, of the logits
    bool scalesEmbedding = false; ///< by the root of its width

    /// What a layer sees: a window (0: all), by which of `rotary` its positions turn (-1: by none).
    struct Layer {
        int64_t window = 0;
        int rotary = 0;
    };
    std::function<Layer(int64_t)> layer = [](int64_t) { return Layer{}; };
    std::vector<RotaryKeys> rotary = {{}};
    GgufKind gguf;
    bool readsAgain = false; ///< a text that grows past the original context: where positions change with the length
};
std::unique_ptr<Network> makeLlamaLike(const Scope& scope, ConfigReader& config, const LlamaKind& kind);

/// LLaMA as llama.cpp knows it.
GgufKind llamaInGguf();

/// Qwen's rule: with use_sliding_window the layers from max_window_layers on see a window only, or those that
/// layer_types names.
std::function<LlamaKind::Layer(int64_t)> qwenLayers(ConfigReader& config);

} // namespace fettle
