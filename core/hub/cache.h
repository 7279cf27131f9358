// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face's cache as a person sees it: what lies in it, and where a name's files are. No connection is made here.
// The layout is huggingface_hub's: NAME/blobs/ETAG, NAME/snapshots/COMMIT/FILE -> ../../blobs/ETAG, NAME/refs/BRANCH.
#pragma once

#include "core/hub/answers.h"
#include "core/hub/hub_name.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct CachedSnapshot {
    std::string commit;
    std::vector<std::string> revisions; ///< branches and tags that are this commit
    std::filesystem::path folder;
    std::vector<HubFile> files; ///< without etags
    uint64_t bytes = 0;         ///< of its files
    std::string missing;        ///< of a model: what it takes to open it and is not there; empty: it is whole
};

struct CachedRepository {
    HubName name; ///< kind and id
    std::filesystem::path folder;
    std::vector<CachedSnapshot> snapshots;
    uint64_t bytes = 0; ///< on the disk: snapshots share files
};

/// What lies in the cache, by name; what is no model or data set is left out.
std::vector<CachedRepository> listHubCache();
/// The first file that is wanted to open a model and does not lie in its folder (config.json, weights, a shard); empty:
/// it is whole.
std::string missingOfModel(const std::filesystem::path& folder);

/// The folder of a model in the cache. `withWeights`: whole, else config.json is enough. Throws BadInput (subject
/// "model"), saying how it is fetched.
std::filesystem::path cachedModel(const HubName& name, bool withWeights);
/// The files of a data set in the cache: of a name with a path, that file or the files in that folder, else the part
/// that is learnt from (train), or of a text that is `keptAside` the one to check on (validation, else test); all where
/// no part is called so. Throws BadInput (subject "data"), saying how it is fetched.
std::vector<std::filesystem::path> cachedDataset(const HubName& name, bool keptAside = false);

/// Puts files into the cache, one at a time, as huggingface_hub does.
class CachePlace
{
public:
    CachePlace(const HubName& name, std::string commit);

    std::filesystem::path snapshot() const { return m_folder / "snapshots" / m_commit; }
    std::filesystem::path pointer(const HubFile& file) const { return snapshot() / file.path; }
    std::filesystem::path blob(const HubFile& file) const { return m_folder / "blobs" / file.etag; }
    /// Where the bytes go until they are whole; a later try goes on with what is there.
    std::filesystem::path incomplete(const HubFile& file) const
    {
        return m_folder / "blobs" / (file.etag + ".incomplete");
    }
    std::filesystem::path lock(const HubFile& file) const;
    bool has(const HubFile& file) const;
    /// Folders, and CACHEDIR.TAG (bford.info/cachedir) where there is none.
    void makeFolders(const HubFile& file) const;
    /// The snapshot's file, as a link to the blob; where the file system has no links, the blob itself moves there.
    void link(const HubFile& file) const;
    /// Says that `revision` is this commit: last of all, so that a name never stands for half of its files.
    void writeRef(const std::string& revision) const;

private:
    std::filesystem::path m_folder;
    std::string m_commit;
};

} // namespace fettle
