// SPDX-License-Identifier: GPL-3.0-or-later
// What a check means for the run.
#include "core/train/stop_rules.h"

#include "core/base/files.h"
#include "core/models/model.h"
#include "core/train/checkpoint.h"

#include <cmath>

namespace fettle
{

CheckJudge::CheckJudge(LanguageModel& model, const TrainArgs& arguments) : m_model(model), m_arguments(arguments) {}

CheckJudge::Verdict CheckJudge::judge(EvalEvent& event, TrainingProgress& progress)
{
    Verdict verdict;
    if (std::isnan(event.loss))
        return verdict;
    event.best = !progress.lowestCheck || event.loss < *progress.lowestCheck;
    if (event.best)
        progress.lowestCheck = event.loss;
    if (progress.step == 0)
        return verdict;
    const bool gains = !progress.best || progress.best->loss - event.loss > m_arguments.early_stopping_threshold;
    progress.checksWithoutGain = gains ? 0 : progress.checksWithoutGain + 1;
    verdict.stop =
        m_arguments.early_stopping_patience > 0 && progress.checksWithoutGain >= m_arguments.early_stopping_patience;
    if (!progress.best || event.loss < progress.best->loss) {
        progress.best = BestCheck{event.loss, progress.step};
        verdict.newBest = true;
        const at::Tensor& values = m_model.arena().values();
        if (m_bestValues.defined())
            m_bestValues.copy_(values);
        else
            m_bestValues = values.clone();
    }
    return verdict;
}

bool CheckJudge::keepsBest() const
{
    return m_arguments.load_best_model_at_end || m_arguments.early_stopping_patience > 0;
}

bool CheckJudge::restoreBest(const TrainingProgress& progress, const std::filesystem::path& runFolder)
{
    at::Tensor values = m_model.arena().values();
    if (m_bestValues.defined()) {
        values.copy_(m_bestValues);
        return true;
    }
    const fs::path folder = runFolder / checkpointName(progress.best->step);
    if (!fs::exists(folder))
        return false;
    LoadOptions options;
    options.cpuOnly = m_arguments.use_cpu;
    const std::unique_ptr<LanguageModel> best = loadModel(folder.string(), options);
    values.copy_(best->arena().values());
    return true;
}

} // namespace fettle
