// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/tensors/safetensors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

Weights::Weights(const std::filesystem::path& modelFolder)
{
    namespace fs = std::filesystem;
    const fs::path single = modelFolder / "model.safetensors";
    const fs::path index = modelFolder / "model.safetensors.index.json";
    if (fs::exists(single)) {
        m_files.push_back(std::make_unique<SafetensorsFile>(single));
        for (const auto& [name, info] : m_files.back()->tensors())
            m_where.emplace(name, m_files.back().get());
        return;
    }
    if (!fs::exists(index)) {
        const bool pickled =
            fs::exists(modelFolder / "pytorch_model.bin") || fs::exists(modelFolder / "pytorch_model.bin.index.json");
        throw badInput(fmt::format("{} has no model.safetensors.", modelFolder.string()),
                       pickled ? "Its weights are in the old pytorch_model.bin: load it in transformers and save it "
                                 "again with save_pretrained, which writes model.safetensors."
                               : "Choose the folder of a Hugging Face model: config.json beside model.safetensors.",
                       "model");
    }
    const Json json = readJson(index);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        throw badInput(fmt::format("{} has no \"weight_map\".", index.string()), "Download the file again.", "model");
    std::map<std::string, const SafetensorsFile*> opened;
    for (const auto& [name, value] : json["weight_map"].items()) {
        const std::string shard = value.is_string() ? value.get<std::string>() : std::string();
        // A shard lies beside its index: a name with folders in it would reach outside the model.
        if (shard.empty() || fs::path(shard).filename() != fs::path(shard))
            throw badInput(fmt::format("{}: tensor {} is in no file of this folder.", index.string(), name), {},
                           "model");
        if (!opened.count(shard)) {
            m_files.push_back(std::make_unique<SafetensorsFile>(modelFolder / shard));
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

} // namespace fettle
