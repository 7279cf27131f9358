// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/weight_sources.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensors/safetensors_header.h"

#include <ATen/ops/equal.h>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fettle
{

namespace
{

/// Buffers that older versions of transformers stored: computed anew by whoever needs them.
bool isKnownBuffer(const std::string& name)
{
    static constexpr std::array buffers{"attn.bias",          "attn.masked_bias",      "attention.bias",
                                        "position_ids",       "attention.masked_bias", "token_type_ids",
                                        "rotary_emb.inv_freq"};
    return std::any_of(buffers.begin(), buffers.end(),
                       [&](const char* buffer) { return name == buffer || name.ends_with("." + std::string(buffer)); });
}

/// What files of some kinds hold besides: transformers' classes know of it, and do not report it either.
bool isSetAside(const std::string& name, const ModelFacts& facts)
{
    static constexpr std::array aside{std::pair("deberta-v2", "mask_predictions."),
                                      std::pair("deberta-v2", "position_embeddings.")};
    return std::any_of(aside.begin(), aside.end(), [&](const auto& each) {
        return facts.modelType == each.first && name.find(each.second) != std::string::npos;
    });
}

/// Without what wrappers put before (DistributedDataParallel, torch.compile), norms by the names they have today.
std::string plainName(std::string name)
{
    for (const std::string_view wrapper : {"module.", "_orig_mod."})
        if (name.starts_with(wrapper))
            name.erase(0, wrapper.size());
    for (const auto& [first, today] : {std::pair("LayerNorm.gamma", "weight"), std::pair("LayerNorm.beta", "bias")})
        if (name.ends_with(first))
            name.replace(name.rfind('.') + 1, std::string::npos, today);
    return name;
}

/// The parameter that a tensor of the files is meant for; empty: none of this model's.
std::string parameterOf(const std::string& stored, const Blueprint& plan)
{
    const std::string& base = plan.base;
    const Arena& arena = plan.arena;
    std::string plain = plainName(stored);
    for (const auto& [other, own] : plan.renamed)
        if (plain.starts_with(other))
            plain.replace(0, other.size(), own);
    if (arena.find(plain))
        return plain;
    if (arena.find(base + plain))
        return base + plain;
    if (plain.starts_with(base) && arena.find(plain.substr(base.size())))
        return plain.substr(base.size());
    return {};
}

/// Names in words, not more than a few.
std::string listed(std::vector<std::string> names)
{
    constexpr size_t most = 8;
    const size_t count = names.size();
    for (std::string& name : names)
        name = shown(name);
    names.resize(std::min(count, most));
    return fmt::format("{}{}", fmt::join(names, ", "), count > most ? fmt::format(" and {} more", count - most) : "");
}

/// Layers in the files: one more than the largest of their numbers.
int64_t layersIn(const Weights& weights, const Blueprint& plan)
{
    int64_t layers = 0;
    for (const std::string& stored : weights.names()) {
        const std::string plain = plainName(stored);
        const size_t skipped = plain.starts_with(plan.base) ? 0 : plan.base.size();
        const std::string_view prefix = std::string_view(plan.layerPrefix).substr(skipped);
        if (!plain.starts_with(prefix))
            continue;
        const std::string_view rest = std::string_view(plain).substr(prefix.size());
        if (const auto number = parseInteger(rest.substr(0, rest.find('.'))); number && *number < INT32_MAX)
            layers = std::max(layers, *number + 1);
    }
    return layers;
}

void checkTensor(const std::string& name, const TensorInfo& stored, const Arena::Entry& entry, const ModelFacts& facts)
{
    if (stored.dtype.starts_with("F8_"))
        throw fp8Error("Tensor " + shown(name));
    if (stored.shape != entry.shape)
        throw badInput(fmt::format("Tensor {} has the shape [{}]; by config.json ({}) it is [{}].", shown(name),
                                   fmt::join(stored.shape, ", "), countsInWords(facts), fmt::join(entry.shape, ", ")),
                       "config.json and the weights are not of the same model.", "model");
    const auto type = safetensorsScalarType(stored.dtype);
    if (!type || !at::isFloatingType(*type))
        throw badInput(fmt::format("Tensor {} is stored as {}.", shown(name), stored.dtype),
                       "Use a model stored as F32, F16 or BF16.", "model");
}

bool areEqual(const at::Tensor& a, const at::Tensor& b)
{
    return a.scalar_type() == b.scalar_type() ? at::equal(a, b) : at::equal(a.to(at::kFloat), b.to(at::kFloat));
}

WeightSources match(Blueprint& plan, const Weights& weights)
{
    WeightSources sources;
    for (const std::string& stored : weights.names()) {
        const std::string parameter = parameterOf(stored, plan);
        if (parameter.empty()) {
            if (!isKnownBuffer(stored) && !isSetAside(stored, plan.facts))
                plan.facts.report.unused.push_back(stored);
            continue;
        }
        // Of two spellings the model's own counts.
        std::string& source = sources[parameter];
        if (!source.empty() && source != parameter)
            std::swap(source, plan.facts.report.unused.emplace_back(stored));
        else if (!source.empty())
            plan.facts.report.unused.push_back(stored);
        else
            source = stored;
    }
    for (const auto& [parameter, source] : sources)
        checkTensor(source, weights.info(source), *plan.arena.find(parameter), plan.facts);
    return sources;
}

/// Tied names that the files hold as tensors of their own, with other values, become parameters of their own.
void untieWhatDiffers(Blueprint& plan, const Weights& weights, const WeightSources& sources)
{
    std::set<std::string> apart;
    for (const auto& [name, of] : plan.arena.ties()) {
        const auto own = sources.find(name), other = sources.find(of);
        if (own == sources.end() || other == sources.end() ||
            areEqual(weights.tensor(own->second), weights.tensor(other->second)))
            continue;
        apart.insert(name);
        plan.facts.report.notices.push_back(
            fmt::format("config.json ties {} to {}, but the files hold two different ones: both are kept, and each "
                        "learns on its own.",
                        name, of));
    }
    plan.arena.untie(apart);
    noteParameters(plan);
}

void requireTrunk(const Blueprint& plan, const Weights& weights, const std::vector<std::string>& lacking)
{
    if (lacking.empty())
        return;
    const ModelFacts& facts = plan.facts;
    const int64_t layers = layersIn(weights, plan);
    int64_t said = 0;
    for (const auto& [key, value] : facts.counts)
        if (key == facts.layersKey)
            said = value;
    const bool tooFewLayers = layers > 0 && layers < said;
    throw badInput(fmt::format("{}The weights in {} lack {}.",
                               tooFewLayers ? fmt::format("config.json: {} = {}, but the weights hold {} layers. ",
                                                          facts.layersKey, said, layers)
                                            : "",
                               facts.folder.string(), listed(lacking)),
                   "The files are incomplete, or hold another kind of model than config.json says.", "model");
}

} // namespace

WeightSources matchWeights(Blueprint& plan, const Weights& weights, const WeightSources& elsewhere)
{
    LoadReport& report = plan.facts.report;
    WeightSources sources = match(plan, weights);
    untieWhatDiffers(plan, weights, sources);
    for (const auto& [name, of] : plan.arena.ties())
        if (auto own = sources.extract(name); !own.empty() && !sources.contains(of))
            sources.emplace(of, own.mapped());
    for (const auto& [name, of] : plan.untied)
        if (const auto first = sources.find(of); first != sources.end())
            sources.emplace(name, first->second);

    std::vector<std::string> lacking;
    for (const Arena::Entry& entry : plan.arena.entries())
        if (!sources.contains(entry.name) && !elsewhere.contains(entry.name) && entry.traits.role != Role::Adapter) {
            report.missing.push_back(entry.name);
            (entry.name.starts_with(plan.base) ? lacking : report.drawn).push_back(entry.name);
        }
    requireTrunk(plan, weights, lacking);
    if (!report.drawn.empty())
        report.notices.push_back(
            fmt::format("The output layer is not in the files, or not all of it. This is drawn anew and has learnt "
                        "nothing yet: {}. Train the model before you believe what it says.",
                        listed(report.drawn)));
    if (!report.unused.empty())
        report.notices.push_back(
            fmt::format("Not used, because this kind of model has no place for it: {}.", listed(report.unused)));
    return sources;
}

} // namespace fettle
