// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/evaluate_text.h"

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/data/batches.h"
#include "core/data/grading.h"
#include "core/data/training_data.h"
#include "core/models/model.h"
#include "core/nn/threads.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace fettle
{

namespace
{

/// What is added up over the batches.
struct EvaluateSums {
    double loss = 0;
    int64_t right = 0, examples = 0, tokens = 0, graded = 0, bytes = 0;

    void add(const EvaluateSums& more)
    {
        loss += more.loss;
        right += more.right;
        examples += more.examples;
        tokens += more.tokens;
        graded += more.graded;
        bytes += more.bytes;
    }

    /// `graded` is not 0.
    void fill(EvaluateScores& scores, const ModelFacts& facts) const
    {
        const auto count = static_cast<double>(graded);
        scores.loss = loss / count;
        if (!std::isfinite(scores.loss))
            throw notFiniteError(facts);
        scores.perplexity = std::exp(scores.loss);
        scores.accuracy = static_cast<double>(right) / count;
        if (bytes > 0)
            scores.bitsPerByte = loss / (std::numbers::ln2 * static_cast<double>(bytes));
        scores.examples = examples;
        scores.tokens = tokens;
        scores.gradedTokens = graded;
        scores.gradedBytes = bytes;
    }
};

} // namespace

EvaluateResult evaluateText(RunConfig config, const std::string& by, const std::function<bool(double)>& progress)
{
    const TrainArgs& arguments = config.arguments;
    const auto files = resolveTexts(config.data.train);
    useThreads(static_cast<int>(arguments.threads));
    const auto model = loadModel(config.model, {});
    const ModelFacts& facts = model->facts();
    const auto tokenizer = loadTokenizer(facts.ownFolder());
    config.data.maxLength = std::min(config.data.maxLength, facts.contextLength);
    const auto reading = [&](double fraction) { return !progress || progress(0.2 * fraction); };
    const std::vector<NamedDataset> parts = loadParts(files, config, tokenizer, facts, by, reading, config.data.split);

    std::vector<EvaluationBatches> batches;
    int64_t all = 0, done = 0;
    for (const NamedDataset& part : parts) {
        batches.emplace_back(part.rows, tokenizer, facts, maskRule(arguments), arguments.per_device_eval_batch_size,
                             static_cast<uint64_t>(arguments.seed));
        all += batches.back().count();
    }
    const GradedBytes bytes(*tokenizer);
    EvaluateResult result;
    EvaluateSums total;
    const double began = now();
    for (size_t i = 0; i < parts.size(); ++i) {
        EvaluateSums sums;
        sums.examples = parts[i].rows.size();
        batches[i].forEach([&](const PackedBatch& batch) {
            const LossSum loss = model->evaluateBatch(batch, true);
            sums.loss += loss.sum;
            sums.right += loss.right;
            sums.tokens += batch.tokens();
            sums.graded += batch.gradedTokens;
            sums.bytes += facts.isMasked() ? 0 : bytes.of(batch);
            report(progress, 0.2 + 0.8 * static_cast<double>(++done) / static_cast<double>(all));
            return true;
        });
        total.add(sums);
        if (sums.graded > 0)
            sums.fill(result.parts.emplace_back(EvaluatePart{{}, parts[i].name}), facts);
    }
    if (total.graded == 0)
        throw badInput(fmt::format("Nothing of the {} rows can be graded.", total.examples),
                       "Give a file with more text in it.", "data");
    total.fill(result, facts);
    result.seconds = now() - began;
    return result;
}

} // namespace fettle
