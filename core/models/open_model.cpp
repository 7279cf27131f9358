// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/open_model.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/inspect.h"
#include "core/models/model_folder.h"

#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

void describeWeights(ModelFacts& facts, const Weights& weights)
{
    uint64_t largest = 0;
    for (const std::string& name : weights.names()) {
        const TensorInfo& info = weights.info(name);
        const uint64_t bytes = info.end - info.begin;
        facts.bytesOnDisk += bytes;
        if (bytes > largest) {
            largest = bytes;
            facts.dtype = info.dtype;
        }
    }
}

} // namespace

OpenedModel openConfig(const std::string& reference)
{
    OpenedModel opened;
    ModelFacts& facts = opened.plan.facts;
    facts.reference = reference;
    facts.folder = resolveModel(reference);
    facts.randomWeights = isRandomReference(reference);
    facts.name = fs::absolute(facts.folder / "").lexically_normal().parent_path().filename().string();
    const Json config = readModelConfig(facts.folder);
    opened.network = buildNetwork(findArchitecture(config, facts.folder.string()), config, opened.plan);
    return opened;
}

OpenedModel openModel(const std::string& reference)
{
    OpenedModel opened = openConfig(reference);
    ModelFacts& facts = opened.plan.facts;
    if (facts.randomWeights)
        return opened;
    try {
        opened.weights.emplace(facts.folder);
        describeWeights(facts, *opened.weights);
        opened.sources = matchWeights(opened.plan, *opened.weights);
    } catch (const Error& error) {
        throw error.about("model");
    }
    if (fs::exists(facts.folder / "adapter_config.json"))
        facts.report.notices.emplace_back("The folder also holds an adapter (LoRA), which is not applied.");
    return opened;
}

} // namespace fettle
