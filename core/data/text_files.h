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
    std::string part = "train";       ///< of a data set in parts: which one the files are
};

/// Files stay as they are; of a folder all files in it and below, by name, without hidden ones and those that describe
/// a data set (README.md …). As in Hugging Face's datasets, where a folder has files called train those called test or
/// validation are left out. Files that no text can be made of (pictures …) are left out where others are left. A folder
/// that datasets' save_to_disk wrote is what it says of itself (saved_dataset.h), `part` being the part that is wanted.
/// Throws BadInput (subject "data") for a folder without a text, ("split") for a part that is not there.
TextFiles listTextFiles(const std::vector<std::filesystem::path>& paths, const std::string& part = {});

/// Throws OutOfResources where the files cannot be read into this machine's free memory.
void requireMemoryFor(const std::vector<std::filesystem::path>& files);

} // namespace fettle
