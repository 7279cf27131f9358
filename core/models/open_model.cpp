// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/open_model.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/model_files.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

// Memory to train: values, gradients and two moments; activations of the batch; the graded rows' logits; and what the
// program and LibTorch take of themselves.
uint64_t estimateTrainingBytes(const NetworkFacts& facts, int64_t arenaSize)
{
    const int64_t tokens = 8 * std::min<int64_t>(facts.context, 128);
    const int64_t activations = tokens * (facts.layers * facts.layerFloats + 12 * facts.hidden);
    const int64_t logits = 256 * facts.vocabulary;
    const int64_t floats = 4 * arenaSize + activations + activations / 4 + logits;
    return static_cast<uint64_t>(floats) * sizeof(float) + 200'000'000;
}

void describeWeights(ModelEntry& entry, const Weights& weights)
{
    uint64_t largest = 0;
    for (const std::string& name : weights.names()) {
        const TensorInfo& info = weights.info(name);
        const uint64_t bytes = info.end - info.begin;
        entry.bytesOnDisk += bytes;
        if (bytes > largest) {
            largest = bytes;
            entry.dtype = info.dtype;
        }
    }
}

} // namespace

OpenedModel openConfig(const std::string& reference)
{
    OpenedModel opened;
    ModelEntry& entry = opened.entry;
    entry.reference = reference;
    entry.folder = resolveModel(reference);
    entry.randomWeights = isRandomReference(reference);
    entry.name = fs::absolute(entry.folder / "").lexically_normal().parent_path().filename().string();
    const Json config = readModelConfig(entry.folder);
    const ArchitectureInfo& architecture = findArchitecture(config, entry.folder.string());
    entry.modelType = architecture.modelType;
    entry.architecture = architecture.name;
    entry.objective = architecture.objective;
    entry.dtype = "F32";
    try {
        opened.network = architecture.make(config);
    } catch (const Error& error) {
        throw error.about("model");
    }
    const NetworkFacts& facts = opened.network->facts();
    entry.vocabularySize = facts.vocabulary;
    entry.contextLength = facts.context;
    entry.layers = facts.layers;
    entry.hiddenSize = facts.hidden;
    entry.heads = facts.heads;
    return opened;
}

OpenedModel openModel(const std::string& reference)
{
    OpenedModel opened = openConfig(reference);
    ModelEntry& entry = opened.entry;
    try {
        if (entry.randomWeights) {
            declareParameters(*opened.network, opened.plan.arena);
        } else {
            opened.weights.emplace(entry.folder);
            describeWeights(entry, *opened.weights);
            opened.plan = planWeights(*opened.network, *opened.weights, entry.folder);
        }
    } catch (const Error& error) {
        throw error.about("model");
    }
    if (!entry.randomWeights && fs::exists(entry.folder / "adapter_config.json"))
        opened.plan.report.notices.emplace_back("The folder also holds an adapter (LoRA), which is not applied.");
    entry.report = opened.plan.report;
    entry.parameters = opened.plan.arena.parameterCount();
    entry.trainingBytes = estimateTrainingBytes(opened.network->facts(), opened.plan.arena.size());
    return opened;
}

} // namespace fettle
