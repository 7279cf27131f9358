// SPDX-License-Identifier: GPL-3.0-or-later
// Where axes carry numbers and how those are written.
#include "ui/charts/axis_ticks.h"

#include "ui/look/words.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

/// 1, 2, 2.5 or 5 times a power of ten, not below `value`.
double roundUp(double value)
{
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (double factor : {1.0, 2.0, 2.5, 5.0})
        if (factor * power >= value * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

std::vector<double> multiples(double low, double high, double spacing)
{
    std::vector<double> ticks;
    const double slack = spacing * 1e-6;
    for (double n = std::ceil((low - slack) / spacing); n * spacing <= high + slack && ticks.size() < 200; ++n)
        ticks.push_back(n == 0 ? 0 : n * spacing);
    return ticks;
}

bool isSpan(double low, double high)
{
    return std::isfinite(low) && std::isfinite(high) && high > low;
}

/// Keeps the ticks that stand at least `gap` of the axis after the one kept before.
std::vector<double> spread(const std::vector<double>& ticks, double low, double high, double gap)
{
    std::vector<double> kept;
    const double span = std::log(high / low);
    for (double tick : ticks)
        if (kept.empty() || std::log(tick / kept.back()) / span >= gap)
            kept.push_back(tick);
    return kept;
}

} // namespace

std::vector<double> linearTicks(double low, double high, int wanted, double smallest)
{
    if (!isSpan(low, high))
        return {};
    double spacing = std::max(smallest, roundUp((high - low) / std::max(1, wanted)));
    if (smallest >= 1 && spacing != std::floor(spacing)) // 2.5 steps do not exist
        spacing *= 2;
    return multiples(low, high, spacing);
}

std::vector<double> logTicks(double low, double high, double gap)
{
    if (!isSpan(low, high) || low <= 0)
        return {};
    gap = std::clamp(gap, 0.01, 0.5);
    const double decades = std::log10(high / low);
    if (decades < 0.9) {
        // The spacing that fits at the crowded upper end leaves the lower end bare where the span is wide: there the
        // finer one is taken and thinned upwards.
        const double fine = roundUp(low * (std::pow(high / low, gap) - 1));
        const std::vector<double> all = multiples(low, high, fine);
        std::vector<double> kept = spread(all, low, high, gap);
        // Thinned ticks at odd places ("3.4, 3.7") read badly: take the coarser round spacing where one suffices.
        for (double coarse = fine; coarse < high - low; coarse = roundUp(coarse * 1.5)) {
            std::vector<double> even = multiples(low, high, coarse);
            if (even.size() >= 3 && spread(even, low, high, gap).size() == even.size())
                return even;
        }
        return kept;
    }
    for (const std::vector<double>& factors :
         {std::vector<double>{1, 1.5, 2, 3, 4, 5, 7}, {1, 2, 3, 5}, {1, 2, 5}, {1, 3}, {1}}) {
        std::vector<double> ticks;
        for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10)
            for (double factor : factors)
                if (factor * power >= low * (1 - 1e-9) && factor * power <= high * (1 + 1e-9))
                    ticks.push_back(factor * power);
        if (spread(ticks, low, high, gap).size() == ticks.size() || factors.size() == 1)
            return spread(ticks, low, high, gap);
    }
    return {};
}

std::vector<double> timeTicks(double low, double high, int wanted)
{
    if (!isSpan(low, high))
        return {};
    const double least = (high - low) / std::max(1, wanted);
    for (double spacing : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400})
        if (spacing >= least)
            return multiples(low, high, spacing);
    return multiples(low, high, 86400 * std::ceil(least / 86400));
}

std::vector<double> axisTicks(CurveAxis axis, double low, double high, int wanted)
{
    switch (axis) {
    case CurveAxis::Time:
        return timeTicks(low, high, wanted);
    case CurveAxis::Epoch:
        return linearTicks(low, high, wanted);
    case CurveAxis::Step:
    case CurveAxis::Tokens:
        break;
    }
    return linearTicks(low, high, wanted, 1);
}

QString tickText(double value, double spacing)
{
    if (std::abs(value) >= 1e7) // of a run that fell apart
        return figureText(value);
    int decimals = 0;
    if (spacing > 0 && std::isfinite(spacing))
        for (double scaled = spacing; decimals < 8 && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled;
             scaled *= 10)
            ++decimals;
    return QString::number(value, 'f', decimals);
}

QString axisCountText(double count)
{
    for (const auto& [unit, name] : {std::pair{1e12, " T"}, {1e9, " G"}, {1e6, " M"}, {1e4, " k"}})
        if (std::abs(count) >= unit) {
            const double scaled = count / (unit == 1e4 ? 1e3 : unit);
            const bool whole = scaled >= 100 || std::abs(scaled - std::round(scaled)) < 0.05;
            return QString::number(scaled, 'f', whole ? 0 : 1) + QLatin1String(name);
        }
    return countText(std::llround(count));
}

QString axisText(CurveAxis axis, double value, double spacing)
{
    switch (axis) {
    case CurveAxis::Time:
        return clockText(value);
    case CurveAxis::Tokens:
        return axisCountText(value);
    case CurveAxis::Epoch:
        return tickText(value, spacing);
    case CurveAxis::Step:
        break;
    }
    return countText(std::llround(value));
}

QString figureText(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::abs(value);
    if (size == 0)
        return QStringLiteral("0");
    if (size >= 1e6 || size < 1e-3) {
        QString text = QString::number(value, 'e', 1);
        text.replace(QLatin1String("e-0"), QLatin1String("e-")).replace(QLatin1String("e+0"), QLatin1String("e+"));
        text.remove(QLatin1Char('+'));
        return text.replace(QLatin1String(".0e"), QLatin1String("e"));
    }
    if (size >= 1e3)
        return countText(std::llround(value));
    if (size < 1e-2)
        return QString::number(value, 'g', 2);
    return QString::number(value, 'f', size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

} // namespace fettle::ui
