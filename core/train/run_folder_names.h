// SPDX-License-Identifier: GPL-3.0-or-later
// The names that a run writes in its folder: whatever else lies there is a person's own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

/// Whether a run, or the model it ends with, may write a file or folder of this name at the top of its folder.
bool isNameOfRun(const std::string& name);
/// What lies in a folder and would be in a new run's way, the run's own files first; none: a run may be written there.
std::optional<std::string> inTheWay(const std::filesystem::path& folder);
/// Throws BadInput (subject "output_dir") where something is in a new run's way, naming it.
void requireFree(const std::filesystem::path& folder);
/// The same for files that the run will end with, by the names they will have.
void requireFree(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// Removes what writes that were cut off by a kill left: hidden, by names that only Fettle gives. `isRun`: the folder
/// holds a run and its lock is held, so that no other process is at them; else only those of processes that are gone.
void removeLeftovers(const std::filesystem::path& folder, bool isRun);

} // namespace fettle
