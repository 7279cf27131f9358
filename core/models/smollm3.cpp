// SPDX-License-Identifier: GPL-3.0-or-later
// SmolLM3 (Hugging Face, 2025) as transformers' SmolLM3ForCausalLM: LLaMA in which some layers know no positions.
#include "core/models/config_reader.h"
#include "core/models/llama.h"

namespace fettle
{

std::unique_ptr<Network> makeSmolLm3(const Scope& scope, ConfigReader& config)
{
    LlamaKind kind{.vocabulary = 128256, .context = 32768, .hidden = 2048, .layers = 36, .heads = 16};
    kind.keyValueHeads = 4;
    kind.isTied = true;
    kind.mayHaveMlpBias = true;
    kind.gguf = {.architecture = "smollm3", .turnsNeighbours = true, .unturnedPeriod = 4};
    kind.rotary = {{.theta = 2'000'000}};
    const std::vector<double> turns = config.reals("no_rope_layers"); // 1 where positions do turn
    const auto interval = static_cast<int64_t>(config.real("no_rope_layer_interval", 4));
    const bool slides = config.flag("use_sliding_window", false) && config.has("sliding_window");
    const int64_t window = slides ? config.count("sliding_window") : 0;
    kind.layer = [=, &config](int64_t i) {
        const auto index = static_cast<size_t>(i);
        const bool isTurned = index < turns.size() ? turns[index] != 0 : interval < 1 || (i + 1) % interval != 0;
        return LlamaKind::Layer{config.slidingLayer(i, !isTurned) ? window : 0, isTurned ? 0 : -1};
    };
    return makeLlamaLike(scope, config, kind);
}

} // namespace fettle
