// SPDX-License-Identifier: GPL-3.0-or-later
// What a check means for the run: is it the best, should the run end, which state is kept.
#pragma once

#include "core/arguments/train_args.h"
#include "core/events/events.h"
#include "core/train/training_progress.h"

#include <ATen/core/Tensor.h>
#include <filesystem>

namespace fettle
{

class LanguageModel;

class CheckJudge
{
public:
    CheckJudge(LanguageModel& model, const TrainArgs& arguments);

    struct Verdict {
        bool newBest = false; ///< the best check after step 0
        bool stop = false;    ///< too many checks without gain (transformers' EarlyStoppingCallback)
    };
    /// Sets `event.best` and the progress's checks; the weights of a new best are kept in memory. A check that is not a
    /// number is no check.
    Verdict judge(EvalEvent& event, TrainingProgress& progress);

    /// Whether the finished model is to be that of the best check: asked for, or because an early stop would else keep
    /// a state that is known to be worse.
    bool keepsBest() const;
    /// Puts the weights of the best check into the model: from memory, else from its checkpoint. False where neither is
    /// there.
    bool restoreBest(const TrainingProgress& progress, const std::filesystem::path& runFolder);

private:
    LanguageModel& m_model;
    const TrainArgs& m_arguments;
    at::Tensor m_bestValues; ///< undefined until a best check of this process
};

} // namespace fettle
