// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sampler.h"

#include "core/base/error.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randperm.h>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

std::vector<int64_t> randomPermutation(int64_t n, uint64_t seed)
{
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    const at::Tensor order = at::randperm(n, generator, at::TensorOptions().dtype(at::kLong));
    const int64_t* data = order.const_data_ptr<int64_t>();
    return std::vector<int64_t>(data, data + n);
}

std::vector<int64_t> epochOrder(int64_t n, uint64_t seed, int64_t epoch)
{
    return randomPermutation(n, seed + static_cast<uint64_t>(epoch));
}

uint64_t orderSeed(const TrainArgs& arguments)
{
    return static_cast<uint64_t>(arguments.data_seed.value_or(arguments.seed));
}

StepPlan planSteps(const TrainArgs& arguments, int64_t examples)
{
    const int64_t batch = arguments.per_device_train_batch_size;
    const int64_t accumulation = arguments.gradient_accumulation_steps;
    StepPlan plan;
    plan.batchesPerEpoch = arguments.dataloader_drop_last ? examples / batch : (examples + batch - 1) / batch;
    if (plan.batchesPerEpoch == 0)
        throw badInput(fmt::format("{} rows do not fill one batch of {}.", examples, batch),
                       "Turn dataloader_drop_last off or make per_device_train_batch_size smaller.",
                       "per_device_train_batch_size");
    plan.stepsPerEpoch = (plan.batchesPerEpoch + accumulation - 1) / accumulation;
    plan.maxSteps =
        arguments.max_steps > 0
            ? arguments.max_steps
            : static_cast<int64_t>(std::ceil(arguments.num_train_epochs * static_cast<double>(plan.stepsPerEpoch)));
    return plan;
}

} // namespace fettle
