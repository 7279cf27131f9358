// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/foreign_checkpoints.h"

#include "core/base/text.h"

namespace fettle
{

namespace fs = std::filesystem;

bool isForeignCheckpoint(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return fs::is_regular_file(folder / "trainer_state.json", ignored) &&
           fs::is_regular_file(folder / "optimizer.pt", ignored) && !fs::exists(folder / "fettle_state.json", ignored);
}

std::optional<std::filesystem::path> foreignCheckpointIn(const std::filesystem::path& folder)
{
    if (isForeignCheckpoint(folder))
        return folder;
    std::optional<fs::path> newest;
    int64_t highest = -1;
    std::error_code ignored;
    if (fs::exists(folder / "run.json", ignored)) // a run of Fettle's own
        return std::nullopt;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        const auto step = name.starts_with("checkpoint-") ? parseInteger(name.substr(11)) : std::nullopt;
        if (step && *step > highest && isForeignCheckpoint(entry.path())) {
            highest = *step;
            newest = entry.path();
        }
    }
    return newest;
}

} // namespace fettle
