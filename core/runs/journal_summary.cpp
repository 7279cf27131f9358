// SPDX-License-Identifier: GPL-3.0-or-later
// What a journal comes to, event by event.
#include "core/events/best_check.h"
#include "core/runs/run_summarizer.h"

#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{
constexpr size_t mostLosses = 2048; ///< far more than a small curve can show
}

JournalSummary::JournalSummary(const TrainArgs& arguments)
    : m_keepsBest(arguments.load_best_model_at_end || arguments.early_stopping_patience > 0)
{
}

void JournalSummary::add(const Event& event)
{
    std::visit(
        [&](const auto& each) {
            m_changed = std::max(m_changed, each.time);
            m_elapsed = each.elapsed;
            if (m_started == 0)
                m_started = each.time;
        },
        event);
    if (const auto* started = std::get_if<StartedEvent>(&event)) {
        m_maxSteps = started->maxSteps;
    } else if (const auto* step = std::get_if<StepEvent>(&event)) {
        m_step = step->step;
        addLoss(*step);
    } else if (const auto* eval = std::get_if<EvalEvent>(&event)) {
        if (!m_checks.empty() && m_checks.back().first == eval->step) // measured again where a resumed run stands
            m_checks.pop_back();
        if (std::isfinite(eval->loss))
            m_checks.emplace_back(eval->step, eval->loss);
        m_accuracies.erase(eval->step);
        if (eval->accuracy)
            m_accuracies[eval->step] = *eval->accuracy;
    } else if (const auto* notice = std::get_if<NoticeEvent>(&event)) {
        m_lostBest = m_lostBest || notice->code == NoticeCode::BestLost;
    } else if (const auto* checkpoint = std::get_if<CheckpointEvent>(&event)) {
        m_savedStep = std::max(m_savedStep, checkpoint->step);
    } else if (std::holds_alternative<PausedEvent>(event)) {
        m_isPaused = true;
    } else if (std::holds_alternative<ContinuedEvent>(event)) {
        m_isPaused = false;
    } else if (const auto* resumed = std::get_if<ResumedEvent>(&event)) {
        goBackTo(resumed->fromStep);
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event)) {
        m_finished = *finished;
        publish(*finished);
    }
}

void JournalSummary::addLoss(const StepEvent& event)
{
    if (!event.loss || !std::isfinite(*event.loss))
        return;
    m_lastLoss = Point(event.step, *event.loss);
    if (event.step % m_everySteps != 0)
        return;
    m_losses.push_back(*m_lastLoss);
    if (m_losses.size() < mostLosses)
        return;
    m_everySteps *= 2;
    std::erase_if(m_losses, [&](const Point& point) { return point.first % m_everySteps != 0; });
}

void JournalSummary::goBackTo(int64_t step)
{
    const auto isLost = [step](const Point& point) { return point.first > step || step == 0; };
    for (std::vector<Point>* points : {&m_checks, &m_losses})
        while (!points->empty() && isLost(points->back()))
            points->pop_back();
    if (m_lastLoss && isLost(*m_lastLoss))
        m_lastLoss.reset();
    m_step = std::min(m_step, step);
    m_savedStep = step;
    m_finished.reset();
    m_isPaused = m_lostBest = false;
}

const JournalSummary::Point* JournalSummary::bestTrained() const
{
    const Point* best = nullptr;
    for (const Point& check : m_checks)
        if (check.first > 0 && isBetterCheck(check.second, best ? std::optional(best->second) : std::nullopt))
            best = &check;
    return best;
}

void JournalSummary::publish(const FinishedEvent& event)
{
    if (event.modelStep) {
        m_modelStep = event.modelStep;
        m_modelLoss = event.modelLoss;
        return;
    }
    // A journal from before it was written down.
    if (event.reason != FinishReason::Done && event.reason != FinishReason::EarlyStop)
        return;
    // A run that was ended before its last step and is done was asked for its best.
    const bool wantsBest = m_keepsBest || event.reason == FinishReason::EarlyStop || m_step < m_maxSteps;
    const Point* best = wantsBest && !m_lostBest ? bestTrained() : nullptr;
    m_modelStep = best ? best->first : m_step;
    m_modelLoss.reset();
    for (const Point& check : m_checks)
        if (check.first == *m_modelStep)
            m_modelLoss = check.second;
}

std::optional<double> JournalSummary::accuracyAt(const std::optional<int64_t>& step) const
{
    const bool isChecked =
        step && std::any_of(m_checks.begin(), m_checks.end(), [&](const Point& check) { return check.first == *step; });
    const auto found = isChecked ? m_accuracies.find(*step) : m_accuracies.end();
    return found == m_accuracies.end() ? std::nullopt : std::optional(found->second);
}

void JournalSummary::write(RunSummary& summary, bool isWritten) const
{
    summary.started = m_started;
    summary.changed = m_changed;
    summary.seconds = m_elapsed;
    summary.step = m_step;
    summary.maxSteps = m_maxSteps;
    summary.modelStep = m_modelStep;
    summary.modelLoss = m_modelLoss;
    if (m_modelLoss)
        summary.modelAccuracy = accuracyAt(m_modelStep);
    summary.isValidation = !m_checks.empty();
    const auto addPoint = [&summary](const Point& point) {
        summary.lossSteps.push_back(point.first);
        summary.validationLosses.push_back(point.second);
    };
    std::for_each(m_checks.begin(), m_checks.end(), addPoint);
    if (!summary.isValidation) {
        std::for_each(m_losses.begin(), m_losses.end(), addPoint);
        if (m_lastLoss && (m_losses.empty() || m_losses.back() != *m_lastLoss))
            addPoint(*m_lastLoss);
    }
    for (const auto& [step, loss] : m_checks)
        if (isBetterCheck(loss, summary.bestLoss))
            summary.bestLoss = loss;
    const int64_t last = isWritten || m_savedStep == 0 ? m_step : m_savedStep;
    for (const auto& [step, loss] : m_checks)
        if (step > 0 && step <= last) {
            summary.checkedStep = step;
            summary.checkedLoss = loss;
        }
    summary.checkedAccuracy = accuracyAt(summary.checkedStep);
    if (!m_finished) {
        summary.state = !isWritten ? RunState::Interrupted : m_isPaused ? RunState::Paused : RunState::Running;
    } else if (m_finished->reason == FinishReason::Failed) {
        summary.state = RunState::Failed;
        summary.problem = m_finished->message.empty() ? "The run failed." : m_finished->message;
    } else {
        summary.state = m_finished->reason == FinishReason::Stopped ? RunState::Stopped : RunState::Finished;
    }
}

} // namespace fettle
