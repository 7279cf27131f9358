// SPDX-License-Identifier: GPL-3.0-or-later
// Run folders as a person sees them: what stands in them, read without the engine.
#pragma once

#include "core/arguments/run_config.h"
#include "core/events/events.h"
#include "core/runs/checkpoints.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

enum class RunState { Running, Paused, Stopped, Finished, Failed, Interrupted, Broken };

/// One line of a list of runs; cheap to read (the journal is read, not the weights).
struct RunSummary {
    std::filesystem::path folder;
    std::string name;
    RunState state = RunState::Broken;
    std::string model; ///< as for people: "nano-gpt"
    std::string data;  ///< file name of the text
    std::string objective;
    bool isAdapter = false; ///< an adapter learns (LoRA), not the model itself
    /// What it was started with, the same object until run.json is another one; null where that cannot be read.
    std::shared_ptr<const RunConfig> config;
    double started = 0; ///< seconds since 1970
    double changed = 0;
    int64_t step = 0;
    int64_t maxSteps = 0;
    double seconds = 0;                   ///< elapsed without pauses
    std::optional<double> bestLoss;       ///< validation
    std::vector<double> validationLosses; ///< for a curve; training losses where there is no validation
    std::vector<int64_t> lossSteps;       ///< of each of them
    bool isValidation = false;            ///< what validationLosses holds
    std::optional<int64_t> modelStep;     ///< of the model that lies in the folder, none where there is none
    std::optional<double> modelLoss;      ///< its validation loss, where that step was checked
    std::optional<double> modelAccuracy;  ///< its token accuracy there, 0..1, where it was measured
    /// The newest check of a state it made, never of the untouched model; of a run that is not being written: of a
    /// state that its newest checkpoint holds or has passed.
    std::optional<int64_t> checkedStep;
    std::optional<double> checkedLoss;     ///< what it found, validation
    std::optional<double> checkedAccuracy; ///< of its tokens, 0..1, where it was measured
    std::string problem;                   ///< state Broken or Failed: why; else damaged checkpoints
    bool canContinue = false;              ///< holds a whole checkpoint (by its sizes) and is not being written

    bool operator==(const RunSummary&) const = default;
};

/// Whether such a run trains an adapter: a new one, or the one that its model is.
bool trainsAdapter(const RunConfig& config);

struct RunRecord {
    RunSummary summary;
    RunConfig config;
    std::vector<Event> events; ///< in order, without the steps that a resume did again
};

/// The events of a journal; lost steps (see `resumed`) dropped, a torn last line ignored. To follow a journal, or where
/// only a summary is wanted, JournalReader and RunSummarizer read on instead.
std::vector<Event> readJournal(const std::filesystem::path& file);
/// Memory does not grow with the journal; never throws (Broken, with the reason).
RunSummary summarizeRun(const std::filesystem::path& folder);
/// The summary with every event: for one run that is looked at. Throws BadInput.
RunRecord readRun(const std::filesystem::path& folder);
/// Every run folder directly under `root` (default ~/Fettle), newest change first; broken ones with their reason.
std::vector<RunSummary> listRuns(const std::filesystem::path& root);
const char* toString(RunState state);

} // namespace fettle
