// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/bench.h"

#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/check/bench_models.h"
#include "core/check/bench_rows.h"
#include "core/data/progress.h"
#include "core/models/model.h"
#include "core/nn/matmul/choice.h"
#include "core/nn/threads.h"
#include "core/optim/adamw.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <optional>

namespace fettle
{

namespace
{

void checkBenchOptions(const BenchOptions& options)
{
    if (options.precision != "fp32")
        throw badInput(fmt::format("precision = {} is not supported yet.", options.precision), "Choose fp32.",
                       "precision");
    const auto require = [](int64_t value, const char* name) {
        if (value < 1)
            throw badInput(fmt::format("{} = {} is not possible.", name, value), "It must be 1 or more.", name);
    };
    require(options.batch, "batch");
    require(options.length, "seq");
    require(options.steps, "steps");
}

/// Matrix products of forward and backward (6 per weight and token; the head for graded tokens alone) and attention
/// (12 per width and pair of tokens that see each other).
double flopsOf(const ModelFacts& model, const PackedBatch& batch)
{
    double pairs = 0, windowPairs = 0;
    // With a window each token sees so many of itself and those before it, as far as there are some.
    const auto pairsOf = [&](double length, double window) {
        const double before = window * (window + 1) / 2 + (length - window) * window;
        return model.isMasked() ? 2 * before - length : before;
    };
    for (size_t i = 0; i + 1 < batch.cuSeqlens.size(); ++i) {
        const double length = batch.cuSeqlens[i + 1] - batch.cuSeqlens[i];
        pairs += pairsOf(length, length);
        windowPairs += pairsOf(length, std::min(length, static_cast<double>(model.work.window)));
    }
    return 6 * static_cast<double>(model.work.tokenWeights) * static_cast<double>(batch.tokens()) +
           6 * static_cast<double>(model.work.gradedWeights) * static_cast<double>(batch.gradedTokens) +
           12 * (static_cast<double>(model.work.pairWidth) * pairs +
                 static_cast<double>(model.work.windowWidth) * windowPairs);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

} // namespace

BenchResult runBench(const BenchOptions& options, const std::function<bool(double)>& progress)
{
    checkBenchOptions(options);
    useThreads(options.threads);
    useMatmul("auto");
    BenchResult result;
    result.matmul = matmulRates(2048, 1);
    result.gemmGflops = bestRate(result.matmul);

    std::optional<ShapeFolder> shape;
    if (options.model.empty())
        shape.emplace(options.arch);
    LoadOptions load;
    load.trainable = true;
    load.seed = static_cast<uint64_t>(options.seed);
    const auto model = loadModel(shape ? "random:" + shape->path().string() : options.model, load);
    const ModelFacts& facts = model->facts();
    if (options.length > facts.contextLength)
        throw badInput(fmt::format("seq = {}: the model reads at most {} tokens.", options.length, facts.contextLength),
                       fmt::format("Set it to {} or less.", facts.contextLength), "seq");
    std::vector<int64_t> lengths{options.length};
    if (!options.paddingFrom.empty()) {
        const auto tokenizer = shape ? nullptr : loadTokenizer(facts.folder);
        lengths = rowLengths(options.paddingFrom, options.length, tokenizer.get());
    }

    AdamW optimizer(model->arena(), {});
    std::vector<double> seconds, tokens, graded, flops;
    size_t row = 0;
    for (int64_t step = 0; step <= options.steps; ++step) {
        std::vector<int64_t> batchLengths;
        for (int64_t i = 0; i < options.batch; ++i)
            batchLengths.push_back(lengths[row++ % lengths.size()]);
        const uint64_t seed = static_cast<uint64_t>(options.seed + step);
        const PackedBatch batch = randomBatch(batchLengths, facts.vocabularySize, facts.isMasked(), seed);
        const auto begin = std::chrono::steady_clock::now();
        model->trainBatch(batch, 1.0 / static_cast<double>(std::max<int64_t>(1, batch.gradedTokens)),
                          {static_cast<uint64_t>(options.seed), static_cast<uint64_t>(step)});
        optimizer.step(1e-5);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        report(progress, static_cast<double>(step + 1) / static_cast<double>(options.steps + 1));
        if (step == 0)
            continue; // memory is taken and caches are filled
        seconds.push_back(took.count());
        tokens.push_back(static_cast<double>(batch.tokens()));
        graded.push_back(static_cast<double>(batch.gradedTokens));
        flops.push_back(flopsOf(facts, batch));
    }

    const auto rate = [&](const std::vector<double>& amounts) {
        std::vector<double> rates;
        for (size_t i = 0; i < amounts.size(); ++i)
            rates.push_back(amounts[i] / seconds[i]);
        return median(rates);
    };
    result.model = shape ? options.arch : facts.name;
    result.parameters = model->arena().parameterCount();
    result.secondsPerStep = median(seconds);
    result.tokensPerSecond = rate(tokens);
    result.gradedTokensPerSecond = rate(graded);
    result.peakResidentBytes = peakResidentBytes();
    result.flopsPerStep = median(flops);
    result.modelFlopsUtilization = rate(flops) / (result.gemmGflops * 1e9);
    result.threads = at::get_num_threads();
    result.device = model->device().is_cpu() ? "cpu" : model->device().str();
    return result;
}

} // namespace fettle
