// SPDX-License-Identifier: GPL-3.0-or-later
// Learning-rate schedules of transformers (get_scheduler), and of torch what lowers the rate when checks no longer
// gain.
#pragma once

#include "core/arguments/train_args.h"

#include <cstdint>
#include <optional>

namespace fettle
{

/// Warm-up steps: warmup_steps as a count (or, below 1, a share), else ceil(maxSteps * warmup_ratio).
int64_t warmupSteps(const TrainArgs& arguments, int64_t maxSteps);
/// Whether the schedule makes use of them.
bool warmsUp(const TrainArgs& arguments);
/// The rate that optimizer step `step` (from 0) uses; of a schedule that follows checks the rate before any. Takes what
/// lr_scheduler_kwargs says as far as it fits.
double learningRateAt(const TrainArgs& arguments, int64_t maxSteps, int64_t step);

/// What reduce_lr_on_plateau has made of the checks so far.
struct PlateauState {
    double rate = 0;            ///< of the next step
    std::optional<double> best; ///< the best check that counted
    int64_t badChecks = 0;      ///< in a row
    int64_t cooldown = 0;       ///< checks that are still not counted
};
bool followsChecks(const TrainArgs& arguments);
PlateauState plateauAtStart(const TrainArgs& arguments);
/// Takes in a check's loss; one that is not a number is no gain.
void plateauCheck(const TrainArgs& arguments, double loss, PlateauState& state);

/// A learning rate with which AdamW trains a model of so many weights well, to one digit: the smaller the model, the
/// higher. Between what is usual for a million weights (2e-3) and for GPT-2 and BERT (5e-5); a model that begins with
/// random weights takes more.
double suitableLearningRate(int64_t parameters, bool randomWeights);

} // namespace fettle
