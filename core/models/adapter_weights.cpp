// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/adapter_weights.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/architectures.h"
#include "core/models/other_names.h"
#include "core/tensors/safetensors_header.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle
{

namespace
{

constexpr std::string_view peftPrefix = "base_model.model.", baseLayer = ".base_layer", savedPart = ".modules_to_save",
                           defaultName = ".default", magnitudes = ".lora_magnitude_vector",
                           weightPart = ".weight"; // PEFT stores the one alone

bool isBias(const std::string& name)
{
    return name == "bias" || name.ends_with(".bias");
}

/// "a.b" of "a.b.weight".
std::string moduleOf(const std::string& parameter)
{
    const size_t dot = parameter.rfind('.');
    return dot == std::string::npos ? std::string() : parameter.substr(0, dot);
}

std::set<std::string> adaptedModules(const std::vector<AdapterSite>& sites)
{
    std::set<std::string> modules;
    for (const AdapterSite& site : sites)
        modules.insert(site.module);
    return modules;
}

/// What learns besides the adapters.
bool learnsBeside(const LoraConfig& lora, const std::set<std::string>& adapted, const std::string& name)
{
    if (!lora.savedModuleOf(name).empty())
        return true;
    return isBias(name) && (lora.bias == LoraConfig::Bias::All ||
                            (lora.bias == LoraConfig::Bias::LoraOnly && adapted.contains(moduleOf(name))));
}

const char* classNameOf(const std::string& modelType)
{
    for (const ArchitectureInfo& info : architectures())
        if (modelType == info.modelType)
            return info.className;
    return "";
}

void erase(std::string& name, std::string_view part)
{
    if (const size_t at = name.find(part); at != std::string::npos)
        name.erase(at, part.size());
}

/// The parameter that a tensor of the file is meant for; empty: none.
std::string parameterOf(const Arena& arena, std::string stored)
{
    if (stored.starts_with(peftPrefix))
        stored.erase(0, peftPrefix.size());
    for (const std::string_view part : {baseLayer, savedPart, defaultName})
        erase(stored, part);
    if (stored.ends_with(magnitudes))
        stored += weightPart;
    return arena.find(stored) ? stored : std::string();
}

std::string peftName(const std::set<std::string>& adapted, const std::string& name)
{
    const std::string module = moduleOf(name);
    if (module.ends_with(magnitudes))
        return fmt::format("{}{}", peftPrefix, module);
    const bool isInside = isBias(name) && adapted.contains(module);
    return fmt::format("{}{}", peftPrefix, isInside ? fmt::format("{}{}.bias", module, baseLayer) : name);
}

} // namespace

std::unique_ptr<WeightFile> openAdapterWeights(const std::filesystem::path& folder)
{
    for (const char* name : {kAdapterWeightsName, kAdapterPickleName})
        if (fs::exists(folder / name))
            return openWeightFile(folder / name);
    throw badInput(fmt::format("{} has no {}.", folder.string(), kAdapterWeightsName),
                   "Choose the folder of a PEFT adapter: adapter_config.json beside adapter_model.safetensors.",
                   "model");
}

void checkTargets(Blueprint& plan, const std::string& subject)
{
    const LoraConfig& lora = *plan.lora;
    const auto names = [](const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, ", ")); };
    const std::string known =
        fmt::format("Its linear layers are {}; all-linear takes them all.", names(linearLayerNames(plan.arena)));
    const auto isEnd = [](const std::string& end, const std::string& module) {
        return module == end || module.ends_with("." + end);
    };
    const std::set<std::string> adapted = adaptedModules(plan.adapters);
    for (const std::string& target : lora.targets) {
        const auto isTarget = [&](const std::string& module) { return isEnd(target, module); };
        if (std::any_of(adapted.begin(), adapted.end(), isTarget))
            continue;
        const auto& entries = plan.arena.entries();
        const bool isOther = std::any_of(entries.begin(), entries.end(), [&](const Arena::Entry& entry) {
            return isTarget(moduleOf(entry.name)) && lora.savedModuleOf(entry.name).empty() &&
                   !isLinear(entry.traits.role);
        });
        if (isOther)
            throw badInput(fmt::format("An adapter cannot stand beside {}: it is no linear layer of the model's body.",
                                       shown(target)),
                           known + " What is no linear layer can learn whole: modules_to_save.", subject);
    }
    if (plan.adapters.empty())
        throw badInput(fmt::format("{} has no linear layer called {}.", plan.facts.architecture,
                                   lora.pattern.empty() ? shown(names(lora.targets)) : shown(lora.pattern)),
                       known, subject);
    std::set<std::string> apart;
    for (const auto& [name, of] : plan.arena.ties()) {
        const std::string module = lora.savedModuleOf(name);
        if (module == lora.savedModuleOf(of))
            continue;
        apart.insert(name);
        plan.untied.emplace_back(name, of);
    }
    plan.arena.untie(apart);
    for (const std::string& module : lora.saved) {
        const auto& entries = plan.arena.entries();
        if (std::none_of(entries.begin(), entries.end(),
                         [&](const Arena::Entry& entry) { return isEnd(module, lora.savedModuleOf(entry.name)); }))
            throw badInput(fmt::format("{} has no module called {}.", plan.facts.architecture, shown(module)),
                           "modules_to_save names parts of the model: lm_head, say.",
                           subject == "model" ? "model" : "modules_to_save");
    }
}

