// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run works with, loaded and checked before its first step.
#pragma once

#include "core/data/sampler.h"
#include "core/data/training_data.h"
#include "core/models/model.h"
#include "core/train/run_request.h"
#include "core/train/step_timing.h"

#include <filesystem>
#include <memory>
#include <optional>

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
    bool hasStarted = false; ///< the journal has its StartedEvent: else the run was cut off before it
    ModelEntry entry;
    std::shared_ptr<const Tokenizer> tokenizer;
    ModelNeeds needs;
    TrainingData data;
    StepPlan plan;
    std::optional<StepTiming> timing;
    std::unique_ptr<FolderLock> lock; ///< of the run's folder
    std::unique_ptr<LanguageModel> model;
    std::unique_ptr<ModelFiles> files;
    int threads = 1;
};

/// Blocks: reads text, tokenizer and model, checks memory and disk, then makes the run's folder (or takes the lock of
/// an existing one) and opens its journal. Where it throws, a new folder is gone again. Throws Stopped where an end is
/// asked for meanwhile.
RunSetup setUpRun(const RunRequest& request, Reporter& reporter, const RunControl& control);

} // namespace fettle
