// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3 (Yang et al., arXiv:2505.09388) as transformers' Qwen3ForCausalLM: Qwen2 with normalised queries and keys
// instead of biases.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makeQwen3(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.vocabulary = 151936, .context = 32768, .inner = 22016, .keyValueHeads = 32, .headDim = 128};
    kind.headNorm = Attention::Options::Norm::EachHead;
    kind.gguf = {.architecture = "qwen3", .anyHeadDim = true};
    kind.layer = qwenLayers(config);
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
