// SPDX-License-Identifier: GPL-3.0-or-later
// Phi-3 and Phi-4 (Abdin et al., arXiv:2404.14219) as transformers' Phi3ForCausalLM: LLaMA with fused layers, and
// positions that turn a part of each head.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makePhi3(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{
        .vocabulary = 32064, .context = 4096, .inner = 8192, .hidden = 3072, .epsilon = 1e-5, .isFused = true};
    kind.queryBias = kind.outBias = false;
    kind.residualDropout = config.probability("resid_pdrop", 0);
    kind.rotary = {{.isPartial = true, .original = 4096, .isAlwaysLong = true}};
    kind.gguf = {.architecture = "phi3", .scalings = {RotarySettings::Kind::LongRope}};
    kind.readsAgain = true; // transformers' prepare_inputs_for_generation
    if (config.has("sliding_window"))
        kind.layer = [window = config.count("sliding_window")](int64_t) { return LlamaKind::Layer{window}; };
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
