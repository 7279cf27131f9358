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

struct RunHistory {
    std::string name; ///< the run folder's name
    std::string runFolder;
    std::optional<StartedEvent> started;
    int64_t maxSteps = 0;
    std::vector<StepEvent> steps;
    std::vector<EvalEvent> evals;
    std::vector<SampleSet> samples;
    std::vector<CheckpointEvent> checkpoints;
    std::vector<NoticeEvent> notices;
    std::optional<FinishedEvent> finished;
    bool paused = false;
    int64_t tokensSeen = 0;          ///< sum over steps
    std::vector<int64_t> tokensUpTo; ///< as long as `steps`: tokens seen when that step was done

    /// A resumed run's lost steps (above fromStep) are dropped.
    void add(const Event& event);
    const EvalEvent* best() const; ///< lowest validation loss, null before the first
    int64_t lastStep() const;      ///< 0 before the first
    /// These three look up the newest step at or below `step`; 0 before the first.
    double epochAt(int64_t step) const;
    double elapsedAt(int64_t step) const;
    int64_t tokensAt(int64_t step) const;
};

} // namespace fettle::ui
