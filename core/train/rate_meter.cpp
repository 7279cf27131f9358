// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/rate_meter.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fettle
{

namespace
{

constexpr int64_t stepsToWarmUp = 2;
constexpr size_t stepsKept = 2000;
constexpr double mostOtherSeconds = 10; ///< more was somebody's try, served in between

} // namespace

void RateMeter::step(double seconds, int64_t tokens)
{
    m_stepSeconds += seconds;
    if (++m_steps <= stepsToWarmUp)
        return;
    m_secondsPerToken.push_back(seconds / static_cast<double>(std::max<int64_t>(1, tokens)));
    if (m_secondsPerToken.size() > stepsKept)
        m_secondsPerToken.pop_front();
    m_rates.learnTokens += tokens;
}

void RateMeter::check(double seconds, int64_t tokens)
{
    m_rates.checkSeconds += seconds;
    m_rates.checkTokens += tokens;
}

void RateMeter::sample(double seconds, int64_t newTokens)
{
    m_rates.sampleSeconds += seconds;
    m_rates.sampleTokens += newTokens;
}

void RateMeter::saved(double seconds)
{
    m_rates.saveSeconds += seconds;
    ++m_rates.saves;
}

MeasuredRates RateMeter::rates(double elapsed) const
{
    MeasuredRates rates = m_rates;
    if (!m_secondsPerToken.empty()) { // the mean, but a moment when the machine slept says nothing about the model
        std::vector<double> sorted(m_secondsPerToken.begin(), m_secondsPerToken.end());
        const auto middle = sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        double sum = 0;
        for (const double seconds : m_secondsPerToken)
            sum += std::min(seconds, 5 * *middle);
        rates.learnSeconds =
            sum / static_cast<double>(m_secondsPerToken.size()) * static_cast<double>(rates.learnTokens);
    }
    rates.otherSeconds = std::clamp(
        elapsed - m_stepSeconds - rates.checkSeconds - rates.sampleSeconds - rates.saveSeconds, 0.0, mostOtherSeconds);
    return rates;
}

} // namespace fettle
