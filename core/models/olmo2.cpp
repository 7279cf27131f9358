// SPDX-License-Identifier: GPL-3.0-or-later
// OLMo 2 (OLMo Team, arXiv:2501.00656) as transformers' Olmo2ForCausalLM: LLaMA with its norms after attention and MLP
// instead of before, and normalised queries and keys.
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makeOlmo2(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.vocabulary = 50304, .epsilon = 1e-5};
    kind.beforeAttention = kind.beforeMlp = {};
    kind.afterAttention = "post_attention_layernorm";
    kind.afterMlp = "post_feedforward_layernorm";
    kind.headNorm = Attention::Options::Norm::AllHeads;
    kind.gguf = {.architecture = "olmo2", .head = GgufKind::Head::Own};
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
