// SPDX-License-Identifier: GPL-3.0-or-later
// Memory and disk that a run will take, told before it starts.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"
#include "core/events/events.h"
#include "core/train/step_timing.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace fettle
{

struct ResourceNeeds {
    uint64_t memoryBytes = 0;
    uint64_t diskBytes = 0;
    uint64_t checkpointBytes = 0;                        ///< of one checkpoint
    int64_t writtenCheckpoints = 0, keptCheckpoints = 0; ///< at most: in the whole run, and lying there at its end
};

/// What is trained on: a batch is never larger than this.
struct DataSize {
    int64_t examples = 0;
    int64_t longest = 0; ///< tokens of the longest example
    bool hasValidation = false;
};

/// Both figures are estimates on the safe side.
ResourceNeeds resourceNeeds(const ModelFacts& model, const RunConfig& config, const StepTiming& timing,
                            const DataSize& data);

/// auto_find_batch_size: while a run does not fit into `freeMemory`, a tenth fewer rows per step are taken, as
/// transformers does after it ran out of memory. Changes `arguments` and says so; nothing to say where all fits, where
/// it was not asked for, or where a single row would be too much.
std::optional<SettingWarning> fitRowsPerStep(const ModelFacts& model, TrainArgs& arguments, const DataSize& data,
                                             uint64_t freeMemory);

/// Throws OutOfResources with the numbers where memory or disk (at `runFolder`) do not suffice.
void requireResources(const ResourceNeeds& needs, uint64_t freeMemory, uint64_t freeDisk);

} // namespace fettle
