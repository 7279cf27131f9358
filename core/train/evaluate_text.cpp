// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/evaluate_text.h"

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/data/batches.h"
#include "core/data/training_data.h"
#include "core/models/model.h"
#include "core/nn/threads.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/from_blob.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

struct GradedScores {
    double lossSum = 0;
    int64_t right = 0;
};

/// Logits of the graded places alone, some thousand at a time, so that [places, vocabulary] stays small.
GradedScores scoreBatch(LanguageModel& model, const PackedBatch& batch)
{
    GradedScores scores;
    std::vector<int64_t> places, targets;
    for (size_t i = 0; i < batch.targets.size(); ++i)
        if (batch.targets[i] != ignoredLabel) {
            places.push_back(static_cast<int64_t>(i));
            targets.push_back(batch.targets[i]);
        }
    if (places.empty())
        return scores;
    const at::Tensor logits = model.logits(batch, &places).to(at::kCPU);
    const at::Tensor wanted = at::from_blob(targets.data(), {logits.size(0)}, at::kLong);
    scores.lossSum = at::cross_entropy_loss(logits, wanted, {}, at::Reduction::Sum).item<double>();
    scores.right = at::eq(at::argmax(logits, -1), wanted).sum().item<int64_t>();
    return scores;
}

} // namespace

EvaluateResult evaluateText(const EvaluateOptions& options, const std::function<bool(double)>& progress)
{
    useThreads(options.threads);
    const auto model = loadModel(options.model, {});
    const ModelFacts& facts = model->facts();
    const auto tokenizer = loadTokenizer(facts.ownFolder());

    RunConfig config;
    config.data.column = options.column;
    config.data.templateText = options.templateText;
    config.data.prompt = options.prompt;
    config.data.completion = options.completion;
    config.data.completionOnly = options.completionOnly;
    config.data.keepsStart = options.keepsStart;
    config.data.packed = options.packed;
    config.data.maxLength = std::min(options.maxLength, facts.contextLength);
    const auto reading = [&](double fraction) { return !progress || progress(0.2 * fraction); };
    const Dataset dataset = loadDataset(options.files, config, tokenizer, facts, reading, options.split);

    // At most 64 million logits at once.
    const int64_t fitting =
        std::max<int64_t>(1, (int64_t{64} << 20) / std::max<int64_t>(1, dataset.longest() * facts.vocabularySize));
    const EvaluationBatches batches(dataset, tokenizer, facts, options.maskProbability,
                                    std::clamp<int64_t>(options.batchSize, 1, fitting),
                                    static_cast<uint64_t>(options.seed));
    EvaluateResult result;
    result.examples = dataset.size();
    double lossSum = 0;
    int64_t right = 0, done = 0;
    const double began = now();
    batches.forEach([&](const PackedBatch& batch) {
        const GradedScores scores = scoreBatch(*model, batch);
        lossSum += scores.lossSum;
        right += scores.right;
        result.tokens += batch.tokens();
        result.gradedTokens += batch.gradedTokens;
        report(progress, 0.2 + 0.8 * static_cast<double>(++done) / static_cast<double>(batches.count()));
        return true;
    });
    if (result.gradedTokens == 0)
        throw badInput(fmt::format("Nothing of the {} rows can be graded.", result.examples),
                       "Give a file with more text in it.", "data");
    const auto graded = static_cast<double>(result.gradedTokens);
    result.loss = lossSum / graded;
    if (!std::isfinite(result.loss))
        throw notFiniteError(facts);
    result.perplexity = std::exp(result.loss);
    result.accuracy = static_cast<double>(right) / graded;
    result.seconds = now() - began;
    return result;
}

} // namespace fettle
