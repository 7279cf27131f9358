// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_files.h"

#include "core/runs/checkpoints.h"
#include "core/runs/run_folder.h"

namespace fettle::ui
{

RunFiles lookForFiles(const std::filesystem::path& runFolder)
{
    RunFiles files;
    files.model = RunFolder(runFolder).hasWeights();
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder))
        if (RunFolder(checkpoint.path).hasWeights())
            files.checkpoints.insert(checkpoint.path.filename().string());
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
