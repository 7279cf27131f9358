// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will take: from rates that were measured with this model on this machine, else from a rule of thumb.
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/data/sampler.h"
#include "core/models/inspect.h"
#include "core/nn/matmul/rate.h"
#include "core/session.h"
#include "core/train/lora_arguments.h"
#include "core/train/machine_load.h"
#include "core/train/rates.h"
#include "core/train/resource_needs.h"
#include "core/train/setting_warnings.h"
#include "core/train/step_timing.h"

#include <algorithm>

namespace fettle
{

namespace
{

// Forward and backward of a token take six operations a weight; a check only forward: two.
constexpr double learnFlopsPerWeight = 6, frozenFlopsPerWeight = 4, checkFlopsPerWeight = 2;
constexpr double againFlopsPerWeight = 2; // gradient_checkpointing: layers forward once more
/// Share of the matrix-product rate that training small models reached here.
constexpr double usualUtilization = 0.5;
constexpr double writeBytesPerSecond = 200e6, usualSyncSeconds = 0.05;
/// A new token of a sample costs about as much as so many tokens of a check: products with single rows.
constexpr double writingFactor = 8;

/// How far the true time may be off, as factors: measured several times with such batches, once or with others, or
/// guessed. Where the measured runs lie further apart than that, as far as they do.
struct Doubt {
    double low, high;
};
constexpr Doubt sure{0.8, 1.35}, lessSure{0.65, 1.7}, guessed{0.4, 2.5};

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

DataSize dataSize(const RunConfig& config, const DataPreview& preview)
{
    DataSize size;
    size.examples = preview.examples;
    size.longest =
        std::min<int64_t>(joinsRows(config.data.blocks) ? preview.tokens : preview.longestRow, config.data.maxLength);
    size.hasValidation = preview.validationRows > 0;
    return size;
}

/// What was measured, and rules of thumb for what was not.
KnownRates ratesFor(const RunConfig& config, const ModelFacts& model, const ResourceNeeds& needs, int threads,
                    Forecast& forecast, Doubt& doubt)
{
    KnownRates rates;
    if (const auto known = knownRates(model, config, threads)) {
        rates = *known;
        forecast.measured = true;
        forecast.wasDisturbed = rates.areDisturbed;
        doubt = rates.areDisturbed ? guessed : rates.hasSameBatches && rates.runs > 1 ? sure : lessSure;
        doubt.low = std::min(doubt.low, rates.fastest);
        doubt.high = std::max(doubt.high, rates.slowest);
    } else {
        // What is frozen gets no gradient of its own.
        const double again = config.arguments.gradient_checkpointing ? againFlopsPerWeight : 0;
        const double flops =
            static_cast<double>(model.trainedParameters()) * (learnFlopsPerWeight + again) +
            static_cast<double>(model.parameters - model.trainedParameters()) * (frozenFlopsPerWeight + again);
        rates.learnSecondsPerToken = flops / (matmulFlopsPerSecond(threads) * usualUtilization);
        doubt = guessed;
    }
    if (!(rates.checkSecondsPerToken > 0))
        rates.checkSecondsPerToken = rates.learnSecondsPerToken * checkFlopsPerWeight / learnFlopsPerWeight;
    if (!(rates.sampleSecondsPerToken > 0))
        rates.sampleSecondsPerToken = rates.checkSecondsPerToken * writingFactor;
    if (!(rates.secondsPerCheckpoint > 0))
        rates.secondsPerCheckpoint =
            usualSyncSeconds + static_cast<double>(needs.checkpointBytes) / writeBytesPerSecond;
    return rates;
}

/// What the model is with the adapters that the run gives it.
ModelFacts withAdapters(const RunConfig& config, const ModelFacts& model)
{
    if (config.arguments.lora_r == 0 || model.adapterParameters > 0 || model.randomWeights)
        return model;
    ModelFacts adapted = model;
    const ModelFacts described = describeModel(config.model, loraOf(config.arguments));
    adapted.parameters = described.parameters;
    adapted.adapterParameters = described.adapterParameters;
    adapted.frozenParameters = described.frozenParameters;
    adapted.frozenBytes = described.frozenBytes;
    adapted.trainingBytes = described.trainingBytes;
    return adapted;
}

} // namespace

Forecast forecastRun(const RunConfig& wanted, const ModelFacts& given, const DataPreview& preview)
{
    const ModelFacts model = withAdapters(wanted, given);
    const DataSize size = dataSize(wanted, preview);
    Forecast forecast;
    forecast.memoryFree = memoryInReach(programBytes);
    RunConfig config = wanted;
    const auto fitted = fitRowsPerStep(model, config.arguments, size, forecast.memoryFree);
    const StepPlan plan = planSteps(config.arguments, preview.examples);
    forecast.steps = plan.maxSteps;
    forecast.stepsPerEpoch = plan.stepsPerEpoch;
    forecast.warnings = settingWarnings(config.arguments, model, plan);
    if (fitted)
        forecast.warnings.insert(forecast.warnings.begin(), *fitted);
    const StepTiming timing(config, plan.maxSteps, plan.stepsPerEpoch, size.hasValidation);
    forecast.checks = timing.evaluations();
    const ResourceNeeds needs = resourceNeeds(model, config, timing, size);
    forecast.memoryBytes = needs.memoryBytes + textBytes(preview);
    forecast.diskBytes = needs.diskBytes;
    const std::string& folder = config.arguments.output_dir;
    forecast.diskFree = freeDiskBytes(folder.empty() ? defaultRunsFolder() : expandUser(folder));
    forecast.keptCheckpoints = needs.keptCheckpoints;
    forecast.parameters = model.parameters;
    forecast.trainedParameters = model.trainedParameters();

    const int threads = threadsFor(config.arguments.threads);
    Doubt doubt = guessed;
    const KnownRates rates = ratesFor(config, model, needs, threads, forecast, doubt);
    const double slowdown = slowdownByOthers(threads);
    forecast.isBusy = slowdown > 1.2;

    const double examplesLearnt = static_cast<double>(preview.examples) * static_cast<double>(plan.maxSteps) /
                                  static_cast<double>(std::max<int64_t>(1, plan.stepsPerEpoch));
    forecast.learningSeconds = slowdown * examplesLearnt * tokensPerExample(preview) * rates.learnSecondsPerToken;
    const double validationTokens = preview.rows > 0 ? static_cast<double>(preview.tokens - preview.cutTokens) *
                                                           static_cast<double>(preview.validationRows) /
                                                           static_cast<double>(preview.rows)
                                                     : 0;
    forecast.checkingSeconds =
        slowdown * static_cast<double>(forecast.checks) * validationTokens * rates.checkSecondsPerToken;
    const double newTokens =
        model.objective == Objective::Causal ? static_cast<double>(config.samples.maxNewTokens) : 1;
    const double samples = static_cast<double>(timing.sampleRounds()) *
                           static_cast<double>(config.samples.prompts.size()) * newTokens * rates.sampleSecondsPerToken;
    forecast.writingSeconds =
        slowdown *
        (samples + static_cast<double>(needs.writtenCheckpoints) * rates.secondsPerCheckpoint + rates.otherSeconds);
    forecast.seconds = forecast.learningSeconds + forecast.checkingSeconds + forecast.writingSeconds;
    forecast.secondsLow = forecast.seconds / slowdown * doubt.low; // the others may end
    forecast.secondsHigh = forecast.seconds * doubt.high;
    return forecast;
}

Forecast forecastRun(const RunConfig& config)
{
    return forecastRun(config, inspectModel(config.model), previewRunData(config, 0));
}

} // namespace fettle
