// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/model_files.h"
#include "core/models/packed_model.h"
#include "core/tensors/safetensors.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

// The name under which a parameter stands in the files; empty: nowhere.
std::string nameInFiles(const Network& network, const Weights& weights, const std::string& parameter)
{
    for (const std::string& name : network.fileNames(parameter))
        if (weights.contains(name))
            return name;
    return {};
}

void loadWeights(const Network& network, const Arena& arena, const std::filesystem::path& folder)
{
    const Weights weights(folder);
    std::vector<std::string> missing;
    for (const Arena::Entry& entry : arena.entries()) {
        const std::string name = nameInFiles(network, weights, entry.name);
        if (name.empty()) {
            missing.push_back(entry.name);
            continue;
        }
        if (weights.info(name).shape != entry.shape)
            throw badInput(fmt::format("Tensor {} has the shape [{}]; by config.json it is [{}].", name,
                                       fmt::join(weights.info(name).shape, ", "), fmt::join(entry.shape, ", ")),
                           "config.json and the weights are not of the same model.", "model");
        const at::Tensor stored = weights.tensor(name);
        if (!stored.is_floating_point())
            throw badInput(fmt::format("Tensor {} is stored as {}.", name, weights.info(name).dtype),
                           "Use a model stored as F32, F16 or BF16.", "model");
        arena.parameter(entry.name).value.copy_(stored);
    }
    if (missing.empty())
        return;
    const size_t count = missing.size();
    missing.resize(std::min<size_t>(count, 3));
    throw badInput(fmt::format("The weights in {} lack {}{}.", folder.string(), fmt::join(missing, ", "),
                               count > 3 ? fmt::format(" and {} more tensors", count - 3) : ""),
                   "The files are incomplete, or hold another kind of model than config.json says.", "model");
}

at::Device chooseDevice(bool cpuOnly)
{
    return !cpuOnly && at::detail::getCUDAHooks().hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

} // namespace

std::unique_ptr<LanguageModel> loadModel(const std::string& reference, const LoadOptions& options)
{
    ModelEntry entry = inspectModel(reference);
    const Json config = readModelConfig(entry.folder);
    std::unique_ptr<Network> network = findArchitecture(config, entry.folder.string()).make(config);
    const at::Device device = chooseDevice(options.cpuOnly);
    Arena arena;
    network->declare(arena);
    arena.allocate(device, options.trainable);
    if (entry.randomWeights) {
        at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(options.seed);
        network->initialize(arena, generator);
    } else {
        loadWeights(*network, arena, entry.folder);
    }
    return std::make_unique<PackedModel>(std::move(entry), std::move(network), std::move(arena), device);
}

} // namespace fettle
