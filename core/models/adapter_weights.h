// SPDX-License-Identifier: GPL-3.0-or-later
// A model with adapters: what of it learns, and how PEFT's files call that.
#pragma once

#include "core/models/model.h"
#include "core/models/scope.h"
#include "core/models/weight_sources.h"

#include <filesystem>
#include <memory>
#include <string>

namespace fettle
{

/// The file of an adapter's weights; throws BadInput (subject "model") where there is none.
std::unique_ptr<WeightFile> openAdapterWeights(const std::filesystem::path& folder);

/// Once the network is built, before its weights are matched: target modules that are not there, and names that a
/// module to be learnt whole no longer shares. Throws BadInput: `subject` is what to mend.
void checkTargets(Blueprint& plan, const std::string& subject);
/// Which tensor of the adapter's file each parameter takes. Throws BadInput (subject "model"): one is missing, has
/// another shape, or there is no place for it.
WeightSources matchAdapter(const Blueprint& plan, const WeightFile& weights, const std::string& where);
/// Freezes what an adapter leaves alone.
void freezeBase(Blueprint& plan);

/// Magnitudes of new adapters (DoRA): the norms of the base's weights, which lie in the arena. Throws BadInput (subject
/// "use_dora") where weights have no direction, being zeros.
void measureMagnitudes(const Blueprint& plan);

/// adapter_config.json for new adapters to the model in `base`.
std::string newAdapterConfig(const Blueprint& plan, const std::string& base);
/// An adapter's own, for adapters that learn further.
std::string keptAdapterConfig(const std::filesystem::path& folder, const std::string& base);

} // namespace fettle
