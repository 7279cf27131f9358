// SPDX-License-Identifier: GPL-3.0-or-later
// Learning-rate schedules of transformers (get_scheduler): linear, cosine, constant, constant_with_warmup.
#pragma once

#include "core/arguments/train_args.h"

#include <cstdint>

namespace fettle
{

/// Warm-up steps: warmup_steps as a count (or, below 1, a share), else ceil(maxSteps * warmup_ratio).
int64_t warmupSteps(const TrainArgs& arguments, int64_t maxSteps);
/// The rate that optimizer step `step` (from 0) uses.
double learningRateAt(const TrainArgs& arguments, int64_t maxSteps, int64_t step);
/// A learning rate with which AdamW trains a model of so many weights well, to one digit: the smaller the model, the
/// higher. Between what is usual for a million weights (2e-3) and for GPT-2 and BERT (5e-5); a model that begins with
/// random weights takes more.
double suitableLearningRate(int64_t parameters, bool randomWeights);

} // namespace fettle
