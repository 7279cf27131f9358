// SPDX-License-Identifier: GPL-3.0-or-later
// Folders that save_to_disk of Hugging Face's datasets wrote: a Dataset, or a DatasetDict of several in parts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct SavedDataset {
    std::vector<std::filesystem::path> files; ///< in the order of their rows
    std::string part = "train";               ///< of a DatasetDict: the one that is read
    std::string otherParts = {};              ///< "test and validation are", for a sentence; empty where there are none
};

/// Nothing where the folder is none of them. `part`: which of a DatasetDict is wanted; empty: "train", else its first.
/// Throws BadInput (subject "data") where what it names is missing, ("split") for a part that it has not.
std::optional<SavedDataset> savedDataset(const std::filesystem::path& folder, const std::string& part);

/// The part of a DatasetDict that is kept for checks by its name (validation, else test …); empty where `folder` is no
/// DatasetDict or has none.
std::string heldOutPart(const std::filesystem::path& folder);

} // namespace fettle
