// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/models/architectures.h"
#include "core/models/model.h"
#include "core/models/model_folder.h"
#include "core/tensors/weights.h"

#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

// The model's own configuration, every key kept; only what this file changes: the class that the weights are of (a
// trunk has got a head), and their type.
Json savedConfig(const std::filesystem::path& source)
{
    Json config = readModelConfig(source);
    const ArchitectureInfo& architecture = findArchitecture(config, source.string());
    config["architectures"] = {architecture.className};
    // transformers 5 writes "dtype", older ones "torch_dtype"; all read either.
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = "float32";
    return config;
}

Json generationConfig(const std::filesystem::path& source, const Json& config)
{
    if (fs::exists(source / "generation_config.json"))
        return readJson(source / "generation_config.json");
    Json generation;
    generation["_from_model_config"] = true;
    for (const char* key : {"bos_token_id", "eos_token_id", "pad_token_id", "transformers_version"})
        if (config.contains(key) && !config[key].is_null())
            generation[key] = config[key];
    return generation;
}

} // namespace

void saveModel(const LanguageModel& model, const std::filesystem::path& source, const std::filesystem::path& folder,
               uint64_t maxShardBytes)
{
    fs::create_directories(folder);
    const Json config = savedConfig(source);
    writeFile(folder / "config.json", fileText(config));
    if (!model.facts().isMasked() || fs::exists(source / "generation_config.json"))
        writeFile(folder / "generation_config.json", fileText(generationConfig(source, config)));
    const Arena& arena = model.arena();
    NamedTensors tensors;
    for (const Arena::Entry& entry : arena.entries())
        if (entry.traits.role != Role::Adapter)
            tensors.emplace_back(entry.name, arena.parameter(entry.name).value);
    writeWeights(folder, tensors, maxShardBytes);
}

} // namespace fettle
