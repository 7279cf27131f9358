// SPDX-License-Identifier: GPL-3.0-or-later
// What opens a model.
#include "core/hub/needed_files.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle
{

namespace
{

/// One file, then the index of several: the order in which transformers looks for them.
constexpr std::array kWeights{std::pair(kWeightsName, kWeightsIndexName),
                              std::pair("pytorch_model.bin", "pytorch_model.bin.index.json")};

const HubFile* fileCalled(const std::vector<HubFile>& all, std::string_view path)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const HubFile& file) { return file.path == path; });
    return found == all.end() ? nullptr : &*found;
}

/// Small files that say what a model is.
bool describesModel(const std::string& path)
{
    static const std::set<std::string_view> names{
        "config.json", "generation_config.json", "README.md", "LICENSE", "LICENSE.txt",
        "LICENSE.md",  kAdapterConfigName};
    const std::string folder = std::string(kChatTemplatesFolder) + "/";
    return names.contains(path) || isTokenizerFileName(path) ||
           (path.starts_with(folder) && path.find('/', folder.size()) == std::string::npos && path.ends_with(".jinja"));
}

/// "model-00001-of-00003.safetensors" beside "model.safetensors".
bool isShardOf(std::string_view path, std::string_view whole)
{
    const size_t dot = whole.rfind('.');
    const std::string_view stem = whole.substr(0, dot), end = whole.substr(dot);
    if (path.size() != whole.size() + 15 || !path.starts_with(stem) || !path.ends_with(end))
        return false;
    const std::string_view number = path.substr(stem.size(), 15);
    for (size_t i = 0; i < number.size(); ++i)
        if (const char expected = "-00000-of-00000"[i];
            expected == '0' ? number[i] < '0' || number[i] > '9' : number[i] != expected)
            return false;
    return true;
}

void appendShards(std::vector<HubFile>& needed, const std::vector<HubFile>& all, const HubName& name, const char* whole,
                  const char* indexName, std::string_view index)
{
    if (index.empty()) {
        std::copy_if(all.begin(), all.end(), std::back_inserter(needed),
                     [&](const HubFile& file) { return isShardOf(file.path, whole); });
        return;
    }
    for (const std::string& shard : shardsOf(index, fmt::format("{} of {}", indexName, name.id))) {
        const HubFile* file = fileCalled(all, shard);
        if (!file)
            throw badInput(
                fmt::format("{} of {} names {}, which is not there.", indexName, name.id, shown(shard)),
                "The model is not whole on the Hub. Tell its owners, or take another revision (NAME@REVISION).");
        needed.push_back(*file);
    }
}

} // namespace

std::string weightsIndexOf(const std::vector<HubFile>& all)
{
    for (const auto& [whole, index] : kWeights) {
        if (fileCalled(all, whole))
            return {};
        if (fileCalled(all, index))
            return index;
    }
    return {};
}

std::vector<std::string> shardsOf(std::string_view index, const std::string& source)
{
    const Json json = parseJson(index, source);
    std::set<std::string> shards;
    const auto map = json.is_object() ? json.find("weight_map") : json.end();
    if (!json.is_object() || map == json.end() || !map->is_object())
        throw badInput(fmt::format("{} is no index of weights: it has no weight_map.", source));
    for (const Json& shard : *map) {
        if (!shard.is_string())
            throw badInput(fmt::format("{} is no index of weights: {} is no file's name.", source, shown(shard)));
        requirePathInside(shard.get<std::string>());
        shards.insert(shard.get<std::string>());
    }
    return {shards.begin(), shards.end()};
}

std::vector<HubFile> neededOfModel(const std::vector<HubFile>& all, const HubName& name, std::string_view index)
{
    std::vector<HubFile> needed;
    std::copy_if(all.begin(), all.end(), std::back_inserter(needed),
                 [](const HubFile& file) { return describesModel(file.path); });
    const size_t described = needed.size();
    for (const char* adapter : {kAdapterWeightsName, kAdapterPickleName})
        if (const HubFile* file = fileCalled(all, adapter); file && needed.size() == described)
            needed.push_back(*file);
    const bool isAdapter = fileCalled(all, kAdapterConfigName) && needed.size() > described;
    bool hasWeights = false;
    for (const auto& [whole, indexName] : kWeights) {
        if (hasWeights)
            break;
        if (const HubFile* file = fileCalled(all, whole)) {
            needed.push_back(*file);
            hasWeights = true;
        } else if (const HubFile* several = fileCalled(all, indexName)) {
            needed.push_back(*several);
            appendShards(needed, all, name, whole, indexName, index);
            hasWeights = true;
        }
    }
    if (!hasWeights && !isAdapter)
        throw badInput(
            fmt::format("{} holds no weights that Fettle reads (safetensors, or pytorch_model.bin).", name.inWords()),
            "Files for other programs (GGUF, ONNX, TensorFlow …) are not read: look for the model that they "
            "were made from.");
    if (!isAdapter && !fileCalled(all, "config.json"))
        throw badInput(fmt::format("{} has no config.json.", name.inWords()),
                       "Take a model that transformers reads: fettle-cli hub search finds those alone.");
    return needed;
}

} // namespace fettle
