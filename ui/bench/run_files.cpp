// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_files.h"

namespace fettle::ui
{
namespace
{
bool holdsWeights(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "model.safetensors", ignored);
}
} // namespace

RunFiles lookForFiles(const std::filesystem::path& runFolder)
{
    RunFiles files;
    files.model = holdsWeights(runFolder);
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(runFolder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.rfind("checkpoint-", 0) == 0 && holdsWeights(entry.path()))
            files.checkpoints.insert(name);
    }
    return files;
}

void keepWhatIsThere(RunHistory& history, const RunFiles& files, int64_t upTo)
{
    history.hasModel = history.hasModel && files.model;
    std::erase_if(history.checkpoints, [&](const CheckpointEvent& checkpoint) {
        return checkpoint.step <= upTo && !files.checkpoints.contains(checkpoint.path);
    });
}

} // namespace fettle::ui
