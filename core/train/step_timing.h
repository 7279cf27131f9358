// SPDX-License-Identifier: GPL-3.0-or-later
// At which steps a run checks, saves, logs and writes samples.
#pragma once

#include "core/arguments/run_config.h"

#include <cstdint>

namespace fettle
{

/// "Every n steps", or below 1 that share of the run, as transformers reads it: at least 1.
int64_t stepsFrom(double everySteps, int64_t maxSteps);

class StepTiming
{
public:
    StepTiming(const RunConfig& config, int64_t maxSteps, int64_t stepsPerEpoch, bool hasValidation);

    /// `step` counts the steps done; 0 is before the first. `epochEnd`: the step was the last of an epoch.
    bool evaluatesAt(int64_t step, bool epochEnd) const;
    bool savesAt(int64_t step, bool epochEnd) const;
    bool savesBest() const { return m_savesBest; } ///< after each check that is the best so far
    bool logsAt(int64_t step, bool epochEnd) const;
    bool samplesAt(int64_t step) const;

    /// How often in a whole run.
    int64_t evaluations() const;
    int64_t checkpoints() const;
    int64_t sampleRounds() const;
    /// Checks after step 0 at steps that are not saved anyway.
    int64_t checksApartFromCheckpoints() const;
    int64_t maxSteps() const { return m_maxSteps; }

    // As trainer_state.json names them.
    int64_t evalSteps() const { return m_evalSteps; }
    int64_t saveSteps() const { return m_saveSteps; }
    int64_t loggingSteps() const { return m_loggingSteps; }

private:
    int64_t m_maxSteps, m_stepsPerEpoch;
    bool m_evaluates = false, m_evaluatesByEpoch = false, m_samples = false;
    bool m_saves = false, m_savesByEpoch = false, m_savesBest = false;
    bool m_logs = false, m_logsByEpoch = false, m_logsFirst = false;
    int64_t m_firstCheck = 0;
    int64_t m_evalSteps = 1, m_saveSteps = 1, m_loggingSteps = 1, m_sampleSteps = 1;
};

} // namespace fettle
