// SPDX-License-Identifier: GPL-3.0-or-later
// Folders in which transformers' Trainer left checkpoints.
#pragma once

#include <filesystem>
#include <optional>

namespace fettle
{

/// Whether the folder is a checkpoint of Trainer: optimizer.pt and trainer_state.json, and nothing of Fettle's.
bool isForeignCheckpoint(const std::filesystem::path& folder);
/// The folder itself where it is one, else the one of the highest step directly in it.
std::optional<std::filesystem::path> foreignCheckpointIn(const std::filesystem::path& folder);

} // namespace fettle
