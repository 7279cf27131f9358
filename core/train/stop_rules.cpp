// SPDX-License-Identifier: GPL-3.0-or-later
// What a check means for the run.
#include "core/train/stop_rules.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/events/best_check.h"
#include "core/models/model.h"
#include "core/runs/checkpoints.h"
#include "core/runs/run_folder.h"
#include "core/train/checkpoint.h"

#include <cmath>

namespace fettle
{

CheckJudge::CheckJudge(LanguageModel& model, const TrainArgs& arguments) : m_model(model), m_arguments(arguments) {}

void CheckJudge::restoredFrom(const TrainingProgress& progress, const std::filesystem::path& runFolder)
{
    if (progress.best && !checkpointProblem(RunFolder(runFolder).checkpoint(progress.best->step), CheckDepth::Sizes))
        m_kept = progress.best;
}

CheckJudge::Verdict CheckJudge::judge(EvalEvent& event, TrainingProgress& progress)
{
    Verdict verdict;
    if (std::isnan(event.loss))
        return verdict;
    event.best = isBetterCheck(event.loss, progress.lowestCheck);
    if (event.best)
        progress.lowestCheck = event.loss;
    if (progress.step == 0)
        return verdict;
    const BestCheck check{event.loss, progress.step, event.accuracy.value_or(0)};
    const bool gains = !progress.best || costOf(*progress.best) - costOf(check) > m_arguments.early_stopping_threshold;
    progress.checksWithoutGain = gains ? 0 : progress.checksWithoutGain + 1;
    verdict.stop =
        m_arguments.early_stopping_patience > 0 && progress.checksWithoutGain >= m_arguments.early_stopping_patience;
    if (isBetterCheck(costOf(check), costOf(progress.best)))
        progress.best = check;
    if (isBetterCheck(costOf(check), costOf(m_kept))) {
        m_kept = check;
        verdict.newBest = true;
        const at::Tensor& values = m_model.arena().master();
        if (m_bestValues.defined())
            m_bestValues.copy_(values);
        else
            m_bestValues = values.clone();
    }
    return verdict;
}

double CheckJudge::costOf(const BestCheck& check) const
{
    return m_arguments.metric_for_best_model == "accuracy" ? -check.accuracy : check.loss;
}

std::optional<double> CheckJudge::costOf(const std::optional<BestCheck>& check) const
{
    return check ? std::optional<double>(costOf(*check)) : std::nullopt;
}

bool CheckJudge::keepsBest() const
{
    return m_arguments.load_best_model_at_end || m_arguments.early_stopping_patience > 0;
}

bool CheckJudge::restoreKept(const std::filesystem::path& runFolder)
{
    Arena& arena = m_model.arena();
    if (m_bestValues.defined()) {
        arena.master().copy_(m_bestValues);
        arena.takeMaster();
        return true;
    }
    const fs::path checkpoint = RunFolder(runFolder).checkpoint(m_kept->step);
    if (checkpointProblem(checkpoint, CheckDepth::Hashes)) // removed or damaged since
        return false;
    LoadOptions options;
    options.cpuOnly = m_arguments.use_cpu;
    try {
        const auto best = loadModel(checkpoint.string(), options);
        for (const Arena::Entry& entry : arena.entries())
            if (entry.trains)
                arena.parameter(entry.name).value.copy_(best->arena().parameter(entry.name).value);
        arena.fillMaster();
        return true;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::OutOfResources)
            throw;
        return false;
    }
}

} // namespace fettle
