// SPDX-License-Identifier: GPL-3.0-or-later
// The small files of a model's folder, and the finished model at the top of a run's folder.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/model.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace fettle
{

namespace
{

void moveFileOver(const fs::path& from, const fs::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        throwFileError(to, "could not be replaced", errno);
}

/// What an earlier publish() shared out in another way: a reader would take some of it for the new weights.
void removeFormerWeights(const fs::path& folder, const std::vector<std::string>& kept)
{
    std::vector<fs::path> former;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (const std::string name = entry.path().filename().string();
            isWrittenWeights(name) && std::find(kept.begin(), kept.end(), name) == kept.end())
            former.push_back(entry.path());
    for (const fs::path& file : former)
        fs::remove(file);
}

/// FETTLE_MAX_SHARD_SIZE, in bytes, of the model's weights.
uint64_t maxShardBytes()
{
    const char* given = std::getenv("FETTLE_MAX_SHARD_SIZE");
    if (!given)
        return largestShard;
    const auto bytes = parseInteger(given);
    if (!bytes || *bytes <= 0)
        throw badInput(fmt::format("FETTLE_MAX_SHARD_SIZE is {}", shown(given)),
                       "It is a number of bytes: 4000000000. Unset, files of weights have up to 5 GB.");
    return static_cast<uint64_t>(*bytes);
}

} // namespace

ModelFiles::ModelFiles(const ModelFacts& model, const std::vector<std::filesystem::path>& tokenizerFiles, bool isWhole)
    : m_isAdapter(model.adapterParameters > 0 && !isWhole), m_maxShardBytes(maxShardBytes())
{
    for (const char* name : {"config.json", "generation_config.json"})
        if (!m_isAdapter && fs::exists(model.folder / name))
            m_files[name] = readRegularFile(model.folder / name);
    for (const fs::path& file : tokenizerFiles) {
        fs::path name = file.filename();
        if (file.parent_path().filename() == kChatTemplatesFolder)
            name = kChatTemplatesFolder / name;
        if (!m_files.contains(name))
            m_files[name] = readRegularFile(file);
    }
}

std::vector<std::string> ModelFiles::names() const
{
    std::vector<std::string> names{"generation_config.json", kWeightsName, kWeightsIndexName};
    if (m_isAdapter)
        names = {kAdapterConfigName, kAdapterWeightsName};
    for (const auto& [name, content] : m_files)
        names.push_back(name);
    return names;
}

void ModelFiles::write(const LanguageModel& model, const std::filesystem::path& target) const
{
    for (const auto& [name, content] : m_files) {
        fs::create_directories((target / name).parent_path());
        writeFile(target / name, content);
    }
    if (m_isAdapter)
        saveAdapters(model, target);
    else
        saveModel(model, target, target, m_maxShardBytes); // completes the configuration that lies there
}

void ModelFiles::publish(const LanguageModel& model, const std::filesystem::path& runFolder) const
{
    const fs::path beside = runFolder / ".finished-model";
    writeFolderAtomically(beside, [&](const fs::path& folder) { write(model, folder); });
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(beside))
        if (!entry.is_directory())
            names.push_back(entry.path().lexically_relative(beside).string());
    // The weights last, and their index behind them: a folder with weights is whole.
    const auto rank = [](const std::string& name) {
        const bool isWeights = isWrittenWeights(name) || name == kAdapterWeightsName;
        return std::pair(!isWeights ? 0 : name == kWeightsIndexName ? 2 : 1, name);
    };
    std::sort(names.begin(), names.end(),
              [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    if (fs::exists(beside / kWeightsIndexName)) // shards of two models are none: whoever reads now finds no index
        fs::remove(runFolder / kWeightsIndexName);
    for (const std::string& name : names) {
        if (name == kWeightsIndexName) // whole weights in one file would be read before shards
            removeFormerWeights(runFolder, names);
        fs::create_directories((runFolder / name).parent_path());
        moveFileOver(beside / name, runFolder / name);
    }
    removeFormerWeights(runFolder, names);
    std::error_code ignored;
    fs::remove_all(beside, ignored);
}

} // namespace fettle
