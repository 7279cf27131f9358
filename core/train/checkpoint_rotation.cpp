// SPDX-License-Identifier: GPL-3.0-or-later
// Which checkpoints of a run stay.
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/train/checkpoint.h"

#include <algorithm>
#include <vector>

namespace fettle
{

namespace
{

/// Steps of all checkpoints of a run, lowest first.
std::vector<int64_t> checkpointSteps(const fs::path& runFolder)
{
    std::vector<int64_t> steps;
    for (const fs::directory_entry& entry : fs::directory_iterator(runFolder)) {
        const std::string name = entry.path().filename().string();
        if (name.compare(0, 11, "checkpoint-") == 0)
            if (const auto step = parseInteger(name.substr(11)))
                steps.push_back(*step);
    }
    std::sort(steps.begin(), steps.end());
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
    const std::vector<int64_t> steps = checkpointSteps(runFolder);
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

void removeNewerCheckpoints(const std::filesystem::path& runFolder, int64_t step)
{
    for (const int64_t other : checkpointSteps(runFolder))
        if (other > step)
            removeCheckpoint(runFolder, other);
}

void removePartialWrites(const std::filesystem::path& runFolder)
{
    std::vector<fs::path> leftovers;
    for (const fs::directory_entry& entry : fs::directory_iterator(runFolder)) {
        const std::string name = entry.path().filename().string();
        if (name == ".model" || name == ".finished-model" ||
            (name.front() == '.' && name.find(".partial-") != std::string::npos))
            leftovers.push_back(entry.path());
    }
    std::error_code ignored;
    for (const fs::path& path : leftovers)
        fs::remove_all(path, ignored);
}

} // namespace fettle
