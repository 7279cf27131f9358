// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/optim/schedule.h"

#include "core/arguments/choice_options.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace fettle
{

namespace
{

// In all of them the order of operations is that of transformers, so that the numbers are the same to the last bit.

struct Schedule {
    double rate;              ///< learning_rate
    int64_t maxSteps, warmup; ///< in steps
    ChoiceOptions options;

    double steps() const { return static_cast<double>(maxSteps); }
    double warmupRise(int64_t step) const
    {
        return static_cast<double>(step) / static_cast<double>(std::max<int64_t>(1, warmup));
    }
    /// From 0 after the warm-up to 1 at the end.
    double progress(int64_t step) const
    {
        return static_cast<double>(step - warmup) / static_cast<double>(std::max<int64_t>(1, maxSteps - warmup));
    }
    double cycles() const { return options.number("num_cycles", 0.5); }
    double lowest() const
    {
        if (const auto least = options.number("min_lr"))
            return rate > 0 ? *least / rate : 0;
        return options.number("min_lr_rate", 0);
    }
};

/// 1 at the top, 0 at the bottom.
double cosineWave(double cycles, double progress)
{
    return 0.5 * (1.0 + std::cos(std::numbers::pi * cycles * 2.0 * progress));
}

double between(double factor, double lowest)
{
    return std::max(0.0, factor * (1 - lowest) + lowest);
}

double linear(const Schedule& at, int64_t step)
{
    return std::max(0.0, static_cast<double>(at.maxSteps - step) /
                             static_cast<double>(std::max<int64_t>(1, at.maxSteps - at.warmup)));
}

double cosineWithRestarts(const Schedule& at, int64_t step)
{
    const double progress = at.progress(step);
    if (progress >= 1.0)
        return 0.0;
    const double part = std::fmod(at.options.number("num_cycles", 1) * progress, 1.0);
    return std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * part)));
}

double polynomial(const Schedule& at, int64_t step)
{
    const double end = at.options.number("lr_end", 1e-7);
    if (step > at.maxSteps || at.maxSteps <= at.warmup)
        return end / at.rate;
    const double left = 1 - static_cast<double>(step - at.warmup) / static_cast<double>(at.maxSteps - at.warmup);
    return ((at.rate - end) * std::pow(left, at.options.number("power", 1)) + end) / at.rate;
}

double inverseSquareRoot(const Schedule& at, int64_t step)
{
    const double usual = at.warmup > 0 ? static_cast<double>(at.warmup) : 10'000;
    const double scale = at.options.number("timescale", usual);
    return 1.0 / std::sqrt((static_cast<double>(step) + (scale - static_cast<double>(at.warmup))) / scale);
}

double cosineFromLowRate(const Schedule& at, int64_t step)
{
    const auto now = static_cast<double>(step), warmup = static_cast<double>(at.warmup);
    if (step < at.warmup) {
        if (const auto first = at.options.number("warmup_lr_rate"))
            return *first + (1.0 - *first) * now / std::max(1.0, warmup - 1);
        return (now + 1.0) / std::max(1.0, warmup);
    }
    const double progress = (now - warmup + 1.0) / std::max(1.0, at.steps() - warmup);
    return between(cosineWave(at.cycles(), progress), at.lowest());
}

double warmupStableDecay(const Schedule& at, int64_t step)
{
    const double lowest = at.options.number("min_lr_ratio", 0);
    const auto decay = static_cast<int64_t>(at.options.number("num_decay_steps", 0));
    const auto stable = static_cast<int64_t>(
        at.options.number("num_stable_steps", static_cast<double>(at.maxSteps - at.warmup - decay)));
    if (step < at.warmup) {
        const double progress = at.warmupRise(step);
        const std::string type = at.options.word("warmup_type", "linear");
        const double factor = type == "linear"   ? progress
                              : type == "cosine" ? 0.5 * (1.0 - std::cos(std::numbers::pi * progress))
                                                 : 1.0 - std::sqrt(1.0 - progress);
        return between(factor, lowest);
    }
    if (step < at.warmup + stable)
        return 1.0;
    if (step >= at.warmup + stable + decay)
        return lowest;
    const double progress =
        static_cast<double>(step - at.warmup - stable) / static_cast<double>(std::max<int64_t>(1, decay));
    const std::string type = at.options.word("decay_type", "cosine");
    const double factor = type == "linear"   ? 1.0 - progress
                          : type == "cosine" ? cosineWave(at.cycles(), progress)
                                             : 1.0 - std::sqrt(progress);
    return between(factor, lowest);
}

