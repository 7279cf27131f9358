// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/weights.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/tensors/safetensors_header.h"
#include "core/tensors/torch_file.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>

namespace fettle
{

namespace
{

namespace fs = std::filesystem;

constexpr std::string_view pickled = ".bin", indexed = ".index.json";
constexpr std::array<std::string_view, 4> weightFiles{kWeightsName, kWeightsIndexName, "pytorch_model.bin",
                                                      "pytorch_model.bin.index.json"};

/// pytorch_model.bin: a state_dict that torch.save wrote.
class TorchWeights final : public WeightFile
{
public:
    explicit TorchWeights(const fs::path& file)
    {
        const TorchValue saved = readTorchFile(file);
        for (const auto& [key, value] : saved.dict() ? *saved.dict() : TorchValue::Dict()) {
            const std::string* name = key.as<std::string>();
            const at::Tensor* tensor = value.tensor();
            if (!name || !tensor)
                continue;
            const at::ScalarType type = tensor->scalar_type();
            m_infos[*name] = {safetensorsName(type).value_or(c10::toString(type)), tensor->sizes().vec(), 0,
                              tensor->nbytes()};
            m_tensors[*name] = *tensor;
        }
        if (m_infos.empty())
            throw badInput(fmt::format("{} holds no tensors by name.", file.string()),
                           "Use the weights of a Hugging Face model.", "model");
    }
    const std::map<std::string, TensorInfo>& tensors() const override { return m_infos; }
    at::Tensor tensor(const std::string& name) const override { return m_tensors.at(name); }

private:
    std::map<std::string, TensorInfo> m_infos;
    std::map<std::string, at::Tensor> m_tensors;
};

} // namespace

std::unique_ptr<WeightFile> openWeightFile(const fs::path& file)
{
    if (file.extension() == pickled)
        return std::make_unique<TorchWeights>(file);
    return std::make_unique<SafetensorsFile>(file);
}

Weights::Weights(const fs::path& modelFolder)
{
    const auto* const found = std::find_if(weightFiles.begin(), weightFiles.end(),
                                           [&](std::string_view name) { return fs::exists(modelFolder / name); });
    if (found == weightFiles.end())
        throw badInput(fmt::format("{} has no model.safetensors and no pytorch_model.bin.", modelFolder.string()),
                       "Choose the folder of a Hugging Face model: config.json beside model.safetensors.", "model");
    if (found->ends_with(indexed)) {
        openShards(modelFolder / *found);
        return;
    }
    m_files.push_back(openWeightFile(modelFolder / *found));
    for (const auto& [name, info] : m_files.back()->tensors())
        m_where.emplace(name, m_files.back().get());
}

void Weights::openShards(const fs::path& index)
{
    const Json json = readJson(index);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        throw badInput(fmt::format("{} has no \"weight_map\".", index.string()), "Download the file again.", "model");
    std::map<std::string, const WeightFile*> opened;
    for (const auto& [name, value] : json["weight_map"].items()) {
        const std::string shard = value.is_string() ? value.get<std::string>() : std::string();
        // A shard lies beside its index: a name with folders in it would reach outside the model.
        if (shard.empty() || fs::path(shard).filename() != fs::path(shard))
            throw badInput(fmt::format("{}: tensor {} is in no file of this folder.", index.string(), name), {},
                           "model");
        if (!opened.count(shard)) {
            m_files.push_back(openWeightFile(index.parent_path() / shard));
            opened.emplace(shard, m_files.back().get());
        }
        if (!opened[shard]->contains(name))
            throw badInput(fmt::format("{} has no tensor {}, though the index says so.", shard, name),
                           "Download the model again.", "model");
        m_where.emplace(name, opened[shard]);
    }
}

std::vector<std::string> Weights::names() const
{
    std::vector<std::string> names;
    for (const auto& [name, file] : m_where)
        names.push_back(name);
    return names;
}

bool Weights::contains(const std::string& name) const
{
    return m_where.count(name) != 0;
}

const TensorInfo& Weights::info(const std::string& name) const
{
    const auto found = m_where.find(name);
    if (found == m_where.end())
        throw badInput(fmt::format("The model's files have no tensor {}.", name), {}, "model");
    return found->second->tensors().at(name);
}

at::Tensor Weights::tensor(const std::string& name) const
{
    info(name);
    return m_where.at(name)->tensor(name);
}

bool Weights::isMapped(const std::string& name) const
{
    return m_where.at(name)->isMapped();
}

void Weights::requireUnchanged() const
{
    for (const auto& file : m_files)
        file->requireUnchanged();
}

bool holdsWeights(const fs::path& modelFolder)
{
    return std::any_of(weightFiles.begin(), weightFiles.end(),
                       [&](std::string_view name) { return fs::exists(modelFolder / name); });
}

bool isWeightFile(const fs::path& file)
{
    return file.extension() == ".safetensors" ||
           (file.extension() == pickled && file.filename().string().starts_with("pytorch_model"));
}

} // namespace fettle
