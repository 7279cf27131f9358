// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is started from: a run file, or a run folder to go on with.
#pragma once

#include "core/arguments/run_config.h"
#include "core/events/events.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct ModelFacts;
struct OpenedModel;

struct RunRequest {
    RunConfig config;                                ///< output_dir is set: the run's folder
    bool picksFolder = false;                        ///< output_dir was empty: another free one will do as well
    bool isResume = false;                           ///< output_dir holds the run already
    std::shared_ptr<OpenedModel> model;              ///< of a new run: read when it was checked, its weights not loaded
    std::optional<std::filesystem::path> checkpoint; ///< to go on from, named by hand; none: the newest that is whole
    std::vector<NoticeEvent> notices;                ///< what the run is to say when it begins or goes on
};

/// Checks a new run as far as that is quick: the settings, the model's folder, the run's folder. Fills in an empty
/// output_dir and the objective. Throws BadInput; nothing is written.
RunRequest requestNewRun(RunConfig config);

/// A new run, in a new folder, that goes on from a checkpoint of transformers' Trainer (or the newest in its folder).
/// Throws BadInput as requestNewRun, and where there is no such checkpoint.
RunRequest requestForeignResume(RunConfig config, const std::filesystem::path& folder);

/// From a run's folder (its newest whole checkpoint; the very start where none stands there) or a checkpoint in it.
/// `settings`: "key=value", from here on; only what changes no number of the run. Throws BadInput where neither is
/// there, where another program writes the folder, where the run's settings are not those of its start, or where the
/// checkpoint is damaged.
RunRequest requestResume(const std::filesystem::path& runOrCheckpoint, const std::vector<std::string>& settings = {});

/// Fills in what the model is; throws BadInput where the run file says otherwise.
void requireObjective(RunConfig& config, const ModelFacts& model);

} // namespace fettle
