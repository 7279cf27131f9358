// SPDX-License-Identifier: GPL-3.0-or-later
// The small files of a model's folder, and the finished model at the top of a run's folder.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/model.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// A copy that lands whole; a full disk is said as such.
void copyFileWhole(const fs::path& from, const fs::path& to)
{
    writeFileAtomically(to, readRegularFile(from));
}

void moveFileOver(const fs::path& from, const fs::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0)
        throwFileError(to, "could not be replaced", errno);
}

} // namespace

ModelFiles::ModelFiles(const std::filesystem::path& runFolder, const std::filesystem::path& modelFolder,
                       const std::vector<std::filesystem::path>& tokenizerFiles)
    : m_folder(runFolder / ".model")
{
    writeFolderAtomically(m_folder, [&](const fs::path& folder) {
        for (const char* name : {"config.json", "generation_config.json"})
            if (fs::exists(modelFolder / name))
                copyFileWhole(modelFolder / name, folder / name);
        for (const fs::path& file : tokenizerFiles) {
            const std::string name = file.filename().string();
            if (name == "config.json" || name == "generation_config.json" || fs::exists(folder / name))
                continue;
            copyFileWhole(file, folder / name);
            m_tokenizerFiles.push_back(name);
        }
    });
}

ModelFiles::~ModelFiles()
{
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

void ModelFiles::write(const LanguageModel& model, const std::filesystem::path& target) const
{
    if (!fs::exists(m_folder / "config.json"))
        throw Error(ErrorCode::Failed,
                    fmt::format("{}: this run's folder was removed or emptied while it trained",
                                m_folder.parent_path().string()),
                    "What it had learnt since its last checkpoint is lost. Start it again, and leave the folder alone.",
                    "output_dir");
    saveModel(model, m_folder, target);
    for (const std::string& name : m_tokenizerFiles)
        copyFileWhole(m_folder / name, target / name);
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
