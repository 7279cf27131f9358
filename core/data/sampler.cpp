// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sampler.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randperm.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{
constexpr int64_t mostSteps = 1000000000; ///< as max_steps is limited

std::vector<int64_t> drawPermutation(int64_t n, const at::Generator& generator)
{
    const at::Tensor order = at::randperm(n, generator, at::TensorOptions().dtype(at::kLong));
    const int64_t* data = order.const_data_ptr<int64_t>();
    return std::vector<int64_t>(data, data + n);
}
} // namespace

std::vector<int64_t> randomPermutation(int64_t n, uint64_t seed)
{
    return drawPermutation(n, at::make_generator<at::CPUGeneratorImpl>(seed));
}

std::vector<int64_t> epochOrder(int64_t n, uint64_t seed, int64_t epoch)
{
    return randomPermutation(n, seed + static_cast<uint64_t>(epoch));
}

std::vector<int64_t> lengthGroupedOrder(const std::vector<int64_t>& lengths, int64_t batchSize, at::Generator generator)
{
    const auto n = static_cast<int64_t>(lengths.size());
    std::vector<int64_t> order = drawPermutation(n, generator);
    const int64_t group = std::clamp<int64_t>(n / (batchSize * 4), 1, 50) * batchSize;
    const auto lengthAt = [&](int64_t place) {
        return lengths[static_cast<size_t>(order[static_cast<size_t>(place)])];
    };
    int64_t longest = 0; // the place of a group's first row
    for (int64_t begin = 0; begin < n; begin += group) {
        std::stable_sort(order.begin() + begin, order.begin() + std::min(begin + group, n), [&](int64_t a, int64_t b) {
            return lengths[static_cast<size_t>(a)] > lengths[static_cast<size_t>(b)];
        });
        if (lengthAt(begin) > lengthAt(longest))
            longest = begin;
    }
    if (n > 0)
        std::swap(order[0], order[static_cast<size_t>(longest)]);
    return order;
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
    if (arguments.max_steps > 0) {
        plan.maxSteps = arguments.max_steps;
        return plan;
    }
    const double steps = std::ceil(arguments.num_train_epochs * static_cast<double>(plan.stepsPerEpoch));
    if (!(steps <= static_cast<double>(mostSteps)))
        throw badInput(
            fmt::format("num_train_epochs: {} passes of {} steps are too many: at most {} steps.",
                        shortest(arguments.num_train_epochs), grouped(plan.stepsPerEpoch), grouped(mostSteps)),
            fmt::format("Use at most {} passes, or set max_steps.",
                        shortest(std::floor(static_cast<double>(mostSteps) / static_cast<double>(plan.stepsPerEpoch)))),
            "num_train_epochs");
    plan.maxSteps = std::max<int64_t>(1, static_cast<int64_t>(steps));
    return plan;
}

} // namespace fettle
