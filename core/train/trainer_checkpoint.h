// SPDX-License-Identifier: GPL-3.0-or-later
// The way back of foreign_checkpoint.h: a run's checkpoint as transformers' Trainer goes on from it.
#pragma once

#include <filesystem>

namespace fettle
{

/// Blocks. `checkpoint` lies in its run's folder and is whole. Writes into the new folder `target` what it holds for
/// transformers, and beside it the optimizer's state and the scheduler's, for
/// `trainer.train(resume_from_checkpoint=target)`. Throws BadInput, also for an optimizer whose state Trainer has no
/// place for; nothing stays then.
void writeTrainerCheckpoint(const std::filesystem::path& checkpoint, const std::filesystem::path& target);

} // namespace fettle
