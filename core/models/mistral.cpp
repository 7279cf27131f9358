// SPDX-License-Identifier: GPL-3.0-or-later
// Mistral (Jiang et al., arXiv:2310.06825) as transformers' MistralForCausalLM: LLaMA with a window of attention.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makeMistral(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.context = 131072, .inner = 14336, .keyValueHeads = 8, .queryBias = false, .outBias = false};
    kind.gguf = llamaInGguf();
    if (!config.isNull("sliding_window"))
        kind.layer = [window = config.count("sliding_window", 4096)](int64_t) { return LlamaKind::Layer{window}; };
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
