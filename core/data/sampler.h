// SPDX-License-Identifier: GPL-3.0-or-later
// In which order examples are read, and how many steps that makes.
#pragma once

#include "core/arguments/train_args.h"

#include <ATen/core/Generator.h>
#include <cstdint>
#include <vector>

namespace fettle
{

/// torch.randperm(n, generator=Generator().manual_seed(seed)).
std::vector<int64_t> randomPermutation(int64_t n, uint64_t seed);
/// The order of epoch `epoch` (from 0): randperm(n, Generator(seed + epoch)), as transformers since 4.38.
std::vector<int64_t> epochOrder(int64_t n, uint64_t seed, int64_t epoch);
/// transformers' get_length_grouped_indices, as its LengthGroupedSampler calls it: a permutation drawn from
/// `generator`, every fifty batches of it (a quarter of the rows, where that is less) sorted from the longest to the
/// shortest, and the longest row of all put first. `batchSize`: rows of one optimizer step.
std::vector<int64_t> lengthGroupedOrder(const std::vector<int64_t>& lengths, int64_t batchSize,
                                        at::Generator generator);
/// data_seed, else seed.
uint64_t orderSeed(const TrainArgs& arguments);

/// Batches and optimizer steps of a run, counted as transformers counts them: an epoch's last window may be short.
struct StepPlan {
    int64_t batchesPerEpoch = 0;
    int64_t stepsPerEpoch = 0;
    int64_t maxSteps = 0; ///< max_steps, else ceil(epochs * stepsPerEpoch)
};
/// For `examples` examples. Throws BadInput where not one batch comes together (dataloader_drop_last).
StepPlan planSteps(const TrainArgs& arguments, int64_t examples);

} // namespace fettle
