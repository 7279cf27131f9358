// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/run_signs.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <vector>

namespace fettle
{

namespace
{

constexpr size_t shortWindow = 5, longWindow = 20; ///< steps
constexpr double memory = 0.9, longMemory = 0.97;  ///< of the level and of the spread: ten and thirty steps
constexpr int64_t stepsToKnowTheSpread = 25;
constexpr int64_t certainSteps = 10; ///< without any gradient

/// Spread of a batch's mean loss: about 3 nats a token, of which every third says something of its own.
double noiseOf(int64_t gradedTokens)
{
    return 3 * std::sqrt(3 / static_cast<double>(std::max<int64_t>(1, gradedTokens)));
}

double meanOf(const std::deque<double>& values, size_t endsBefore, size_t count)
{
    const auto end = values.end() - static_cast<ptrdiff_t>(endsBefore);
    return std::accumulate(end - static_cast<ptrdiff_t>(count), end, 0.0) / static_cast<double>(count);
}

double medianOfLast(const std::deque<double>& values, size_t count)
{
    std::vector<double> last(values.end() - static_cast<ptrdiff_t>(count), values.end());
    std::nth_element(last.begin(), last.begin() + static_cast<ptrdiff_t>(count / 2), last.end());
    return last[count / 2];
}

} // namespace

std::optional<RunSign> RunSigns::afterStep(const StepEvent& event)
{
    if (!event.loss)
        return std::nullopt;
    const double expected = noiseOf(event.gradedTokens);
    if (m_stepsTaken++ == 0) {
        m_start = std::max(m_start.value_or(*event.loss), *event.loss);
        m_startNoise = expected;
    }
    m_recent.push_back(*event.loss);
    if (m_recent.size() > 2 * longWindow)
        m_recent.pop_front();
    if (m_recent.size() > shortWindow)
        takeInto(m_recent[m_recent.size() - 1 - shortWindow]);
    m_noise = m_stepsTaken < stepsToKnowTheSpread ? expected : std::max(expected, m_spread / m_spreadWeight);
    if (auto sign = jumped(event.step))
        return sign;
    if (auto sign = settledTooHigh(event.step))
        return sign;
    return nothingMoves(event);
}

bool RunSigns::goesWrong() const
{
    if (m_hasJumped || m_hasSettled || m_recent.size() <= shortWindow)
        return m_hasJumped || m_hasSettled;
    const double now = medianOfLast(m_recent, shortWindow);
    return now > *m_start + std::max(0.3, 3 * m_noise) || knowsNoContext(now);
}

bool RunSigns::knowsNoContext(double loss) const
{
    const bool fullRate = m_facts.learningRate >= m_facts.suitableRate * (m_facts.randomWeights ? 5 : 1);
    return fullRate && loss > 0.93 * m_facts.frequencyLoss;
}

void RunSigns::takeInto(double loss)
{
    if (m_stepsTaken > static_cast<int64_t>(shortWindow) + 1) { // of two losses in turn: a trend is no spread
        const double before = m_recent[m_recent.size() - 2 - shortWindow];
        m_spread = longMemory * m_spread + (1 - longMemory) * std::abs(loss - before) * 0.886;
        m_spreadWeight = longMemory * m_spreadWeight + (1 - longMemory);
    }
    m_level = memory * m_level + (1 - memory) * loss;
    m_weight = memory * m_weight + (1 - memory);
    const bool isSure = m_stepsTaken >= static_cast<int64_t>(shortWindow) + 3; // three losses make a level
    if (isSure)
        m_lowest = std::min(m_lowest.value_or(m_level / m_weight), m_level / m_weight);
}

std::optional<RunSign> RunSigns::jumped(int64_t step)
{
    if (!m_lowest)
        return std::nullopt;
    const double now = medianOfLast(m_recent, shortWindow);
    const double far = std::max({6 * m_noise, 1.0, std::min(0.5 * *m_lowest, 0.25 * m_facts.blindLoss)});
    if (m_hasJumped) {
        m_hasJumped = now > *m_lowest + far / 2; // until it is back
        return std::nullopt;
    }
    if (now <= *m_lowest + far)
        return std::nullopt;
    m_hasJumped = true;
    return RunSign{
        NoticeCode::LossJumped,
        withLowerRate(fmt::format(
            "The loss jumped from {:.3g} to {:.3g} by step {}",
            step <= 2 * static_cast<int64_t>(longWindow) ? std::min(*m_lowest, *m_start) : *m_lowest, now, step))};
}

std::optional<RunSign> RunSigns::settledTooHigh(int64_t step)
{
    const int64_t settles = m_facts.warmupSteps + std::clamp<int64_t>(m_facts.maxSteps / 8, 2 * longWindow, 300);
    if (m_hasSettled || m_stepsTaken < settles || m_recent.size() < 2 * longWindow)
        return std::nullopt;
    const double now = meanOf(m_recent, 0, longWindow), before = meanOf(m_recent, longWindow, longWindow);
    const double noise = m_noise / std::sqrt(static_cast<double>(longWindow));
    if (std::abs(before - now) > std::max(3 * noise, 0.01 * now)) // still on its way
        return std::nullopt;
    if (std::abs(medianOfLast(m_recent, shortWindow) - now) > std::max(2 * m_noise, 0.05 * now)) // it just jumped
        return std::nullopt;
    const bool aboveStart = now > *m_start + std::max(0.3, 3 * (m_startNoise + noise));
    if (!aboveStart && !knowsNoContext(now))
        return std::nullopt;
    m_hasSettled = true;
    const std::string stands = fmt::format("At step {} the loss stands still at {:.3g}", step, now);
    return RunSign{NoticeCode::LossAboveStart,
                   withLowerRate(aboveStart ? fmt::format("{}, above the {:.3g} it began with", stands, *m_start)
                                            : fmt::format("{}, as high as by counting words alone ({:.3g})", stands,
                                                          m_facts.frequencyLoss))};
}

std::optional<RunSign> RunSigns::nothingMoves(const StepEvent& event)
{
    if (m_hasStoodStill)
        return std::nullopt;
    const bool isWithoutEffect = m_facts.learningRate == 0 || (event.gradNorm == 0 && *event.loss > 0.01);
    m_stillSteps = isWithoutEffect ? m_stillSteps + 1 : 0;
    bool isStill = m_stillSteps == certainSteps;
    const auto afterWarmup = m_stepsTaken - m_facts.warmupSteps;
    if (afterWarmup == static_cast<int64_t>(longWindow) && m_recent.size() >= longWindow)
        m_meanAtFirst = meanOf(m_recent, 0, longWindow);
    if (m_meanAtFirst && afterWarmup >= 2 * static_cast<int64_t>(longWindow) &&
        m_facts.learningRate < m_facts.suitableRate / 50) {
        const double now = meanOf(m_recent, 0, longWindow);
        const double unseen = std::max(3 * m_noise / std::sqrt(static_cast<double>(longWindow)), 0.003 * now);
        const bool wouldBeSeen = unseen < 0.05 * now; // else the batches are too small to tell
        isStill = isStill || (wouldBeSeen && std::abs(now - *m_meanAtFirst) < unseen);
    }
    if (!isStill)
        return std::nullopt;
    m_hasStoodStill = true;
    const std::string what =
        fmt::format("Nothing moves: after {} steps the loss is still {:.3g}", event.step, *event.loss);
    if (m_facts.learningRate >= m_facts.suitableRate / 50)
        return RunSign{NoticeCode::NothingMoves,
                       what + ". No weight gets a correction: nothing of the model is trained."};
    return RunSign{NoticeCode::NothingMoves,
                   fmt::format("{}. A learning rate of {} is too small. Stop, and start again with about {}.", what,
                               shortest(m_facts.learningRate), shortest(m_facts.suitableRate))};
}

std::string RunSigns::withLowerRate(const std::string& sentence) const
{
    const double rate = m_facts.learningRate;
    if (rate > m_facts.suitableRate)
        return fmt::format("{}: a learning rate of {} is too high here. Stop, and start again with about {}.", sentence,
                           shortest(rate), shortest(m_facts.suitableRate));
    return fmt::format("{}. If it does not come back soon, stop, and start again with a learning rate below {}.",
                       sentence, shortest(rate));
}

} // namespace fettle
