// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5 (Yang et al., arXiv:2407.10671) as transformers' Qwen2ForCausalLM: LLaMA with biases on queries,
// keys and values.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makeQwen2(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.vocabulary = 151936, .context = 32768, .inner = 22016, .keyValueHeads = 32};
    kind.queryBias = true;
    kind.outBias = false;
    kind.gguf = {.architecture = "qwen2", .biases = GgufKind::Biases::Any};
    kind.layer = qwenLayers(config);
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