WeightSources matchAdapter(const Blueprint& plan, const WeightFile& weights, const std::string& where)
{
    WeightSources sources;
    const std::set<std::string> adapted = adaptedModules(plan.adapters);
    std::map<std::string, std::string> tied;
    for (const auto& [name, of] : plan.arena.ties())
        tied.emplace(name, of);
    for (const auto& [stored, info] : weights.tensors()) {
        std::string name = parameterOf(plan.arena, stored);
        if (const auto of = tied.find(name); of != tied.end())
            name = of->second;
        const Arena::Entry* entry = name.empty() ? nullptr : plan.arena.find(name);
        if (!entry || (entry->traits.role != Role::Adapter && !learnsBeside(*plan.lora, adapted, name)))
            throw badInput(fmt::format("{}: there is no place for the tensor {} in {}.", where, shown(stored),
                                       plan.facts.folder.string()),
                           "The adapter is of another base model, or of a kind that is not supported: adapters beside "
                           "embeddings, say. PEFT in Python can merge it (merge_and_unload).",
                           "model");
        if (info.shape != entry->shape)
            throw badInput(fmt::format("{}: the tensor {} has the shape [{}]; in {} it is [{}].", where, shown(stored),
                                       fmt::join(info.shape, ", "), plan.facts.folder.string(),
                                       fmt::join(entry->shape, ", ")),
                           "The adapter is of another base model.", "model");
        const auto type = safetensorsScalarType(info.dtype);
        if (!type || !at::isFloatingType(*type) || info.dtype.starts_with("F8_"))
            throw badInput(fmt::format("{}: the tensor {} is stored as {}.", where, shown(stored), info.dtype),
                           "Use an adapter stored as F32, F16 or BF16.", "model");
        sources[name] = stored;
    }
    for (const Arena::Entry& entry : plan.arena.entries()) {
        const bool isNeeded = entry.traits.role == Role::Adapter || !plan.lora->savedModuleOf(entry.name).empty();
        if (isNeeded && !sources.contains(entry.name))
            throw badInput(fmt::format("{} lacks {}.", where, entry.name),
                           "The file is incomplete: take the adapter from its source again.", "model");
    }
    return sources;
}

void freezeBase(Blueprint& plan)
{
    const std::set<std::string> adapted = adaptedModules(plan.adapters);
    plan.arena.freeze([&](const Arena::Entry& entry) {
        return entry.traits.role != Role::Adapter && !learnsBeside(*plan.lora, adapted, entry.name);
    });
    noteParameters(plan);
}

at::Tensor AdapterSite::weightNorm(Tape& tape) const
{
    return fettle::weightNorm(tape, {*weight, {}, isConv1d}, {*down, *up, scale});
}

