// SPDX-License-Identifier: GPL-3.0-or-later
// Loss, token accuracy and bits per byte on the rows kept aside.
#pragma once

#include "core/data/batches.h"
#include "core/data/grading.h"
#include "core/events/events.h"

#include <functional>
#include <memory>
#include <optional>

namespace fettle
{

class LanguageModel;

class Evaluator
{
public:
    /// Masks of a masked model are drawn once, from the seed: every pass sees the same ones. All references must
    /// outlive it.
    Evaluator(LanguageModel& model, const Dataset& rows, std::shared_ptr<const Tokenizer> tokenizer,
              const ModelFacts& needs, const TrainArgs& arguments);
    ~Evaluator();

    /// Blocks. Mean over the graded tokens of all rows; not a number where nothing is graded. `goOn` is asked between
    /// batches; none where it answered false.
    std::optional<EvalEvent> evaluate(const std::function<bool()>& goOn = {});
    int64_t rows() const { return m_rows.size(); }
    int64_t batches() const { return m_batches.count(); }

private:
    LanguageModel& m_model;
    const Dataset& m_rows;
    bool m_lossOnly, m_smoothed;
    std::unique_ptr<GradedBytes> m_bytes; ///< null where bits per byte say nothing: masked models
    EvaluationBatches m_batches;
};

} // namespace fettle
