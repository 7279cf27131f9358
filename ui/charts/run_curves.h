// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of one run as series that charts draw: append-only, one object shared by every chart of a page.
#pragma once

#include "core/events/events.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fettle::ui
{

/// What the horizontal axis counts.
enum class CurveAxis { Step, Epoch, Tokens, Time };

/// One evaluation on the rows kept aside.
struct CurveEval {
    int64_t step = 0;
    double loss = 0;
    double perplexity = 0;
    std::optional<double> accuracy; ///< of its tokens, 0..1; none: not measured
};

class RunCurves
{
public:
    void clear();
    /// Takes over what is new. Series that do not continue what is held (another run, steps done again) are read anew.
    /// Returns true where anything changed.
    bool update(std::span<const StepEvent> steps, std::span<const EvalEvent> evals,
                std::span<const CheckpointEvent> checkpoints, std::span<const int64_t> sampleSteps, int64_t maxSteps);
    /// Weight of the past in the smoothed line, 0 (off) to below 1, less at the start of a run; recomputes it.
    void setSmoothing(double beta);
    double smoothing() const { return m_beta; }

    /// True where nothing has been drawn yet: no step and no evaluation.
    bool isEmpty() const { return m_steps.empty() && m_evals.empty(); }
    size_t size() const { return m_steps.size(); }
    int64_t lastStep() const;
    int64_t maxSteps() const { return m_maxSteps; }

    // One value per optimizer step, all of the same length. Losses that are no number are NaN.
    const std::vector<int64_t>& steps() const { return m_steps; }
    const std::vector<double>& x(CurveAxis axis) const; ///< never falls
    const std::vector<double>& loss() const { return m_loss; }
    const std::vector<double>& smoothed() const { return m_smoothed; }
    const std::vector<double>& learningRate() const { return m_learningRate; }
    const std::vector<double>& gradNorm() const { return m_gradNorm; }
    const std::vector<double>& tokensPerSecond() const { return m_tokensPerSecond; }

    const std::vector<CurveEval>& evals() const { return m_evals; }
    const CurveEval* best() const;                       ///< lowest validation loss, null before the first
    const CurveEval* evalAtOrBefore(int64_t step) const; ///< newest one up to `step`, or null
    const std::vector<int64_t>& checkpoints() const { return m_checkpoints; }
    const std::vector<int64_t>& sampleSteps() const { return m_sampleSteps; }

    /// Place of a step on an axis; between steps interpolated, past the newest one at the run's mean pace.
    double xAt(CurveAxis axis, double step) const;
    /// The recorded step nearest to a place on an axis (0 counts as recorded); -1 where nothing is held.
    int64_t stepAt(CurveAxis axis, double x) const;
    /// Index of the newest recorded step up to `step`, or -1.
    ptrdiff_t indexAt(int64_t step) const;
    /// Where the planned run ends on an axis (at least where it stands).
    double plannedEnd(CurveAxis axis) const;

private:
    void appendStep(const StepEvent& event);
    void smoothFrom(size_t first);

    double m_beta = 0.9;
    int64_t m_maxSteps = 0;
    std::vector<int64_t> m_steps;
    std::vector<double> m_stepX, m_epochX, m_tokensX, m_timeX;
    std::vector<double> m_loss, m_smoothed, m_learningRate, m_gradNorm, m_tokensPerSecond;
    double m_mean = 0, m_weight = 0, m_counted = 0; ///< state of the smoothing after the newest step
    std::vector<CurveEval> m_evals;
    std::vector<int64_t> m_checkpoints, m_sampleSteps;
};

} // namespace fettle::ui
