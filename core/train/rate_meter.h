// SPDX-License-Identifier: GPL-3.0-or-later
// Where the seconds of a run go, for the forecast of the next one.
#pragma once

#include <cstdint>
#include <deque>

namespace fettle
{

struct MeasuredRates {
    double learnSeconds = 0, checkSeconds = 0, sampleSeconds = 0, saveSeconds = 0;
    int64_t learnTokens = 0, checkTokens = 0, sampleTokens = 0, saves = 0;
    double otherSeconds = 0; ///< reading, loading and what belongs to none of the above
    double slowdown = 1;     ///< by other programs meanwhile: 1 is a quiet machine
};

class RateMeter
{
public:
    /// The first steps of a process fill caches and buffers: they say nothing about the rate.
    void step(double seconds, int64_t tokens);
    void check(double seconds, int64_t tokens);
    void sample(double seconds, int64_t newTokens);
    void saved(double seconds);

    /// `elapsed`: seconds of this process's part of the run.
    MeasuredRates rates(double elapsed) const;

private:
    MeasuredRates m_rates;
    std::deque<double> m_secondsPerToken; ///< of the last steps
    double m_stepSeconds = 0;             ///< of all steps
    int64_t m_steps = 0;
};

} // namespace fettle
