// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is started from: a run file, or a run folder to go on with.
#pragma once

#include "core/arguments/run_config.h"

#include <filesystem>
#include <optional>

namespace fettle
{

struct RunRequest {
    RunConfig config;                                ///< output_dir is set: the run's folder
    bool isResume = false;                           ///< output_dir holds the run already
    std::optional<std::filesystem::path> checkpoint; ///< to go on from; none: from the very start
};

/// Checks a new run as far as that is quick: the settings, the model's folder, the run's folder. Fills in an empty
/// output_dir and the objective. Throws BadInput; nothing is written.
RunRequest requestNewRun(RunConfig config);

/// From a run's folder (its newest whole checkpoint; the very start where there is none) or a checkpoint folder in it.
/// Throws BadInput where neither is there, where another program writes the folder, or where the run is finished.
RunRequest requestResume(const std::filesystem::path& runOrCheckpoint);

/// Whether a folder holds a run or a model, so that a new run may not be written there.
bool isFolderTaken(const std::filesystem::path& folder);

} // namespace fettle
