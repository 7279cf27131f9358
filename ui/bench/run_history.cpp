// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_history.h"

#include "core/events/best_check.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

namespace fettle::ui
{
namespace
{
/// Index of the newest step at or below `step`, or -1.
std::ptrdiff_t stepIndex(const std::vector<StepEvent>& steps, int64_t step)
{
    const auto after = std::upper_bound(steps.begin(), steps.end(), step,
                                        [](int64_t wanted, const StepEvent& event) { return wanted < event.step; });
    return after - steps.begin() - 1;
}

/// Steps only rise, so that they are taken off the end: a run may have been resumed very often.
template <typename T>
void dropAbove(std::vector<T>& events, int64_t step)
{
    while (!events.empty() && events.back().step > step)
        events.pop_back();
}

std::string nameOf(const std::string& folder)
{
    std::filesystem::path path(folder);
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

struct Adder {
    RunHistory& history;

    void forget() const
    {
        RunHistory fresh;
        fresh.mark = history.mark;
        fresh.name = history.name;
        fresh.runFolder = history.runFolder;
        fresh.vocabularySize = history.vocabularySize;
        fresh.suitableRate = history.suitableRate;
        fresh.learningRate = history.learningRate;
        history = std::move(fresh);
    }

    void operator()(const StartedEvent& event) const
    {
        forget(); // a journal that was begun anew
        history.started = event;
        history.maxSteps = event.maxSteps;
        if (!event.runFolder.empty()) {
            history.runFolder = event.runFolder;
            history.name = nameOf(event.runFolder);
        }
    }
    void operator()(const StepEvent& event) const
    {
        history.paused = false;
        history.tokensSeen += event.tokens;
        history.steps.push_back(event);
        history.tokensUpTo.push_back(history.tokensSeen);
    }
    void operator()(const EvalEvent& event) const
    {
        // A resumed run measures again where it stands.
        if (!history.evals.empty() && history.evals.back().step == event.step)
            history.evals.back() = event;
        else
            history.evals.push_back(event);
    }
    void operator()(const SampleEvent& event) const
    {
        if (history.samples.empty() || history.samples.back().step != event.step)
            history.samples.push_back({event.step, history.epochAt(event.step), {}});
        auto& samples = history.samples.back().samples;
        const auto same = std::find_if(samples.begin(), samples.end(),
                                       [&](const SampleEvent& other) { return other.prompt == event.prompt; });
        if (same != samples.end())
            *same = event;
        else
            samples.push_back(event);
    }
    void operator()(const CheckpointEvent& event) const
    {
        std::erase_if(history.checkpoints, [&](const CheckpointEvent& other) { return other.path == event.path; });
        history.checkpoints.push_back(event);
    }
    void operator()(const NoticeEvent& event) const { history.notices.push_back(event); }
    void operator()(const PausedEvent&) const { history.paused = true; }
    void operator()(const ContinuedEvent&) const { history.paused = false; }
    void operator()(const ResumedEvent& event) const
    {
        dropAbove(history.steps, event.fromStep);
        dropAbove(history.evals, event.fromStep);
        dropAbove(history.samples, event.fromStep);
        dropAbove(history.checkpoints, event.fromStep);
        history.tokensUpTo.resize(history.steps.size());
        history.tokensSeen = history.tokensUpTo.empty() ? 0 : history.tokensUpTo.back();
        history.finished.reset();
        history.paused = history.hasModel = false;
        history.resumedFrom = event.fromStep;
        if (event.maxSteps > 0)
            history.maxSteps = event.maxSteps;
        if (!event.runFolder.empty()) {
            history.runFolder = event.runFolder;
            history.name = nameOf(event.runFolder);
        }
    }
    void operator()(const FinishedEvent& event) const
    {
        history.finished = event;
        history.paused = false;
        history.hasModel = event.reason == FinishReason::Done || event.reason == FinishReason::EarlyStop;
    }
    void operator()(const ActivityEvent&) const {}
};
} // namespace

uint64_t newRunMark()
{
    static std::atomic<uint64_t> last{0};
    return ++last;
}

void RunHistory::add(const Event& event)
{
    std::visit(Adder{*this}, event);
}

const EvalEvent* RunHistory::best() const
{
    return bestCheck(evals);
}

std::optional<TrainedModel> RunHistory::trained() const
{
    if (runFolder.empty())
        return std::nullopt;
    if (hasModel) {
        TrainedModel model{runFolder, std::nullopt, std::nullopt, true};
        if (finished) {
            model.step = finished->modelStep;
            model.loss = finished->modelLoss;
        }
        return model;
    }
    if (checkpoints.empty())
        return std::nullopt;
    const CheckpointEvent& newest = checkpoints.back();
    TrainedModel model{runFolder + '/' + newest.path, newest.step, std::nullopt, false};
    if (newest.isValidation)
        model.loss = newest.loss;
    return model;
}

int64_t RunHistory::lastStep() const
{
    return steps.empty() ? 0 : steps.back().step;
}

bool RunHistory::isSaved(int64_t step) const
{
    return std::any_of(checkpoints.begin(), checkpoints.end(),
                       [step](const CheckpointEvent& checkpoint) { return checkpoint.step == step; });
}

double RunHistory::epochAt(int64_t step) const
{
    const auto index = stepIndex(steps, step);
    return index < 0 ? 0 : steps[static_cast<size_t>(index)].epoch;
}

double RunHistory::elapsedAt(int64_t step) const
{
    const auto index = stepIndex(steps, step);
    return index < 0 ? 0 : steps[static_cast<size_t>(index)].elapsed;
}

int64_t RunHistory::tokensAt(int64_t step) const
{
    const auto index = stepIndex(steps, step);
    return index < 0 ? 0 : tokensUpTo[static_cast<size_t>(index)];
}

} // namespace fettle::ui
