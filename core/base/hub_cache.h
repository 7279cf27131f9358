// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face's cache on the disk, by the rules of huggingface_hub (constants.py, "Understand caching"): where it
// lies, and which folder of it a revision is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace fettle
{

/// HF_HOME, else "huggingface" in XDG_CACHE_HOME or ~/.cache.
std::filesystem::path hubHome();
/// HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, or "hub" in hubHome(). It need not exist.
std::filesystem::path hubCacheFolder();
/// The folder of a revision (a branch, a tag or a commit) of a repository, whose folder in the cache is called
/// `repository` ("models--org--name"). Of "main", where nothing says what it is, the only snapshot that is there.
std::optional<std::filesystem::path> hubSnapshot(const std::string& repository, const std::string& revision);

} // namespace fettle
