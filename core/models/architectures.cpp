// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace fettle
{

#define FETTLE_MODEL(modelType, name, className, objective, make) std::unique_ptr<Network> make(const Json& config);
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

const char* toString(Objective objective)
{
    return objective == Objective::Causal ? "causal" : "masked";
}

} // namespace fettle
