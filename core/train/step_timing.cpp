// SPDX-License-Identifier: GPL-3.0-or-later
// At which steps a run checks, saves, logs and writes samples.
#include "core/train/step_timing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fettle
{

namespace
{
constexpr int64_t checksPerRun = 20;
}

int64_t stepsFrom(double everySteps, int64_t maxSteps)
{
    const double steps = everySteps < 1 ? std::ceil(everySteps * static_cast<double>(maxSteps)) : everySteps;
    return std::max<int64_t>(1, static_cast<int64_t>(std::min(steps, 9e15)));
}

StepTiming::StepTiming(const RunConfig& config, int64_t maxSteps, int64_t stepsPerEpoch, bool hasValidation)
    : m_maxSteps(maxSteps), m_stepsPerEpoch(std::max<int64_t>(1, stepsPerEpoch))
{
    const TrainArgs& arguments = config.arguments;
    m_evaluates = hasValidation && arguments.eval_strategy != "no";
    m_evaluatesByEpoch = arguments.eval_strategy == "epoch";
    m_evalSteps = arguments.eval_steps > 0 ? stepsFrom(arguments.eval_steps, maxSteps)
                                           : std::max<int64_t>(1, (maxSteps + checksPerRun - 1) / checksPerRun);
    const double delay = arguments.eval_delay * (m_evaluatesByEpoch ? static_cast<double>(m_stepsPerEpoch) : 1);
    m_firstCheck = static_cast<int64_t>(std::min(std::ceil(delay), static_cast<double>(maxSteps)));
    m_savesBest = arguments.save_strategy == "best";
    m_saves = arguments.save_strategy != "no" && !m_savesBest;
    m_savesByEpoch = arguments.save_strategy == "epoch";
    m_saveSteps = stepsFrom(arguments.save_steps, maxSteps);
    m_logs = arguments.logging_strategy != "no";
    m_logsByEpoch = arguments.logging_strategy == "epoch";
    m_logsFirst = arguments.logging_first_step;
    m_loggingSteps = stepsFrom(arguments.logging_steps, maxSteps);
    m_samples = !config.samples.prompts.empty();
    m_sampleSteps = std::max<int64_t>(1, config.samples.everySteps);
}

bool StepTiming::evaluatesAt(int64_t step, bool epochEnd) const
{
    if (!m_evaluates || step < m_firstCheck)
        return false;
    return step == 0 || step == m_maxSteps || (m_evaluatesByEpoch ? epochEnd : step % m_evalSteps == 0);
}

bool StepTiming::savesAt(int64_t step, bool epochEnd) const
{
    if (step == m_maxSteps)
        return true;
    return m_saves && step > 0 && (m_savesByEpoch ? epochEnd : step % m_saveSteps == 0);
}

bool StepTiming::logsAt(int64_t step, bool epochEnd) const
{
    if (step == 1 && m_logsFirst)
        return true;
    return m_logs && step > 0 && (m_logsByEpoch ? epochEnd : step % m_loggingSteps == 0);
}

bool StepTiming::samplesAt(int64_t step) const
{
    return m_samples && (step == m_maxSteps || step % m_sampleSteps == 0);
}

int64_t StepTiming::evaluations() const
{
    if (!m_evaluates)
        return 0;
    const int64_t every = m_evaluatesByEpoch ? m_stepsPerEpoch : m_evalSteps;
    const int64_t before = m_firstCheck > 0 ? (m_firstCheck - 1) / every : -1; // the check at step 0 is one of them
    return (m_maxSteps - 1) / every - before + 1;
}

int64_t StepTiming::checkpoints() const
{
    if (!m_saves)
        return 1;
    const int64_t every = m_savesByEpoch ? m_stepsPerEpoch : m_saveSteps;
    return (m_maxSteps + every - 1) / every;
}

int64_t StepTiming::checksApartFromCheckpoints() const
{
    if (!m_evaluates)
        return 0;
    const int64_t evalEvery = m_evaluatesByEpoch ? m_stepsPerEpoch : m_evalSteps;
    const int64_t saveEvery = !m_saves ? m_maxSteps : m_savesByEpoch ? m_stepsPerEpoch : m_saveSteps;
    const int64_t checks = (m_maxSteps - 1) / evalEvery; // the last step is saved
    return checks - (m_maxSteps - 1) / std::lcm(evalEvery, saveEvery);
}

int64_t StepTiming::sampleRounds() const
{
    return m_samples ? 1 + (m_maxSteps + m_sampleSteps - 1) / m_sampleSteps : 0;
}

} // namespace fettle
