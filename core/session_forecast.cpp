// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will take: from rates that were measured with this model on this machine, else from a rule of thumb.
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/data/sampler.h"
#include "core/session.h"
#include "core/train/matmul_rate.h"
#include "core/train/rates.h"
#include "core/train/resource_needs.h"
#include "core/train/step_timing.h"

#include <algorithm>

namespace fettle
{

namespace
{

// Forward and backward of a token take six operations a weight; a check only forward: two.
constexpr double learnFlopsPerWeight = 6, checkFlopsPerWeight = 2;
/// Share of the matrix-product rate that training small models reached here.
constexpr double usualUtilization = 0.5;
constexpr double writeBytesPerSecond = 200e6;
/// A new token of a sample costs about as much as so many tokens of a check: products with single rows.
constexpr double writingFactor = 8;

int forecastThreads(const TrainArgs& arguments)
{
    return threadsFor(arguments.threads);
}

/// Tokens of an average example, after the cut.
double tokensPerExample(const DataPreview& preview)
{
    if (preview.examples == 0 || preview.rows == 0)
        return 0;
    const double perRow = static_cast<double>(preview.tokens - preview.cutTokens) / static_cast<double>(preview.rows);
    return perRow * static_cast<double>(preview.trainRows) / static_cast<double>(preview.examples);
}

/// The token ids of the text and where its rows begin: they stay in memory while the run learns.
uint64_t textBytes(const DataPreview& preview)
{
    return static_cast<uint64_t>(preview.tokens) * sizeof(int32_t) +
           static_cast<uint64_t>(preview.rows) * (sizeof(int64_t) + sizeof(int32_t));
}

} // namespace

Forecast forecastRun(const RunConfig& config, const ModelEntry& model, const DataPreview& preview)
{
    Forecast forecast;
    const StepPlan plan = planSteps(config.arguments, preview.examples);
    forecast.steps = plan.maxSteps;
    forecast.stepsPerEpoch = plan.stepsPerEpoch;
    const bool hasValidation = preview.validationRows > 0;
    const StepTiming timing(config, plan.maxSteps, plan.stepsPerEpoch, hasValidation);

    const int64_t longest =
        config.data.packed ? config.data.maxLength : std::min<int64_t>(preview.longestRow, config.data.maxLength);
    const ResourceNeeds needs = resourceNeeds(model, config, timing, longest, hasValidation);
    forecast.memoryBytes = needs.memoryBytes + textBytes(preview);
    forecast.memoryFree = availableMemoryBytes();
    forecast.diskBytes = needs.diskBytes;
    forecast.diskFree = freeDiskBytes(
        expandUser(config.arguments.output_dir.empty() ? std::string("~/Fettle") : config.arguments.output_dir));

    const int threads = forecastThreads(config.arguments);
    const auto weights = static_cast<double>(model.parameters);
    const double thumb = 1 / (matmulFlopsPerSecond(threads) * usualUtilization);
    KnownRates rates{learnFlopsPerWeight * weights * thumb, 0, 0};
    if (const auto known = knownRates(model, threads)) {
        rates = *known;
        forecast.measured = true;
    }
    if (!(rates.checkSecondsPerToken > 0))
        rates.checkSecondsPerToken = rates.learnSecondsPerToken * checkFlopsPerWeight / learnFlopsPerWeight;
    if (!(rates.writeSecondsPerByte > 0))
        rates.writeSecondsPerByte = 1 / writeBytesPerSecond;

    const double perExample = tokensPerExample(preview);
    const double examplesLearnt = static_cast<double>(preview.examples) * static_cast<double>(plan.maxSteps) /
                                  static_cast<double>(std::max<int64_t>(1, plan.stepsPerEpoch));
    forecast.learningSeconds = examplesLearnt * perExample * rates.learnSecondsPerToken;
    const double validationTokens = preview.rows > 0 ? static_cast<double>(preview.tokens - preview.cutTokens) *
                                                           static_cast<double>(preview.validationRows) /
                                                           static_cast<double>(preview.rows)
                                                     : 0;
    forecast.checkingSeconds =
        static_cast<double>(timing.evaluations()) * validationTokens * rates.checkSecondsPerToken;
    const double newTokens =
        model.objective == Objective::Causal ? static_cast<double>(config.samples.maxNewTokens) : 4;
    const double sampleSeconds = static_cast<double>(timing.sampleRounds()) *
                                 static_cast<double>(config.samples.prompts.size()) * newTokens * writingFactor *
                                 rates.checkSecondsPerToken;
    forecast.writingSeconds = static_cast<double>(timing.checkpoints()) * static_cast<double>(needs.checkpointBytes) *
                                  rates.writeSecondsPerByte +
                              sampleSeconds;
    forecast.seconds = forecast.learningSeconds + forecast.checkingSeconds + forecast.writingSeconds;
    forecast.secondsLow = forecast.seconds * (forecast.measured ? 0.8 : 0.4);
    forecast.secondsHigh = forecast.seconds * (forecast.measured ? 1.3 : 2.5);
    return forecast;
}

} // namespace fettle
