// SPDX-License-Identifier: GPL-3.0-or-later
// Which losses the y axis shows.
#include "ui/charts/loss_range.h"

#include "ui/charts/axis_ticks.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

struct Span {
    double low = HUGE_VAL, high = -HUGE_VAL;
    void take(double value)
    {
        if (!std::isfinite(value))
            return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

void takeBulk(const std::vector<double>& values, Span& span)
{
    std::vector<double> sample;
    const size_t stride = values.size() / 2000 + 1;
    for (size_t i = 0; i < values.size(); i += stride)
        if (std::isfinite(values[i]))
            sample.push_back(values[i]);
    if (sample.empty())
        return;
    std::sort(sample.begin(), sample.end());
    const size_t cut = sample.size() / 200;
    span.take(sample[cut]);
    span.take(sample[sample.size() - 1 - cut]);
}

} // namespace

void LossRange::fit(const RunCurves& curves, bool logarithmic)
{
    Span span;
    takeBulk(curves.loss(), span);
    for (double value : curves.smoothed())
        span.take(value);
    for (const CurveEval& eval : curves.evals())
        span.take(eval.loss);
    if (span.high < span.low)
        span = {0, 1};
    if (span.high - span.low < 1e-9 + std::abs(span.high) * 1e-3) { // one point: room around it
        span.low = std::max(0.0, span.low * 0.8);
        span.high = span.high * 1.2 + 1e-3;
    }
    double low = span.low, high = span.high;
    if (logarithmic) {
        low = std::max(low, high * 1e-6);
        const double margin = std::pow(high / low, 0.03);
        low /= margin;
        high *= margin;
    } else {
        high += 0.03 * (high - low);
        const std::vector<double> ticks = linearTicks(low, high, 6);
        const double spacing = ticks.size() > 1 ? ticks[1] - ticks[0] : high - low;
        low = std::max(low >= 0 ? 0.0 : -HUGE_VAL, std::floor(low / spacing) * spacing);
    }
    const auto extent = [&](double a, double b) { return logarithmic ? std::log(b / std::max(a, 1e-300)) : b - a; };
    if (!isValid() || low < m_low || high > m_high || extent(low, high) < 0.75 * extent(m_low, m_high)) {
        m_low = low;
        m_high = high;
    }
}

} // namespace fettle::ui
