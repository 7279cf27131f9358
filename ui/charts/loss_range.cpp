// SPDX-License-Identifier: GPL-3.0-or-later
// Which losses the y axis shows.
#include "ui/charts/loss_range.h"

#include "ui/charts/axis_ticks.h"

#include <algorithm>
#include <cmath>
#include <span>

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

void takeBulk(std::span<const double> values, Span& span)
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

/// Room around what is to be seen; on a linear axis the lower end is a round value.
Span withMargins(Span span, bool logarithmic)
{
    if (span.high < span.low)
        span = {0, 1};
    if (span.high - span.low < 1e-9 + std::abs(span.high) * 1e-3) { // one point: room around it
        span.low = std::max(0.0, span.low * 0.8);
        span.high = span.high * 1.2 + 1e-3;
    }
    if (logarithmic) {
        span.low = std::max(span.low, span.high * 1e-6);
        const double margin = std::pow(span.high / span.low, 0.03);
        return {span.low / margin, span.high * margin};
    }
    span.high += 0.03 * (span.high - span.low);
    const std::vector<double> ticks = linearTicks(span.low, span.high, 6);
    const double spacing = ticks.size() > 1 ? ticks[1] - ticks[0] : span.high - span.low;
    span.low = std::max(span.low >= 0 ? 0.0 : -HUGE_VAL, std::floor(span.low / spacing) * spacing);
    return span;
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
    span = withMargins(span, logarithmic);
    const auto extent = [&](double a, double b) { return logarithmic ? std::log(b / std::max(a, 1e-300)) : b - a; };
    if (!isValid() || span.low < m_low || span.high > m_high ||
        extent(span.low, span.high) < 0.75 * extent(m_low, m_high)) {
        m_low = span.low;
        m_high = span.high;
    }
}

void LossRange::fitTo(const RunCurves& curves, bool logarithmic, CurveAxis axis, double from, double to)
{
    const std::vector<double>& x = curves.x(axis);
    const auto first = size_t(std::lower_bound(x.begin(), x.end(), from) - x.begin());
    const auto last = size_t(std::upper_bound(x.begin(), x.end(), to) - x.begin());
    Span span;
    if (first < last) {
        takeBulk(std::span(curves.loss()).subspan(first, last - first), span);
        for (size_t i = first; i < last; ++i)
            span.take(curves.smoothed()[i]);
    }
    for (const CurveEval& eval : curves.evals())
        if (const double at = curves.xAt(axis, double(eval.step)); at >= from && at <= to)
            span.take(eval.loss);
    if (span.high < span.low)
        return; // nothing stands there: the axis stays
    span = withMargins(span, logarithmic);
    m_low = span.low;
    m_high = span.high;
}

} // namespace fettle::ui
