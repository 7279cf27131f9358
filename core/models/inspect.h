// SPDX-License-Identifier: GPL-3.0-or-later
// What is found in a model folder, without loading the weights.
#pragma once

#include "core/base/model_facts.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct LoraConfig;

/// "bundled:NAME", "random:PATH" or a path, resolved to its folder. Throws BadInput (subject "model").
std::filesystem::path resolveModel(const std::string& reference);
bool isRandomReference(const std::string& reference);
/// Reads config.json, the headers of the weights and the tokenizer. Throws BadInput (subject "model"): no such
/// folder, no config.json, a model_type that is not known (names those that are), a size that no model has, a broken
/// weights file, weights that are not those of config.json.
ModelFacts inspectModel(const std::string& reference);
/// By config.json alone: kind, objective and sizes; the weights need not be there. With `lora`, of the model with such
/// adapters, by the headers of the weights too: how the files hold them is how they lie in memory.
ModelFacts describeModel(const std::string& reference, std::shared_ptr<const LoraConfig> lora = nullptr);
/// Every architecture that Fettle knows, for people: "GPT-2", "BERT" …
std::vector<std::string> architectureNames();
/// The models that come with Fettle.
std::vector<ModelFacts> bundledModels();

} // namespace fettle
