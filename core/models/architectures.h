// SPDX-License-Identifier: GPL-3.0-or-later
// Every architecture that Fettle knows.
#pragma once

#include "core/base/json.h"
#include "core/models/network.h"
#include "core/models/scope.h"

#include <memory>
#include <string>
#include <vector>

namespace fettle
{

/// One line of models.def.
struct ArchitectureInfo {
    const char* modelType; ///< config.json's model_type
    const char* name;      ///< for people
    const char* className; ///< config.json's "architectures"
    Objective objective;
    std::unique_ptr<Network> (*make)(const Scope& scope, ConfigReader& config);
};
const std::vector<ArchitectureInfo>& architectures();
/// Throws BadInput (subject "model") naming the model types that are known.
const ArchitectureInfo& findArchitecture(const Json& config, const std::string& where);

/// The network of a config.json, declared in `plan` with all that follows from it. Throws BadInput (subject "model").
std::unique_ptr<Network> buildNetwork(const ArchitectureInfo& architecture, const Json& config, Blueprint& plan);

} // namespace fettle
