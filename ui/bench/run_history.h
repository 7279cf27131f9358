// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run has said so far, ordered for charts and pages.
#pragma once

#include "core/events/events.h"

#include <optional>
#include <string>
#include <vector>

namespace fettle::ui
{

/// Samples of all prompts that were written at one step.
struct SampleSet {
    int64_t step = 0;
    double epoch = 0;
    std::vector<SampleEvent> samples; ///< one a prompt, in the order of the prompts
};

/// The model that a run has made so far.
struct TrainedModel {
    std::string reference;       ///< the run's folder, or a checkpoint in it
    std::optional<int64_t> step; ///< that its weights are of; none: the journal is older and does not say
    std::optional<double> loss;  ///< on the rows kept aside, where it was measured
    bool finished = false;       ///< published as the run's model
};

/// Tells runs apart that are shown one after another; no two ever have the same.
uint64_t newRunMark();

struct RunHistory {
    uint64_t mark = newRunMark();
    std::string name; ///< the run folder's name
    std::string runFolder;
    std::optional<StartedEvent> started;
    int64_t maxSteps = 0;
    std::vector<StepEvent> steps;
    std::vector<EvalEvent> evals;
    std::vector<SampleSet> samples;
    std::vector<CheckpointEvent> checkpoints; ///< that still lie in the folder, in the order they were written
    std::vector<NoticeEvent> notices;
    std::optional<FinishedEvent> finished;
    bool paused = false;
    int64_t resumedFrom = -1;        ///< the step it went on from, where it was resumed; else -1
    bool hasModel = false;           ///< a finished model lies in the folder
    int64_t vocabularySize = 0;      ///< of its model; 0: not known
    double suitableRate = 0;         ///< learning rate that suits its model; 0: not known
    double learningRate = 0;         ///< that it was started with; 0: not known
    int64_t tokensSeen = 0;          ///< sum over steps
    std::vector<int64_t> tokensUpTo; ///< as long as `steps`: tokens seen when that step was done

    /// A resumed run's lost steps (above fromStep) are dropped.
    void add(const Event& event);
    const EvalEvent* best() const; ///< lowest validation loss, null before the first that is a number
    std::optional<TrainedModel> trained() const;
    int64_t lastStep() const;         ///< 0 before the first
    bool isSaved(int64_t step) const; ///< a checkpoint of it lies in the folder
    /// These three look up the newest step at or below `step`; 0 before the first.
    double epochAt(int64_t step) const;
    double elapsedAt(int64_t step) const;
    int64_t tokensAt(int64_t step) const;
};

} // namespace fettle::ui
