// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints of one run: written once a step, told, the old ones removed.
#pragma once

#include "core/train/training_progress.h"

#include <cstdint>
#include <optional>

namespace fettle
{

class AdamW;
class Reporter;
struct RunSetup;

class CheckpointKeeper
{
public:
    CheckpointKeeper(const RunSetup& setup, Reporter& reporter, AdamW& optimizer);

    /// The step whose checkpoint is known to be whole on disk.
    const std::optional<int64_t>& savedStep() const { return m_savedStep; }
    void restoredFrom(int64_t step) { m_savedStep = step; }

    /// Blocks; nothing where this step is saved already. `checkLoss`: of a check at this step. Throws OutOfResources.
    void save(const TrainingProgress& progress, double epoch, std::optional<double> checkLoss);

    double seconds() const { return m_seconds; } ///< spent writing
    uint64_t bytes() const { return m_bytes; }   ///< written

private:
    Json fettleState(const TrainingProgress& progress) const;
    Json hfState(const TrainingProgress& progress, double epoch) const;

    const RunSetup& m_setup;
    Reporter& m_reporter;
    AdamW& m_optimizer;
    std::optional<int64_t> m_savedStep;
    double m_seconds = 0;
    uint64_t m_bytes = 0;
};

} // namespace fettle
