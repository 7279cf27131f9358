// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/tensors/weights.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace fettle
{

namespace
{

/// As huggingface_hub's split_state_dict_into_shards_factory: a tensor that is larger than a file may be goes alone
/// into the next one, and the file that is being filled is filled on.
std::vector<NamedTensors> shared(const NamedTensors& tensors, uint64_t maxBytes)
{
    std::vector<NamedTensors> shards;
    NamedTensors current;
    uint64_t filled = 0;
    for (const auto& entry : tensors) {
        const uint64_t bytes = entry.second.nbytes();
        if (bytes > maxBytes) {
            shards.push_back({entry});
            continue;
        }
        if (filled + bytes > maxBytes) {
            shards.push_back(std::exchange(current, {}));
            filled = 0;
        }
        current.push_back(entry);
        filled += bytes;
    }
    if (!current.empty())
        shards.push_back(std::move(current));
    return shards;
}

} // namespace

void writeWeights(const std::filesystem::path& folder, const NamedTensors& tensors, uint64_t maxBytes)
{
    const std::vector<NamedTensors> shards = shared(tensors, maxBytes);
    if (shards.size() < 2) {
        writeSafetensors(folder / kWeightsName, tensors);
        return;
    }
    std::map<std::string, std::string> fileOf;
    int64_t count = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < shards.size(); ++i) {
        const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
        writeSafetensors(folder / name, shards[i]);
        for (const auto& [tensor, value] : shards[i]) {
            fileOf[tensor] = name;
            count += value.numel();
            bytes += value.nbytes();
        }
    }
    Json index;
    index["metadata"] = {{"total_parameters", count}, {"total_size", bytes}};
    index["weight_map"] = fileOf;
    writeFile(folder / kWeightsIndexName, fileText(index));
}

bool isWrittenWeights(const std::string& name)
{
    static constexpr std::string_view pattern = "model-#####-of-#####.safetensors";
    return name == kWeightsName || name == kWeightsIndexName ||
           std::equal(name.begin(), name.end(), pattern.begin(), pattern.end(),
                      [](char c, char p) { return p == '#' ? c >= '0' && c <= '9' : c == p; });
}

} // namespace fettle
