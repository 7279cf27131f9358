// SPDX-License-Identifier: GPL-3.0-or-later
// What a check means for the run: is it the best, should the run end, which state is kept.
#pragma once

#include "core/arguments/train_args.h"
#include "core/events/events.h"
#include "core/train/training_progress.h"

#include <ATen/core/Tensor.h>
#include <filesystem>
#include <optional>

namespace fettle
{

class LanguageModel;

class CheckJudge
{
public:
    CheckJudge(LanguageModel& model, const TrainArgs& arguments);

    /// A run that goes on: the best state so far is the one its checkpoint holds, if that is still there.
    void restoredFrom(const TrainingProgress& progress, const std::filesystem::path& runFolder);

    struct Verdict {
        bool newBest = false; ///< the best state after step 0 that is there
        bool stop = false;    ///< too many checks without gain (transformers' EarlyStoppingCallback)
    };
    /// Sets `event.best` (the lowest loss) and the progress's checks, the best of which metric_for_best_model says; the
    /// weights of a new best are kept in memory. A check that is not a number is no check.
    Verdict judge(EvalEvent& event, TrainingProgress& progress);

    /// Whether the finished model is to be that of the best check: asked for, or because an early stop would else keep
    /// a state that is known to be worse.
    bool keepsBest() const;
    /// The best check whose state can still be had: in memory, or in its checkpoint. That of `progress.best` unless
    /// the run was cut off and nobody had saved it.
    const std::optional<BestCheck>& kept() const { return m_kept; }
    /// Puts the weights of `kept()` into the model. False where they cannot be read any more.
    bool restoreKept(const std::filesystem::path& runFolder);

private:
    /// Lower is better: the loss, or the accuracy turned round (metric_for_best_model).
    double costOf(const BestCheck& check) const;
    std::optional<double> costOf(const std::optional<BestCheck>& check) const;

    LanguageModel& m_model;
    const TrainArgs& m_arguments;
    std::optional<BestCheck> m_kept;
    at::Tensor m_bestValues; ///< those of m_kept; undefined where only its checkpoint has them
};

} // namespace fettle
