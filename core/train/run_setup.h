// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run works with, loaded and checked before its first step.
#pragma once

#include "core/base/folder_lock.h"
#include "core/data/sampler.h"
#include "core/data/training_data.h"
#include "core/models/model.h"
#include "core/train/run_request.h"
#include "core/train/step_timing.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class FolderLock;
class ModelFiles;
class Reporter;
class RunControl;
class Tokenizer;

struct RunSetup {
    RunSetup();
    ~RunSetup();
    RunSetup(RunSetup&&) noexcept;

    RunConfig config;
    std::filesystem::path runFolder;
    std::optional<std::filesystem::path> checkpoint; ///< to go on from
    bool isResume = false;
    bool hasStarted = false;          ///< the journal has its StartedEvent: else the run was cut off before it
    std::vector<NoticeEvent> notices; ///< to be said as soon as the run began or goes on
    std::string argumentsHash;        ///< of the settings at the run's start
    std::string settingsHash;         ///< SHA-256 of run.json as it was written at the start
    ModelFacts facts;
    std::shared_ptr<const Tokenizer> tokenizer;
    TrainingData data;
    StepPlan plan;
    std::optional<StepTiming> timing;
    std::unique_ptr<FolderLock> lock; ///< of the run's folder
    LockFile lockFile;                ///< the lock's file when it was taken
    std::unique_ptr<LanguageModel> model;
    std::unique_ptr<ModelFiles> files;
    int threads = 1;
};

/// Blocks: makes the run's folder (or takes an existing one), locks it, reads text, tokenizer and model, checks memory
/// and disk, opens the journal. Where it throws, a new folder is left as it was found. Throws Stopped where an end is
/// asked for meanwhile.
RunSetup setUpRun(const RunRequest& request, Reporter& reporter, const RunControl& control);

/// Throws Failed where the run's folder is no longer in its place: deleted or moved while the run was at work.
void requireInPlace(const RunSetup& setup, int64_t step);

} // namespace fettle
