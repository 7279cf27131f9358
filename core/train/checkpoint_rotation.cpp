// SPDX-License-Identifier: GPL-3.0-or-later
// Which checkpoints of a run stay.
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/train/checkpoint.h"

#include <algorithm>

namespace fettle
{

void removeOldCheckpoints(const std::filesystem::path& runFolder, int64_t limit, int64_t last,
                          std::optional<int64_t> best)
{
    std::vector<int64_t> steps;
    for (const fs::directory_entry& entry : fs::directory_iterator(runFolder)) {
        const std::string name = entry.path().filename().string();
        if (name.compare(0, 11, "checkpoint-") == 0)
            if (const auto step = parseInteger(name.substr(11)))
                steps.push_back(*step);
    }
    std::sort(steps.begin(), steps.end());
    auto left = static_cast<int64_t>(steps.size());
    for (const int64_t step : steps) {
        if (left <= limit)
            return;
        if (step == last || (best && step == *best))
            continue;
        // Out of sight first: a folder named like a checkpoint is whole at any moment.
        std::error_code ignored; // one that cannot be removed costs room, not the run
        const fs::path hidden = runFolder / ("." + checkpointName(step) + ".partial-old");
        fs::rename(runFolder / checkpointName(step), hidden, ignored);
        fs::remove_all(hidden, ignored);
        --left;
    }
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
