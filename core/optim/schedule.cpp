// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/schedule.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace fettle
{

int64_t warmupSteps(const TrainArgs& arguments, int64_t maxSteps)
{
    if (arguments.warmup_steps >= 1)
        return static_cast<int64_t>(arguments.warmup_steps);
    const double share = arguments.warmup_steps > 0 ? arguments.warmup_steps : arguments.warmup_ratio;
    return static_cast<int64_t>(std::ceil(static_cast<double>(maxSteps) * share));
}

double learningRateAt(const TrainArgs& arguments, int64_t maxSteps, int64_t step)
{
    // The order of operations is that of transformers, so that the numbers are the same to the last bit.
    const std::string& kind = arguments.lr_scheduler_type;
    if (kind == "constant")
        return arguments.learning_rate;
    const int64_t warmup = warmupSteps(arguments, maxSteps);
    if (step < warmup)
        return arguments.learning_rate *
               (static_cast<double>(step) / static_cast<double>(std::max<int64_t>(1, warmup)));
    if (kind == "constant_with_warmup")
        return arguments.learning_rate;
    const auto length = static_cast<double>(std::max<int64_t>(1, maxSteps - warmup));
    if (kind == "cosine") {
        const double progress = static_cast<double>(step - warmup) / length;
        return arguments.learning_rate * std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
    }
    return arguments.learning_rate * std::max(0.0, static_cast<double>(maxSteps - step) / length);
}

double suitableLearningRate(int64_t parameters, bool randomWeights)
{
    const double millions = std::max(1.0, static_cast<double>(parameters) / 1e6);
    // The line, in logarithms, through (1 million, 2e-3) and (124 millions, 5e-5).
    const double trained = 2e-3 * std::pow(millions, -0.765);
    const double suits = randomWeights ? std::min(3e-3, 8 * trained) : std::max(1e-5, trained);
    return parseDouble(fmt::format("{:.0e}", suits)).value_or(suits);
}

} // namespace fettle
