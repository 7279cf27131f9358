// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints of one run.
#include "core/train/checkpoint_keeper.h"

#include "core/base/files.h"
#include "core/optim/schedule.h"
#include "core/runs/run_folder.h"
#include "core/train/checkpoint.h"
#include "core/train/reporter.h"
#include "core/train/resume_point.h"
#include "core/train/run_setup.h"
#include "core/train/stopwatch.h"
#include "core/train/trainer_state.h"

#include <nlohmann/json.hpp>

namespace fettle
{

CheckpointKeeper::CheckpointKeeper(const RunSetup& setup, Reporter& reporter, Optimizer& optimizer)
    : m_setup(setup), m_reporter(reporter), m_optimizer(optimizer)
{
}

std::optional<double> CheckpointKeeper::save(const TrainingProgress& progress, double epoch,
                                             std::optional<double> checkLoss, std::optional<int64_t> best)
{
    if (m_savedStep == progress.step)
        return std::nullopt;
    m_reporter.activity(Activity::Saving, -1, progress.step);
    const Stopwatch watch;
    const std::string name = checkpointName(progress.step);
    requireInPlace(m_setup, progress.step);
    makeRoom(name, progress.step);
    writeCheckpoint(m_setup.runFolder / name, *m_setup.model, *m_setup.files, m_optimizer, fettleState(progress),
                    hfState(progress, epoch));
    m_savedStep = progress.step;
    const double seconds = watch.seconds();

    CheckpointEvent event;
    event.path = name;
    event.loss = checkLoss ? checkLoss : progress.lastLoss;
    event.isValidation = checkLoss.has_value();
    m_reporter.send(event, progress.step);
    m_reporter.sync();
    if (const auto limit = m_setup.config.arguments.save_total_limit)
        removeOldCheckpoints(m_setup.runFolder, *limit, progress.step, best);
    return seconds;
}

void CheckpointKeeper::goOnFrom(int64_t step)
{
    m_savedStep = m_setup.checkpoint ? std::optional(step) : std::nullopt;
    m_asideNotices = setAsideAbove(m_setup.runFolder, step);
}

void CheckpointKeeper::tellOfOthers(int64_t step)
{
    for (const NoticeEvent& notice : m_asideNotices)
        m_reporter.notice(notice.level, notice.code, notice.message, step);
    m_asideNotices.clear();
}

void CheckpointKeeper::makeRoom(const std::string& name, int64_t step)
{
    if (!fs::exists(fs::symlink_status(m_setup.runFolder / name)))
        return;
    const std::string aside = setAside(m_setup.runFolder / name);
    m_reporter.notice(NoticeLevel::Warning, NoticeCode::CheckpointsSetAside,
                      name + " stood in the way of a new checkpoint and was set aside as " + aside + ".", step);
}

Json CheckpointKeeper::fettleState(const TrainingProgress& progress) const
{
    const TrainArgs& arguments = m_setup.config.arguments;
    Json state = toJson(progress);
    state["arguments_hash"] = m_setup.argumentsHash;
    state["settings_sha256"] = m_setup.settingsHash;
    state["seed"] = arguments.seed;
    state["schedule"] = Json{{"type", arguments.lr_scheduler_type},
                             {"max_steps", m_setup.plan.maxSteps},
                             {"warmup_steps", warmupSteps(arguments, m_setup.plan.maxSteps)}};
    return state;
}

std::string CheckpointKeeper::hfState(const TrainingProgress& progress, double epoch) const
{
    std::string best;
    if (progress.best) {
        const fs::path folder = RunFolder(m_setup.runFolder).checkpoint(progress.best->step);
        if (progress.best->step == progress.step || fs::exists(folder))
            best = folder.string();
    }
    // As transformers counts: 6 for each token and parameter, tables of embeddings left out.
    const ModelFacts& model = m_setup.facts;
    const double flops =
        6.0 * static_cast<double>(progress.tokens) * static_cast<double>(model.parameters - model.embeddingParameters);
    return trainerState(progress, m_setup.config, *m_setup.timing, m_setup.plan.maxSteps, epoch, best, flops);
}

} // namespace fettle
