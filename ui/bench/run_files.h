// SPDX-License-Identifier: GPL-3.0-or-later
// What of a run's models still lies in its folder: checkpoints go as newer ones come, people move folders away.
#pragma once

#include "ui/bench/run_history.h"

#include <filesystem>
#include <set>

namespace fettle::ui
{

struct RunFiles {
    bool model = false;                ///< a finished model
    std::set<std::string> checkpoints; ///< names of those that hold weights
};

/// Reads the folder; any thread.
RunFiles lookForFiles(const std::filesystem::path& runFolder);
/// Takes out of a history what is no longer there; what was saved after step `upTo`, while the folder was read, stays.
void keepWhatIsThere(RunHistory& history, const RunFiles& files, int64_t upTo = INT64_MAX);

} // namespace fettle::ui
