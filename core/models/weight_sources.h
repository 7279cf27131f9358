// SPDX-License-Identifier: GPL-3.0-or-later
// Which tensor of the files each parameter takes: known from the headers, before any memory is taken.
#pragma once

#include "core/models/scope.h"
#include "core/tensors/weights.h"

#include <map>
#include <string>

namespace fettle
{

/// Parameter to the tensor of the files that it takes; those of the report's `drawn` are in neither.
using WeightSources = std::map<std::string, std::string>;

/// Matches as transformers 5 does: a trunk may be stored without its prefix, two tied parameters under either name, the
/// norms under their first names; of two that should be tied but differ both are kept (and untied in plan.arena); a
/// head that is not there is drawn anew. plan.facts.report says all that. Throws BadInput (subject "model"): a part of
/// the trunk is missing, a shape is not config.json's, a tensor holds no real numbers.
/// Adapters, and what is in `elsewhere`, are not looked for.
WeightSources matchWeights(Blueprint& plan, const Weights& weights, const WeightSources& elsewhere = {});

} // namespace fettle
