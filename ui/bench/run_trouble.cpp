// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_trouble.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

double firstLoss(const std::vector<StepEvent>& steps)
{
    for (const StepEvent& step : steps)
        if (step.loss && std::isfinite(*step.loss))
            return *step.loss;
    return std::nan("");
}

double meanLoss(const std::vector<StepEvent>& steps, size_t end, size_t count)
{
    double sum = 0;
    int found = 0;
    for (size_t i = end - std::min(end, count); i < end; ++i)
        if (steps[i].loss && std::isfinite(*steps[i].loss)) {
            sum += *steps[i].loss;
            ++found;
        }
    return found ? sum / found : std::nan("");
}

double blindGuess(const RunHistory& history)
{
    return history.vocabularySize > 1 ? std::log(double(history.vocabularySize)) : HUGE_VAL;
}

bool isOver(const NoticeEvent& sign, const std::vector<StepEvent>& steps)
{
    constexpr size_t few = 10;
    if (sign.code == NoticeCode::LossJumped)
        return false;
    const auto after = std::upper_bound(steps.begin(), steps.end(), sign.step,
                                        [](int64_t step, const StepEvent& event) { return step < event.step; });
    const auto at = size_t(after - steps.begin());
    return steps.size() >= at + few && meanLoss(steps, steps.size(), few) < 0.98 * meanLoss(steps, at, few);
}

QString codeText(NoticeCode code)
{
    return QString::fromLatin1(toString(code));
}

bool isSign(const NoticeEvent& notice)
{
    return notice.code == NoticeCode::LossJumped || notice.code == NoticeCode::LossAboveStart ||
           notice.code == NoticeCode::NothingMoves;
}

const NoticeEvent* standingSign(const RunHistory& history, const QSet<QString>& dismissed)
{
    const auto found = std::find_if(history.notices.rbegin(), history.notices.rend(), [&](const NoticeEvent& notice) {
        return isSign(notice) && !dismissed.contains(codeText(notice.code)) && !isOver(notice, history.steps);
    });
    return found == history.notices.rend() ? nullptr : &*found;
}

bool neverGotBetter(const RunHistory& history)
{
    const EvalEvent* best = history.best();
    return best && best->step == 0 && history.evals.size() > 1;
}

bool hasRisen(const RunHistory& history)
{
    const EvalEvent* best = history.best();
    if (!best)
        return false;
    const EvalEvent* newest = &history.evals.back();
    return newest - best >= 2 && newest->loss > best->loss * 1.005 && (newest - 1)->loss > best->loss;
}

int64_t stepsInVain(const RunHistory& history)
{
    return hasRisen(history) && history.best()->step > 0 ? history.lastStep() - history.best()->step : 0;
}

bool hasRunAway(const RunHistory& history)
{
    return history.finished && history.finished->reason == FinishReason::Failed &&
           std::any_of(history.notices.begin(), history.notices.end(), [](const NoticeEvent& notice) {
               return notice.code == NoticeCode::NanLoss || notice.code == NoticeCode::NanGradient;
           });
}

bool isFinishedInTrouble(const RunHistory& history)
{
    if (!history.finished || history.finished->reason == FinishReason::Failed ||
        history.finished->reason == FinishReason::Stopped)
        return false;
    const std::optional<TrainedModel> model = history.trained();
    const EvalEvent* untouched =
        history.evals.empty() || history.evals.front().step > 0 ? nullptr : &history.evals.front();
    const bool isWorse =
        model && model->loss && (*model->loss > blindGuess(history) || (untouched && *model->loss > untouched->loss));
    return isWorse || standingSign(history) || neverGotBetter(history);
}

} // namespace fettle::ui
