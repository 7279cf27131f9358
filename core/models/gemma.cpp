// SPDX-License-Identifier: GPL-3.0-or-later
// Gemma (arXiv:2403.08295), Gemma 2 (arXiv:2408.00118) and the text of Gemma 3 (arXiv:2503.19786) as transformers'
// Gemma…ForCausalLM: LLaMA with scaled embeddings, norms counted from 1 and GELU.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

#include <cmath>

namespace fettle
{

namespace
{

LlamaKind gemmaKind(ConfigReader& config)
{
    LlamaKind kind{.vocabulary = 256000, .context = 8192, .headDim = 256, .isTied = true};
    kind.activation = "gelu_pytorch_tanh";
    kind.normBase = 1;
    kind.scalesEmbedding = true;
    kind.gguf = {
        .architecture = "gemma", .anyHeadDim = true, .head = GgufKind::Head::Tied, .activation = Activation::GeluNew};
    config.requireFlag("use_bidirectional_attention", false);
    return kind;
}

/// From the second on: norms on both sides, soft caps, a scale of their own.
LlamaKind gemma2Kind(ConfigReader& config, double cap, double headCap)
{
    LlamaKind kind = gemmaKind(config);
    kind.hidden = 2304;
    kind.inner = 9216;
    kind.layers = 26;
    kind.heads = 8;
    kind.keyValueHeads = 4;
    kind.activationKey = "hidden_activation";
    kind.afterAttention = "post_attention_layernorm";
    kind.beforeMlp = "pre_feedforward_layernorm";
    kind.afterMlp = "post_feedforward_layernorm";
    kind.scale = 1 / std::sqrt(static_cast<double>(config.count("query_pre_attn_scalar", 256)));
    kind.cap = config.isNull("attn_logit_softcapping") ? 0 : config.real("attn_logit_softcapping", cap);
    kind.headCap = config.isNull("final_logit_softcapping") ? 0 : config.real("final_logit_softcapping", headCap);
    return kind;
}

std::unique_ptr<Network> makeWithScale(const Scope& scope, ConfigReader& config, const LlamaKind& kind,
                                       int64_t layersOfLargest)
{
    auto network = makeLlamaLike(scope, config, kind);
    const ModelFacts& facts = scope.facts();
    // llama.cpp knows the largest of each generation, which has another scale, by its layers.
    if (facts.layers == layersOfLargest) {
        const int64_t width = facts.hiddenSize / facts.heads; // whole numbers, as there
        scope.form().gguf.scale = 1 / std::sqrt(static_cast<double>(width));
    }
    return network;
}

} // namespace

std::unique_ptr<Network> makeGemma(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind = gemmaKind(config);
    kind.hidden = 3072;
    kind.inner = 24576;
    kind.layers = 28;
    kind.heads = kind.keyValueHeads = 16;
    // "gelu" of the first files means the form by tanh, as in transformers.
    if (config.text("hidden_act", "gelu") == "gelu")
        kind.activationKey = "";
    return makeLlamaLike(scope, config, kind);
}

std::unique_ptr<Network> makeGemma2(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind = gemma2Kind(config, 50, 30);
    kind.gguf.architecture = "gemma2";
    kind.gguf.hasCaps = true;
    kind.gguf.windowPeriod = 2;
    const int64_t window = config.isNull("sliding_window") ? 0 : config.count("sliding_window", 4096);
    kind.layer = [&config, window](int64_t i) {
        return LlamaKind::Layer{config.slidingLayer(i, i % 2 == 0) ? window : 0};
    };
    return makeWithScale(scope, config, kind, 46);
}

std::unique_ptr<Network> makeGemma3(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind = gemma2Kind(config, 0, 0);
    kind.gguf.architecture = "gemma3";
    kind.gguf.windowPeriod = 6;
    kind.vocabulary = 262208;
    kind.context = 131072;
    kind.headNorm = Attention::Options::Norm::EachHead;
    kind.rotary = {
        {.theta = 1e6, .layerType = "full_attention"},
        {.theta = 1e4, .thetaKey = "rope_local_base_freq", .layerType = "sliding_attention", .isScaled = false}};
    const int64_t window = config.isNull("sliding_window") ? 0 : config.count("sliding_window", 4096);
    const int64_t pattern = config.count("sliding_window_pattern", 6);
    kind.layer = [&config, window, pattern](int64_t i) {
        const bool slides = config.slidingLayer(i, (i + 1) % pattern != 0);
        return LlamaKind::Layer{slides ? window : 0, slides ? 1 : 0};
    };
    return makeWithScale(scope, config, kind, 62);
}

} // namespace fettle