void measureMagnitudes(const Blueprint& plan)
{
    for (const AdapterSite& site : plan.adapters) {
        if (!site.magnitude)
            continue;
        const at::Tensor magnitude = site.magnitude->value;
        Tape tape(magnitude.device(), magnitude.scalar_type());
        magnitude.copy_(site.weightNorm(tape));
        if (magnitude.eq(0).any().item<bool>())
            throw badInput(
                fmt::format("{} has outputs whose weights are all 0: they have no direction, which DoRA would "
                            "learn.",
                            site.module),
                "Set use_dora to false, or leave that layer out (lora_target_modules).", "use_dora");
    }
}

std::string newAdapterConfig(const Blueprint& plan, const std::string& base)
{
    const LoraConfig& lora = *plan.lora;
    const ModelFacts& facts = plan.facts;
    std::vector<std::string> targets = lora.targets;
    if (lora.allLinear)
        for (const AdapterSite& site : plan.adapters)
            targets.push_back(site.module);
    const auto patterns = [](const LoraConfig::Patterns& all) {
        Json object = Json::object();
        for (const auto& [pattern, value] : all)
            object[pattern] = value;
        return object;
    };
    Json config = Json::object();
    config["alpha_pattern"] = patterns(lora.alphas);
    config["auto_mapping"] = nullptr;
    if (facts.isMasked()) { // PEFT has no task for it: it is told the class
        std::string module = facts.modelType;
        std::replace(module.begin(), module.end(), '-', '_');
        config["auto_mapping"] = {{"base_model_class", classNameOf(facts.modelType)},
                                  {"parent_library", fmt::format("transformers.models.{0}.modeling_{0}", module)}};
    }
    config["base_model_name_or_path"] = base;
    config["bias"] = lora.bias == LoraConfig::Bias::None  ? "none"
                     : lora.bias == LoraConfig::Bias::All ? "all"
                                                          : "lora_only";
    config["fan_in_fan_out"] = plan.adapters.front().isConv1d;
    config["inference_mode"] = true;
    config["init_lora_weights"] = true;
    config["layers_pattern"] = nullptr;
    config["layers_to_transform"] = nullptr;
    const auto whole = static_cast<int64_t>(lora.alpha);
    config["lora_alpha"] = static_cast<double>(whole) == lora.alpha ? Json(whole) : Json(lora.alpha);
    config["lora_dropout"] = lora.dropout;
    config["modules_to_save"] = lora.saved.empty() ? Json(nullptr) : Json(lora.saved);
    config["peft_type"] = "LORA";
    config["r"] = lora.rank;
    config["rank_pattern"] = patterns(lora.ranks);
    config["revision"] = nullptr;
    config["target_modules"] = targets;
    config["task_type"] = facts.isMasked() ? Json(nullptr) : Json("CAUSAL_LM");
    config["use_dora"] = lora.isDora;
    config["use_rslora"] = lora.isRankStabilized;
    return fileText(config);
}

std::string keptAdapterConfig(const std::filesystem::path& folder, const std::string& base)
{
    Json config = readJson(folder / kAdapterConfigName);
    config["base_model_name_or_path"] = base;
    config["inference_mode"] = true;
    return fileText(config);
}

void saveAdapters(const LanguageModel& model, const std::filesystem::path& folder)
{
    const Adapters& adapters = *model.adapters();
    const Arena& arena = model.arena();
    const std::set<std::string> adapted = adaptedModules(adapters.sites);
    NamedTensors tensors;
    for (const Arena::Entry& entry : arena.entries())
        if (entry.trains)
            tensors.emplace_back(peftName(adapted, entry.name), arena.parameter(entry.name).value);
    for (const auto& [name, of] : arena.ties()) // PEFT writes what is tied under each name
        if (learnsBeside(adapters.lora, adapted, name))
            tensors.emplace_back(peftName(adapted, name), arena.parameter(name).value);
    fs::create_directories(folder);
    writeFile(folder / kAdapterConfigName, adapters.config);
    writeSafetensors(folder / kAdapterWeightsName, tensors);
}

} // namespace fettle
