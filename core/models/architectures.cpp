// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/architectures.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reader.h"
#include "core/models/inspect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace fettle
{

#define FETTLE_MODEL(modelType, name, className, objective, make)                                                      \
    std::unique_ptr<Network> make(const Scope& scope, ConfigReader& config);
#include "core/models/models.def"
#undef FETTLE_MODEL

const std::vector<ArchitectureInfo>& architectures()
{
    static const std::vector<ArchitectureInfo> all{
#define FETTLE_MODEL(modelType, name, className, objective, make)                                                      \
    {modelType, name, className, Objective::objective, make},
#include "core/models/models.def"
#undef FETTLE_MODEL
    };
    return all;
}

std::vector<std::string> architectureNames()
{
    std::vector<std::string> names;
    for (const ArchitectureInfo& info : architectures())
        names.emplace_back(info.name);
    return names;
}

const ArchitectureInfo& findArchitecture(const Json& config, const std::string& where)
{
    const auto type = jsonValue<std::string>(config, "model_type", "");
    std::vector<std::string> known;
    for (const ArchitectureInfo& info : architectures()) {
        if (type == info.modelType)
            return info;
        known.emplace_back(info.modelType);
    }
    throw badInput(type.empty() ? fmt::format("{} says no model_type.", where)
                                : fmt::format("{}: the model_type \"{}\" is not supported yet.", where, type),
                   fmt::format("Fettle knows these: {}.", fmt::join(known, ", ")), "model");
}

std::unique_ptr<Network> buildNetwork(const ArchitectureInfo& architecture, const Json& config, Blueprint& plan)
{
    plan.facts.modelType = architecture.modelType;
    plan.facts.architecture = architecture.name;
    plan.facts.objective = architecture.objective;
    try {
        ConfigReader reader(config, plan.facts);
        std::unique_ptr<Network> network = architecture.make(Scope(plan), reader);
        noteParameters(plan);
        return network;
    } catch (const Error& error) {
        throw error.about("model");
    }
}

} // namespace fettle
