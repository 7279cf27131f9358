// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/foreign_checkpoints.h"

#include "core/runs/checkpoints.h"
#include "core/runs/run_folder.h"

namespace fettle
{

namespace fs = std::filesystem;

bool isForeignCheckpoint(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return fs::is_regular_file(folder / "trainer_state.json", ignored) &&
           fs::is_regular_file(folder / "optimizer.pt", ignored) && !fs::exists(folder / RunFolder::stateName, ignored);
}

std::optional<std::filesystem::path> foreignCheckpointIn(const std::filesystem::path& folder)
{
    if (isForeignCheckpoint(folder))
        return folder;
    std::optional<fs::path> newest;
    int64_t highest = -1;
    std::error_code ignored;
    if (RunFolder(folder).hasSettings()) // a run of Fettle's own
        return std::nullopt;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const auto step = checkpointStep(entry.path());
        if (step && *step > highest && isForeignCheckpoint(entry.path())) {
            highest = *step;
            newest = entry.path();
        }
    }
    return newest;
}

} // namespace fettle
