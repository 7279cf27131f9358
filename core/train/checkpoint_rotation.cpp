// SPDX-License-Identifier: GPL-3.0-or-later
// Which checkpoints of a run stay.
#include "core/base/files.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <vector>

namespace fettle
{

namespace
{

/// Steps of the checkpoints of a run that hold what was written there and nothing else, lowest first.
std::vector<int64_t> ownSteps(const fs::path& runFolder)
{
    std::vector<int64_t> steps;
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder))
        if (holdsOnlyItsOwn(checkpoint.path))
            steps.push_back(checkpoint.step);
    std::reverse(steps.begin(), steps.end());
    return steps;
}

/// Out of sight first: a folder named like a checkpoint is whole at any moment.
void removeCheckpoint(const fs::path& runFolder, int64_t step)
{
    std::error_code ignored; // one that cannot be removed costs room, not the run
    const fs::path hidden = runFolder / ("." + checkpointName(step) + ".partial-old");
    fs::rename(runFolder / checkpointName(step), hidden, ignored);
    fs::remove_all(hidden, ignored);
}

} // namespace

void removeOldCheckpoints(const std::filesystem::path& runFolder, int64_t limit, int64_t last,
                          std::optional<int64_t> best)
{
    const std::vector<int64_t> steps = ownSteps(runFolder);
    auto left = static_cast<int64_t>(steps.size());
    for (const int64_t step : steps) {
        if (left <= limit)
            return;
        if (step == last || (best && step == *best))
            continue;
        removeCheckpoint(runFolder, step);
        --left;
    }
}

} // namespace fettle
