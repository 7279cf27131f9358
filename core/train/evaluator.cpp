// SPDX-License-Identifier: GPL-3.0-or-later
// The loss on the rows kept aside.
#include "core/train/evaluator.h"

#include "core/models/model.h"

#include <chrono>
#include <cmath>
#include <limits>

namespace fettle
{

Evaluator::Evaluator(LanguageModel& model, const Dataset& rows, std::shared_ptr<const Tokenizer> tokenizer,
                     const ModelFacts& needs, const TrainArgs& arguments)
    : m_model(model), m_rows(rows),
      m_batches(rows, std::move(tokenizer), needs, arguments.mlm_probability, arguments.per_device_eval_batch_size,
                static_cast<uint64_t>(arguments.seed))
{
}

Evaluator::~Evaluator() = default;

std::optional<EvalEvent> Evaluator::evaluate(const std::function<bool()>& goOn)
{
    const auto begin = std::chrono::steady_clock::now();
    LossSum total;
    bool complete = true;
    m_batches.forEach([&](const PackedBatch& batch) {
        if (goOn && !goOn())
            return complete = false;
        if (batch.gradedTokens == 0)
            return true;
        const LossSum loss = m_model.evaluateBatch(batch);
        total.sum += loss.sum;
        total.graded += loss.graded;
        return true;
    });
    if (!complete)
        return std::nullopt;
    EvalEvent event;
    event.loss =
        total.graded > 0 ? total.sum / static_cast<double>(total.graded) : std::numeric_limits<double>::quiet_NaN();
    event.perplexity = std::exp(event.loss);
    event.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return event;
}

} // namespace fettle
