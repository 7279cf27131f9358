// SPDX-License-Identifier: GPL-3.0-or-later
// Which tensor of the files each parameter takes: known from the headers, before any memory is taken.
#pragma once

#include "core/models/network.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <map>
#include <string>

namespace fettle
{

struct WeightPlan {
    Arena arena; ///< declared, not allocated
    /// Parameter to the tensor of the files that it takes; those of report.drawn are in neither.
    std::map<std::string, std::string> sources;
    LoadReport report;
};

/// Matches as transformers 5 does: a trunk may be stored without its prefix, two tied parameters under either name, the
/// norms under their first names; of two that should be tied but differ both are kept; a head that is not there is
/// drawn anew. Throws BadInput (subject "model"): a part of the trunk is missing, a shape is not config.json's, a
/// tensor holds no real numbers.
WeightPlan planWeights(const Network& network, const Weights& weights, const std::filesystem::path& folder);

/// network.declare, with the counts named where they are too big.
void declareParameters(const Network& network, Arena& arena);

/// "vocab_size = 50257, n_embd = 768 …": the counts of config.json.
std::string sizesInWords(const ConfigReader::Sizes& sizes);

} // namespace fettle
