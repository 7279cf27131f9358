// SPDX-License-Identifier: GPL-3.0-or-later
// trainer_state.json exactly as transformers writes it: its keys and no other, sorted, indented by 2.
#pragma once

#include "core/arguments/run_config.h"
#include "core/events/events.h"
#include "core/train/step_timing.h"
#include "core/train/training_progress.h"

#include <string>

namespace fettle
{

/// Adds the log entry of a step: the mean loss since the last one; the counts begin anew. Returns the entry.
Json appendLogEntry(TrainingProgress& progress, const TrainArgs& arguments, const StepEvent& step);
Json appendEvalEntry(TrainingProgress& progress, const TrainArgs& arguments, const EvalEvent& eval, int64_t rows,
                     int64_t batches);

/// The text of the file. `bestCheckpoint`: path of the best checkpoint or empty; `flops`: 6 x tokens x parameters
/// without embeddings.
std::string trainerState(const TrainingProgress& progress, const RunConfig& config, const StepTiming& timing,
                         int64_t maxSteps, double epoch, const std::string& bestCheckpoint, double flops);

} // namespace fettle