/// What learning_rate is multiplied by.
double factorAt(const std::string& kind, const Schedule& at, int64_t step)
{
    if (kind == "cosine_warmup_with_min_lr")
        return cosineFromLowRate(at, step);
    if (kind == "warmup_stable_decay")
        return warmupStableDecay(at, step);
    if (step < at.warmup)
        return at.warmupRise(step);
    if (kind == "constant_with_warmup")
        return 1.0;
    if (kind == "cosine")
        return std::max(0.0, cosineWave(at.cycles(), at.progress(step)));
    if (kind == "cosine_with_min_lr")
        return between(cosineWave(at.cycles(), at.progress(step)), at.lowest());
    if (kind == "cosine_with_restarts")
        return cosineWithRestarts(at, step);
    if (kind == "polynomial")
        return polynomial(at, step);
    if (kind == "inverse_sqrt")
        return inverseSquareRoot(at, step);
    return linear(at, step);
}

} // namespace

int64_t warmupSteps(const TrainArgs& arguments, int64_t maxSteps)
{
    if (arguments.warmup_steps >= 1)
        return static_cast<int64_t>(arguments.warmup_steps);
    const double share = arguments.warmup_steps > 0 ? arguments.warmup_steps : arguments.warmup_ratio;
    return static_cast<int64_t>(std::ceil(static_cast<double>(maxSteps) * share));
}

bool warmsUp(const TrainArgs& arguments)
{
    return arguments.lr_scheduler_type != "constant" && !followsChecks(arguments);
}

double learningRateAt(const TrainArgs& arguments, int64_t maxSteps, int64_t step)
{
    if (!warmsUp(arguments) || arguments.learning_rate == 0)
        return arguments.learning_rate;
    const Schedule schedule{arguments.learning_rate, maxSteps, warmupSteps(arguments, maxSteps),
                            scheduleOptions(arguments)};
    return arguments.learning_rate * factorAt(arguments.lr_scheduler_type, schedule, step);
}

bool followsChecks(const TrainArgs& arguments)
{
    return arguments.lr_scheduler_type == "reduce_lr_on_plateau";
}

PlateauState plateauAtStart(const TrainArgs& arguments)
{
    PlateauState state;
    state.rate = arguments.learning_rate;
    return state;
}

void plateauCheck(const TrainArgs& arguments, double loss, PlateauState& state)
{
    const ChoiceOptions options = scheduleOptions(arguments);
    const bool wantsMore = options.word("mode", "min") == "max";
    const bool relative = options.word("threshold_mode", "rel") == "rel";
    const double threshold = options.number("threshold", 1e-4);
    const double infinity = std::numeric_limits<double>::infinity();
    const double best = state.best.value_or(wantsMore ? -infinity : infinity);
    const bool gains = wantsMore ? loss > (relative ? best * (threshold + 1.0) : best + threshold)
                                 : loss < (relative ? best * (1.0 - threshold) : best - threshold);
    if (gains)
        state.best = loss;
    state.badChecks = gains ? 0 : state.badChecks + 1;
    if (state.cooldown > 0) {
        --state.cooldown;
        state.badChecks = 0;
    }
    if (static_cast<double>(state.badChecks) <= options.number("patience", 10))
        return;
    const double lower = std::max(state.rate * options.number("factor", 0.1), options.number("min_lr", 0));
    if (state.rate - lower > options.number("eps", 1e-8))
        state.rate = lower;
    state.cooldown = static_cast<int64_t>(options.number("cooldown", 0));
    state.badChecks = 0;
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
