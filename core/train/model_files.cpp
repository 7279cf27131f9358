// SPDX-License-Identifier: GPL-3.0-or-later
// The small files of a model's folder, and the finished model at the top of a run's folder.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/model.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace fettle
{

namespace
{

void moveFileOver(const fs::path& from, const fs::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        throwFileError(to, "could not be replaced", errno);
}

} // namespace

ModelFiles::ModelFiles(const std::filesystem::path& modelFolder,
                       const std::vector<std::filesystem::path>& tokenizerFiles)
{
    for (const char* name : {"config.json", "generation_config.json"})
        if (fs::exists(modelFolder / name))
            m_files[name] = readRegularFile(modelFolder / name);
    for (const fs::path& file : tokenizerFiles)
        if (const std::string name = file.filename().string(); !m_files.contains(name))
            m_files[name] = readRegularFile(file);
}

std::vector<std::string> ModelFiles::names() const
{
    std::vector<std::string> names{"generation_config.json", "model.safetensors"};
    for (const auto& [name, content] : m_files)
        names.push_back(name);
    return names;
}

void ModelFiles::write(const LanguageModel& model, const std::filesystem::path& target) const
{
    for (const auto& [name, content] : m_files)
        writeFile(target / name, content);
    saveModel(model, target, target); // completes the configuration that lies there
}

void ModelFiles::publish(const LanguageModel& model, const std::filesystem::path& runFolder) const
{
    const fs::path beside = runFolder / ".finished-model";
    writeFolderAtomically(beside, [&](const fs::path& folder) { write(model, folder); });
    std::vector<fs::path> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(beside))
        names.push_back(entry.path().filename());
    // The weights last: a folder with weights is whole.
    std::sort(names.begin(), names.end(), [](const fs::path& a, const fs::path& b) {
        const bool aWeights = a.extension() == ".safetensors", bWeights = b.extension() == ".safetensors";
        return aWeights != bWeights ? bWeights : a < b;
    });
    for (const fs::path& name : names)
        moveFileOver(beside / name, runFolder / name);
    std::error_code ignored;
    fs::remove_all(beside, ignored);
}

} // namespace fettle
