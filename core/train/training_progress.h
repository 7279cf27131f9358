// SPDX-License-Identifier: GPL-3.0-or-later
// How far a run is: all that a checkpoint keeps besides weights and moments.
#pragma once

#include "core/base/json.h"
#include "core/data/batches.h"
#include "core/optim/schedule.h"
#include "core/train/log_history.h"

#include <cstdint>
#include <optional>

namespace fettle
{

/// The best check so far, step 0 left out: an untrained model is never kept as the best.
struct BestCheck {
    double loss = 0;
    int64_t step = 0;
    double accuracy = 0; ///< 0 where it was not measured
};

struct TrainingProgress {
    int64_t step = 0;         ///< optimizer steps done
    int64_t microBatches = 0; ///< batches seen: the counter that dropout draws from
    DataCursor cursor;        ///< the next batch
    double elapsed = 0;       ///< seconds without pauses, over all parts of the run

    double lossSum = 0; ///< over the steps that had a loss
    int64_t lossSteps = 0;
    double loggedLossSum = 0; ///< since the last entry of the log history
    int64_t loggedSteps = 0;
    std::optional<double> lastLoss; ///< of the last step
    int64_t tokens = 0;             ///< seen so far
    int64_t paddedTokens = 0;       ///< the same with the padding that transformers would add

    std::optional<double> lowestCheck; ///< of all checks, step 0 too
    std::optional<BestCheck> best;
    int64_t checksWithoutGain = 0;
    std::optional<PlateauState> plateau; ///< where the learning rate follows the checks

    LogHistory logHistory;
};

/// fettle_state.json without its "files".
Json toJson(const TrainingProgress& progress);
/// Reads what toJson wrote, `plateau` where `progress` has one; throws BadInput where it does not fit.
void readProgress(TrainingProgress& progress, const Json& json);

} // namespace fettle
