// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/evaluator.h"

#include "core/models/model.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

namespace fettle
{

Evaluator::Evaluator(LanguageModel& model, const Dataset& rows, std::shared_ptr<const Tokenizer> tokenizer,
                     const ModelFacts& needs, const TrainArgs& arguments)
    : m_model(model), m_rows(rows), m_lossOnly(arguments.prediction_loss_only),
      m_smoothed(arguments.label_smoothing_factor > 0),
      m_bytes(needs.isMasked() ? nullptr : std::make_unique<GradedBytes>(*tokenizer)),
      m_batches(rows, std::move(tokenizer), needs, maskRule(arguments), arguments.per_device_eval_batch_size,
                static_cast<uint64_t>(arguments.seed))
{
}

Evaluator::~Evaluator() = default;

std::optional<EvalEvent> Evaluator::evaluate(const std::function<bool()>& goOn)
{
    const auto begin = std::chrono::steady_clock::now();
    LossSum total;
    int64_t bytes = 0;
    bool complete = true;
    m_batches.forEach([&](const PackedBatch& batch) {
        if (goOn && !goOn())
            return complete = false;
        if (batch.gradedTokens == 0)
            return true;
        const LossSum loss = m_model.evaluateBatch(batch, !m_lossOnly);
        total.sum += loss.sum;
        total.right += loss.right;
        bytes += m_bytes ? m_bytes->of(batch) : 0;
        total.graded += loss.graded;
        return true;
    });
    if (!complete)
        return std::nullopt;
    EvalEvent event;
    event.loss =
        total.graded > 0 ? total.sum / static_cast<double>(total.graded) : std::numeric_limits<double>::quiet_NaN();
    event.perplexity = std::exp(event.loss);
    if (total.graded > 0 && !m_lossOnly)
        event.accuracy = static_cast<double>(total.right) / static_cast<double>(total.graded);
    // A smoothed loss is no likelihood of the text.
    if (bytes > 0 && !m_lossOnly && !m_smoothed && std::isfinite(total.sum))
        event.bitsPerByte = total.sum / (std::numbers::ln2 * static_cast<double>(bytes));
    event.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return event;
}

} // namespace fettle
