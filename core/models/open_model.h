// SPDX-License-Identifier: GPL-3.0-or-later
// A model folder opened: all that can be known of it before memory is taken.
#pragma once

#include "core/models/architectures.h"
#include "core/models/model.h"
#include "core/models/weight_sources.h"

#include <memory>
#include <optional>
#include <string>

namespace fettle
{

class Tokenizer;

struct OpenedModel {
    Blueprint plan; ///< its facts are without what inspectModel adds: tokens, licence
    std::unique_ptr<Network> network;
    std::optional<Weights> weights; ///< none for random:PATH
    WeightSources sources;
    std::unique_ptr<WeightFile> adapterWeights; ///< of an adapter's folder
    WeightSources adapterSources;
    std::string adapterConfig; ///< as it is to be written; empty: no adapters
};

struct OpenOptions {
    std::shared_ptr<const LoraConfig> lora = nullptr; ///< adapters to be made; null: those of the folder, if any
    std::filesystem::path base = {}; ///< of an adapter's folder, where it is known better; empty: as the folder says
};

/// config.json alone: the model's kind and sizes, and the network. An adapter's folder is its base with adapters.
/// Throws BadInput (subject "model", "lora_r" …).
OpenedModel openConfig(const std::string& reference, const OpenOptions& options = {});
/// openConfig, the weights' headers, and which tensor goes where. Throws BadInput (subject "model").
OpenedModel openModel(const std::string& reference, const OpenOptions& options = {});

/// What the tokenizer adds: its kind, its tokens for blanks and ends, what it has to say.
void noteTokenizer(ModelFacts& facts, const Tokenizer& tokenizer);
/// loadModel of model.h, from what was opened.
std::unique_ptr<LanguageModel> loadModel(OpenedModel opened, const LoadOptions& options);

} // namespace fettle
