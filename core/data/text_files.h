// SPDX-License-Identifier: GPL-3.0-or-later
// The files that a run's texts are: a folder is its files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

struct TextFiles {
    std::vector<std::filesystem::path> files;
    std::vector<std::string> notices; ///< what was left out of a folder, and why
};

/// Files stay as they are; of a folder all files in it and below, by name, without hidden ones and those that describe
/// a data set (README.md …). As in Hugging Face's datasets, where a folder has files called train those called test or
/// validation are left out. Files that are no text (pictures …) are left out where others are left. Throws BadInput
/// (subject "data") for a folder without a text.
TextFiles listTextFiles(const std::vector<std::filesystem::path>& paths);

/// Throws OutOfResources where the files cannot be read into this machine's free memory.
void requireMemoryFor(const std::vector<std::filesystem::path>& files);

} // namespace fettle
