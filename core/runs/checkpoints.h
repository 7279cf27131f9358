// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints of a run folder: which stand there, and whether they are what was written.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct CheckpointFolder {
    int64_t step = 0;
    std::filesystem::path path;
};

/// "checkpoint-N".
std::string checkpointName(int64_t step);
/// The step of a folder of exactly that name, else none.
std::optional<int64_t> checkpointStep(const std::filesystem::path& folder);
/// Folders of a run that are named like checkpoints, newest first, whatever is in them.
std::vector<CheckpointFolder> checkpointsOf(const std::filesystem::path& runFolder);

/// What is compared: sizes alone (quick, for lists), or the hash of each file (a pass over all of it).
enum class CheckDepth { Sizes, Hashes };
/// What is wrong with a checkpoint, in words that follow its name ("config.json has 811 bytes instead of 812"); none
/// where it is what was written. A checkpoint from before hashes were kept is known by sizes only.
std::optional<std::string> checkpointProblem(const std::filesystem::path& checkpoint, CheckDepth depth);
/// Whether a checkpoint is whole by its sizes and nothing else lies in it, so that it may be removed.
bool holdsOnlyItsOwn(const std::filesystem::path& checkpoint);
/// Whether a folder holds something of a checkpoint, so that work may be lost with it.
bool holdsTrainingState(const std::filesystem::path& folder);
/// The newest checkpoint of a run folder that is whole by its sizes, or none.
std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& runFolder);

/// Adds to the state of a checkpoint what it is known by afterwards: size and hash of every file in `folder` (without
/// the state's own), and a hash of the state itself.
void sealCheckpoint(Json& state, const std::filesystem::path& folder);

} // namespace fettle
