// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/weight_plan.h"

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
    static constexpr std::array buffers{"attn.bias", "attn.masked_bias", "position_ids", "token_type_ids",
                                        "rotary_emb.inv_freq"};
    return std::any_of(buffers.begin(), buffers.end(),
                       [&](const char* buffer) { return name == buffer || name.ends_with("." + std::string(buffer)); });
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
std::string parameterOf(const std::string& stored, const NetworkNames& names, const Arena& arena)
{
    const std::string plain = plainName(stored);
    if (arena.find(plain))
        return plain;
    if (arena.find(names.base + plain))
        return names.base + plain;
    if (plain.starts_with(names.base) && arena.find(plain.substr(names.base.size())))
        return plain.substr(names.base.size());
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
int64_t layersIn(const Weights& weights, const NetworkNames& names)
{
    int64_t layers = 0;
    for (const std::string& stored : weights.names()) {
        const std::string plain = plainName(stored);
        const size_t skipped = plain.starts_with(names.base) ? 0 : names.base.size();
        const std::string_view prefix = std::string_view(names.layers).substr(skipped);
        if (!plain.starts_with(prefix))
            continue;
        const std::string_view rest = std::string_view(plain).substr(prefix.size());
        if (const auto number = parseInteger(rest.substr(0, rest.find('.'))); number && *number < INT32_MAX)
            layers = std::max(layers, *number + 1);
    }
    return layers;
}

void checkTensor(const std::string& name, const TensorInfo& stored, const Arena::Entry& entry,
                 const ConfigReader::Sizes& sizes)
{
    if (stored.shape != entry.shape)
        throw badInput(fmt::format("Tensor {} has the shape [{}]; by config.json ({}) it is [{}].", shown(name),
                                   fmt::join(stored.shape, ", "), sizesInWords(sizes), fmt::join(entry.shape, ", ")),
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

std::map<std::string, std::string> match(const Network& network, const Weights& weights, const Arena& arena,
                                         LoadReport& report)
{
    std::map<std::string, std::string> sources;
    for (const std::string& stored : weights.names()) {
        const std::string parameter = parameterOf(stored, network.names(), arena);
        if (parameter.empty()) {
            if (!isKnownBuffer(stored))
                report.unused.push_back(stored);
            continue;
        }
        // Of two spellings the model's own counts.
        std::string& source = sources[parameter];
        if (!source.empty() && source != parameter)
            std::swap(source, report.unused.emplace_back(stored));
        else if (!source.empty())
            report.unused.push_back(stored);
        else
            source = stored;
    }
    for (const auto& [parameter, source] : sources)
        checkTensor(source, weights.info(source), *arena.find(parameter), network.facts().sizes);
    return sources;
}

/// Tied names that the files hold as tensors of their own, with other values.
std::set<std::string> differingTies(const Arena& arena, const Weights& weights,
                                    const std::map<std::string, std::string>& sources, LoadReport& report)
{
    std::set<std::string> apart;
    for (const auto& [name, of] : arena.ties()) {
        const auto own = sources.find(name), other = sources.find(of);
        if (own == sources.end() || other == sources.end() ||
            areEqual(weights.tensor(own->second), weights.tensor(other->second)))
            continue;
        apart.insert(name);
        report.notices.push_back(fmt::format("config.json ties {} to {}, but the files hold two different ones: both "
                                             "are kept, and each learns on its own.",
                                             name, of));
    }
    return apart;
}

void requireTrunk(const Network& network, const Weights& weights, const std::filesystem::path& folder,
                  const std::vector<std::string>& lacking)
{
    if (lacking.empty())
        return;
    const NetworkNames& names = network.names();
    const int64_t layers = layersIn(weights, names);
    const bool tooFewLayers = layers > 0 && layers < network.facts().layers;
    throw badInput(fmt::format("{}The weights in {} lack {}.",
                               tooFewLayers ? fmt::format("config.json: {} = {}, but the weights hold {} layers. ",
                                                          names.layersKey, network.facts().layers, layers)
                                            : "",
                               folder.string(), listed(lacking)),
                   "The files are incomplete, or hold another kind of model than config.json says.", "model");
}

} // namespace

void declareParameters(const Network& network, Arena& arena)
{
    try {
        network.declare(arena);
    } catch (const Error& error) { // too many, or one of them too big
        throw badInput(fmt::format("config.json ({}): {}", sizesInWords(network.facts().sizes), error.message()),
                       "config.json is not of a model that anyone could have.", "model");
    }
}

std::string sizesInWords(const ConfigReader::Sizes& sizes)
{
    std::vector<std::string> words;
    for (const auto& [key, value] : sizes)
        words.push_back(fmt::format("{} = {}", key, value));
    return fmt::format("{}", fmt::join(words, ", "));
}

WeightPlan planWeights(const Network& network, const Weights& weights, const std::filesystem::path& folder)
{
    WeightPlan plan;
    declareParameters(network, plan.arena);
    plan.sources = match(network, weights, plan.arena, plan.report);
    if (auto apart = differingTies(plan.arena, weights, plan.sources, plan.report); !apart.empty()) {
        plan.arena = Arena();
        plan.arena.keepApart(std::move(apart));
        declareParameters(network, plan.arena);
    }
    for (const auto& [name, of] : plan.arena.ties())
        if (auto own = plan.sources.extract(name); !own.empty() && !plan.sources.contains(of))
            plan.sources.emplace(of, own.mapped());

    std::vector<std::string> lacking;
    for (const Arena::Entry& entry : plan.arena.entries())
        if (!plan.sources.contains(entry.name)) {
            plan.report.missing.push_back(entry.name);
            (entry.name.starts_with(network.names().head) ? plan.report.drawn : lacking).push_back(entry.name);
        }
    requireTrunk(network, weights, folder, lacking);
    if (!plan.report.drawn.empty())
        plan.report.notices.push_back(
            fmt::format("The output layer is not in the files, or not all of it. This is drawn anew and has learnt "
                        "nothing yet: {}. Train the model before you believe what it says.",
                        listed(plan.report.drawn)));
    if (!plan.report.unused.empty())
        plan.report.notices.push_back(
            fmt::format("Not used, because this kind of model has no place for it: {}.", listed(plan.report.unused)));
    return plan;
}

} // namespace fettle
