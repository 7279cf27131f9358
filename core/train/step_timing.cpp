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
    m_saves = arguments.save_strategy != "no";
    m_savesByEpoch = arguments.save_strategy == "epoch";
    m_saveSteps = stepsFrom(arguments.save_steps, maxSteps);
    m_loggingSteps = stepsFrom(arguments.logging_steps, maxSteps);
    m_samples = !config.samples.prompts.empty();
    m_sampleSteps = std::max<int64_t>(1, config.samples.everySteps);
}

bool StepTiming::evaluatesAt(int64_t step, bool epochEnd) const
{
    if (!m_evaluates)
        return false;
    return step == 0 || step == m_maxSteps || (m_evaluatesByEpoch ? epochEnd : step % m_evalSteps == 0);
}

bool StepTiming::savesAt(int64_t step, bool epochEnd) const
{
    if (step == m_maxSteps)
        return true;
    return m_saves && step > 0 && (m_savesByEpoch ? epochEnd : step % m_saveSteps == 0);
}

bool StepTiming::logsAt(int64_t step) const
{
    return step > 0 && step % m_loggingSteps == 0;
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
    return 1 + (m_maxSteps + every - 1) / every;
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
