// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/open_model.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/adapter_weights.h"
#include "core/models/inspect.h"
#include "core/models/model_folder.h"

#include <fmt/format.h>
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

namespace
{

std::string nameOf(const fs::path& folder)
{
    return fs::absolute(folder / "").lexically_normal().parent_path().filename().string();
}

/// New adapters to a model that has some already learn on as they are: they cannot be others.
void requireSameAdapters(const LoraConfig& asked, const LoraConfig& there, const fs::path& folder)
{
    const bool isSame = asked.rank == there.rank && asked.alpha == there.alpha &&
                        asked.isRankStabilized == there.isRankStabilized && asked.isDora == there.isDora &&
                        asked.bias == there.bias;
    if (!isSame)
        throw badInput(
            fmt::format("{} is an adapter already, of rank {} and alpha {}{}: it is trained further as it is.",
                        folder.string(), there.rank, shortest(there.alpha), there.isDora ? ", with DoRA" : ""),
            fmt::format("Set lora_r to 0. For other adapters merge it into its base first (fettle-cli export "
                        "--to merged) and train that model."),
            "lora_r");
}

/// The settings of the adapters, from the folder or as asked.
void settleAdapters(OpenedModel& opened, const OpenOptions& options)
{
    ModelFacts& facts = opened.plan.facts;
    opened.plan.lora = options.lora;
    if (!isAdapterFolder(facts.folder) || facts.randomWeights) {
        if (options.lora && facts.randomWeights)
            throw badInput("lora_r: adapters change a model that has learnt something, but random: draws all of its "
                           "weights anew.",
                           "Set lora_r to 0, or choose a trained model.", "lora_r");
        return;
    }
    facts.adapterFolder = facts.folder;
    facts.folder = options.base.empty() ? adapterBase(facts.adapterFolder) : options.base;
    const fs::path file = facts.adapterFolder / kAdapterConfigName;
    auto lora = std::make_shared<LoraConfig>(readLoraConfig(readJson(file), file.string()));
    if (options.lora) {
        requireSameAdapters(*options.lora, *lora, facts.adapterFolder);
        lora->dropout = options.lora->dropout;
    }
    opened.plan.lora = std::move(lora);
}

/// Numbers of few bits mean nothing without the scales that each kind of quantized model keeps elsewhere.
void refuseQuantized(const Json& config, const fs::path& folder)
{
    const auto found = config.find("quantization_config");
    if (found == config.end() || !found->is_object())
        return;
    throw badInput(
        fmt::format("The weights in {} are quantized (quant_method = {}), which is not supported.", folder.string(),
                    shown(jsonValue<std::string>(*found, "quant_method", "not named"))),
        "Take the model that they were made of, in 16 or 32 bits. Beside an adapter (lora_r) its weights are "
        "read where they lie in their file and take no memory of the program's own.",
        "model");
}

/// Targets of new adapters that nobody named.
void nameTargets(Blueprint& plan, const std::string& modelType)
{
    const LoraConfig& asked = *plan.lora;
    if (asked.allLinear || !asked.pattern.empty() || !asked.targets.empty())
        return;
    auto named = std::make_shared<LoraConfig>(asked);
    named->targets = usualTargets(modelType);
    plan.lora = std::move(named);
}

/// What stands in the base's files but is drawn anew would be another one each time.
void requireLearntBase(const Blueprint& plan)
{
    for (const std::string& name : plan.facts.report.drawn)
        if (!plan.arena.find(name)->trains)
            throw badInput(fmt::format("{} has no {} in its files: beside adapters it would stay as it is drawn.",
                                       plan.facts.folder.string(), name),
                           "Let the output layer learn whole: modules_to_save, with the first part of that name.",
                           "modules_to_save");
}

/// Layers and tables, whose products and look-ups widen what is stored in two bytes a number.
bool isMatrix(const Arena::Entry& entry)
{
    const Role role = entry.traits.role;
    return entry.shape.size() == 2 &&
           (isLinear(role) || role == Role::Words || role == Role::Positions || role == Role::TokenTypes ||
            role == Role::WordsProjection || role == Role::Head || role == Role::HeadTransform);
}

/// Frozen matrices whose file has them as they are: they are read where they lie there, not copied.
void lendBase(OpenedModel& opened)
{
    std::vector<std::pair<std::string, at::Tensor>> lent;
    for (const Arena::Entry& entry : opened.plan.arena.entries()) {
        const auto source = opened.sources.find(entry.name);
        if (entry.trains || !isMatrix(entry) || source == opened.sources.end() ||
            opened.adapterSources.contains(entry.name) || !opened.weights->isMapped(source->second))
            continue;
        const std::string& type = opened.weights->info(source->second).dtype;
        if (type == "F32" || type == "F16" || type == "BF16")
            lent.emplace_back(entry.name, opened.weights->tensor(source->second));
    }
    opened.plan.arena.lend(lent);
    noteParameters(opened.plan);
}

} // namespace

OpenedModel openConfig(const std::string& reference, const OpenOptions& options)
{
    OpenedModel opened;
    Blueprint& plan = opened.plan;
    ModelFacts& facts = plan.facts;
    facts.reference = reference;
    facts.folder = resolveModel(reference);
    facts.randomWeights = isRandomReference(reference);
    facts.name = nameOf(facts.folder);
    try {
        settleAdapters(opened, options);
    } catch (const Error& error) {
        throw error.subject().empty() ? error.about("model") : error;
    }
    const Json config = readModelConfig(facts.folder);
    if (!facts.randomWeights)
        refuseQuantized(config, facts.folder);
    const ArchitectureInfo& architecture = findArchitecture(config, facts.folder.string());
    if (plan.lora)
        nameTargets(plan, architecture.modelType);
    opened.network = buildNetwork(architecture, config, plan);
    if (plan.lora) {
        checkTargets(plan, facts.adapterFolder.empty() ? "lora_target_modules" : "model");
        freezeBase(plan);
        opened.adapterConfig = facts.adapterFolder.empty()
                                   ? newAdapterConfig(plan, fs::absolute(facts.folder).lexically_normal().string())
                                   : keptAdapterConfig(facts.adapterFolder, facts.folder.string());
    }
    return opened;
}

OpenedModel openModel(const std::string& reference, const OpenOptions& options)
{
    OpenedModel opened = openConfig(reference, options);
    ModelFacts& facts = opened.plan.facts;
    if (facts.randomWeights)
        return opened;
    try {
        if (!facts.adapterFolder.empty()) {
            opened.adapterWeights = openAdapterWeights(facts.adapterFolder);
            opened.adapterSources = matchAdapter(opened.plan, *opened.adapterWeights, facts.adapterFolder.string());
        }
        opened.weights.emplace(facts.folder);
        describeWeights(facts, *opened.weights);
        opened.sources = matchWeights(opened.plan, *opened.weights, opened.adapterSources);
        if (opened.plan.lora)
            freezeBase(opened.plan); // what the files untied, too
    } catch (const Error& error) {
        throw error.about("model");
    }
    if (opened.plan.lora) {
        requireLearntBase(opened.plan);
        lendBase(opened);
    } else if (holdsAdapter(facts.folder)) {
        facts.report.notices.emplace_back("The folder also holds an adapter (LoRA), which is not applied.");
    }
    return opened;
}

} // namespace fettle
