// SPDX-License-Identifier: GPL-3.0-or-later
// A model folder opened: all that can be known of it before memory is taken.
#pragma once

#include "core/models/weight_plan.h"

#include <memory>
#include <optional>
#include <string>

namespace fettle
{

struct OpenedModel {
    ModelEntry entry; ///< without what inspectModel adds: tokens, licence
    std::unique_ptr<Network> network;
    std::optional<Weights> weights; ///< none for random:PATH
    WeightPlan plan;
};

/// config.json alone: the entry's kind and sizes, and the network. Throws BadInput (subject "model").
OpenedModel openConfig(const std::string& reference);
/// openConfig, the weights' headers, and which tensor goes where. Throws BadInput (subject "model").
OpenedModel openModel(const std::string& reference);

} // namespace fettle
