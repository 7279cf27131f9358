// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints of one run: written once a step, told, the old ones removed.
#pragma once

#include "core/events/events.h"
#include "core/train/training_progress.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class Optimizer;
class Reporter;
struct RunSetup;

class CheckpointKeeper
{
public:
    CheckpointKeeper(const RunSetup& setup, Reporter& reporter, Optimizer& optimizer);

    /// The step whose checkpoint is known to be whole on disk.
    const std::optional<int64_t>& savedStep() const { return m_savedStep; }
    /// Of a run that goes on: what stands above `step` is set aside, before the journal says that it goes on from
    /// there.
    void goOnFrom(int64_t step);
    /// Says what was set aside or left alone.
    void tellOfOthers(int64_t step);

    /// Blocks, and gives the seconds it took; nothing where this step is saved already. `checkLoss`: of a check at this
    /// step. `best`: the step whose checkpoint is never removed for being old. Throws OutOfResources.
    std::optional<double> save(const TrainingProgress& progress, double epoch, std::optional<double> checkLoss,
                               std::optional<int64_t> best);

private:
    /// Sets aside what stands under the name of a new checkpoint: it is not of this part of the run.
    void makeRoom(const std::string& name, int64_t step);
    Json fettleState(const TrainingProgress& progress) const;
    std::string hfState(const TrainingProgress& progress, double epoch) const;

    const RunSetup& m_setup;
    Reporter& m_reporter;
    Optimizer& m_optimizer;
    std::optional<int64_t> m_savedStep;
    std::vector<NoticeEvent> m_asideNotices;
};

} // namespace fettle
