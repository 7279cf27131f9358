// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of one run as series that charts draw.
#include "ui/charts/run_curves.h"

#include "core/events/best_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fettle::ui
{

namespace
{
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool isSame(const StepEvent& event, int64_t step, double loss)
{
    const double told = event.loss && std::isfinite(*event.loss) ? *event.loss : kNaN;
    return event.step == step && (told == loss || (std::isnan(told) && std::isnan(loss)));
}

} // namespace

void RunCurves::clear()
{
    const double beta = m_beta;
    *this = RunCurves();
    m_beta = beta;
}

bool RunCurves::update(std::span<const StepEvent> steps, std::span<const EvalEvent> evals,
                       std::span<const CheckpointEvent> checkpoints, std::span<const int64_t> sampleSteps,
                       int64_t maxSteps)
{
    bool changed = maxSteps != m_maxSteps;
    const size_t held = m_steps.size();
    if (steps.size() < held || (held > 0 && !(isSame(steps[0], m_steps.front(), m_loss.front()) &&
                                              isSame(steps[held - 1], m_steps.back(), m_loss.back())))) {
        clear();
        changed = true;
    }
    m_maxSteps = maxSteps;
    const size_t firstNew = m_steps.size();
    for (size_t i = firstNew; i < steps.size(); ++i)
        appendStep(steps[i]);
    smoothFrom(firstNew);
    changed |= firstNew != m_steps.size();

    // The rest is short: it is compared and taken over whole.
    std::vector<CurveEval> newEvals;
    newEvals.reserve(evals.size());
    for (const EvalEvent& eval : evals)
        newEvals.push_back({eval.step, eval.loss, eval.perplexity, eval.accuracy});
    const auto same = [](const CurveEval& a, const CurveEval& b) { return a.step == b.step && a.loss == b.loss; };
    if (!std::equal(newEvals.begin(), newEvals.end(), m_evals.begin(), m_evals.end(), same)) {
        m_evals = std::move(newEvals);
        changed = true;
    }
    std::vector<int64_t> saved;
    for (const CheckpointEvent& checkpoint : checkpoints)
        saved.push_back(checkpoint.step);
    if (saved != m_checkpoints) {
        m_checkpoints = std::move(saved);
        changed = true;
    }
    if (!std::equal(sampleSteps.begin(), sampleSteps.end(), m_sampleSteps.begin(), m_sampleSteps.end())) {
        m_sampleSteps.assign(sampleSteps.begin(), sampleSteps.end());
        changed = true;
    }
    return changed;
}

void RunCurves::appendStep(const StepEvent& event)
{
    const double tokensBefore = m_tokensX.empty() ? 0 : m_tokensX.back();
    const double timeBefore = m_timeX.empty() ? 0 : m_timeX.back();
    m_steps.push_back(event.step);
    m_stepX.push_back(double(event.step));
    m_epochX.push_back(event.epoch);
    m_tokensX.push_back(tokensBefore + double(event.tokens));
    m_timeX.push_back(std::max(timeBefore, event.elapsed)); // a clock that was set back must not bend the axis
    m_loss.push_back(event.loss && std::isfinite(*event.loss) ? *event.loss : kNaN);
    m_learningRate.push_back(event.learningRate);
    m_gradNorm.push_back(std::isfinite(event.gradNorm) ? event.gradNorm : kNaN);
    m_tokensPerSecond.push_back(event.seconds > 0 ? double(event.tokens) / event.seconds : kNaN);
}

void RunCurves::setSmoothing(double beta)
{
    m_beta = std::clamp(beta, 0.0, 0.9999);
    smoothFrom(0);
}

// Exponential mean with Adam's bias correction (Kingma and Ba, arXiv:1412.6980) whose memory grows with the run, as
// that of tf.train.ExponentialMovingAverage does: min(beta, (1 + n) / (10 + n)). The first steps fall fast; a memory of
// ten of them would show what is long past, far above every check.
void RunCurves::smoothFrom(size_t first)
{
    if (first == 0) {
        m_mean = m_weight = 0;
        m_counted = 0;
    }
    m_smoothed.resize(m_loss.size());
    for (size_t i = first; i < m_loss.size(); ++i) {
        if (std::isnan(m_loss[i])) {
            m_smoothed[i] = kNaN;
            continue;
        }
        const double beta = std::min(m_beta, (1 + m_counted) / (10 + m_counted));
        m_counted += 1;
        m_mean = beta * m_mean + (1 - beta) * m_loss[i];
        m_weight = beta * m_weight + (1 - beta);
        m_smoothed[i] = m_mean / m_weight;
    }
}

int64_t RunCurves::lastStep() const
{
    const int64_t step = m_steps.empty() ? 0 : m_steps.back();
    return m_evals.empty() ? step : std::max(step, m_evals.back().step);
}

const std::vector<double>& RunCurves::x(CurveAxis axis) const
{
    switch (axis) {
    case CurveAxis::Epoch:
        return m_epochX;
    case CurveAxis::Tokens:
        return m_tokensX;
    case CurveAxis::Time:
        return m_timeX;
    case CurveAxis::Step:
        break;
    }
    return m_stepX;
}

const CurveEval* RunCurves::best() const
{
    return bestCheck(m_evals);
}

const CurveEval* RunCurves::evalAtOrBefore(int64_t step) const
{
    const auto after = std::upper_bound(m_evals.begin(), m_evals.end(), step,
                                        [](int64_t value, const CurveEval& eval) { return value < eval.step; });
    return after == m_evals.begin() ? nullptr : &*(after - 1);
}

double RunCurves::xAt(CurveAxis axis, double step) const
{
    if (axis == CurveAxis::Step)
        return step;
    const std::vector<double>& values = x(axis);
    if (values.empty() || step <= 0)
        return 0;
    const auto after = std::lower_bound(m_stepX.begin(), m_stepX.end(), step);
    if (after == m_stepX.end())
        return m_stepX.back() > 0 ? values.back() * step / m_stepX.back() : values.back();
    const size_t right = size_t(after - m_stepX.begin());
    const double leftStep = right ? m_stepX[right - 1] : 0, leftValue = right ? values[right - 1] : 0;
    const double span = m_stepX[right] - leftStep;
    return span > 0 ? leftValue + (values[right] - leftValue) * (step - leftStep) / span : values[right];
}

int64_t RunCurves::stepAt(CurveAxis axis, double place) const
{
    const std::vector<double>& values = x(axis);
    if (values.empty())
        return m_evals.empty() ? -1 : m_evals.front().step;
    const auto after = std::lower_bound(values.begin(), values.end(), place);
    if (after == values.end())
        return m_steps.back();
    const size_t right = size_t(after - values.begin());
    const double leftValue = right ? values[right - 1] : 0;
    const int64_t leftStep = right ? m_steps[right - 1] : 0;
    return place - leftValue < values[right] - place ? leftStep : m_steps[right];
}

ptrdiff_t RunCurves::indexAt(int64_t step) const
{
    return std::upper_bound(m_steps.begin(), m_steps.end(), step) - m_steps.begin() - 1;
}

double RunCurves::plannedEnd(CurveAxis axis) const
{
    return xAt(axis, double(std::max(m_maxSteps, lastStep())));
}

} // namespace fettle::ui
