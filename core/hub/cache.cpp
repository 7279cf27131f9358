// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/cache.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hub_cache.h"
#include "core/base/model_folder_names.h"
#include "core/hub/needed_files.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <map>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

bool isThere(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored); // what a link leads to
}

/// "org/name" of "models--org--name"; none where it is another thing's folder.
std::optional<HubName> nameOfFolder(const std::string& folder)
{
    for (const auto& [prefix, kind] :
         {std::pair("models--", HubName::Kind::Model), std::pair("datasets--", HubName::Kind::Dataset)}) {
        if (!folder.starts_with(prefix))
            continue;
        std::string id = folder.substr(std::string_view(prefix).size());
        if (const size_t mark = id.find("--"); mark != std::string::npos)
            id.replace(mark, 2, "/");
        try {
            HubName name = HubName::parse((kind == HubName::Kind::Dataset ? "datasets/" : "") + id);
            return name.id == id ? std::optional(name) : std::nullopt;
        } catch (const Error&) {
        }
    }
    return std::nullopt;
}

/// Commit → branches and tags.
std::map<std::string, std::vector<std::string>> refsIn(const fs::path& repository)
{
    std::map<std::string, std::vector<std::string>> refs;
    const fs::path folder = repository / "refs";
    std::error_code error;
    for (fs::recursive_directory_iterator walk(folder, error); !error && walk != fs::recursive_directory_iterator();
         walk.increment(error)) {
        if (!walk->is_regular_file(error))
            continue;
        try {
            refs[trim(readRegularFile(walk->path(), 1 << 10))].push_back(
                walk->path().lexically_relative(folder).string());
        } catch (const Error&) {
        }
    }
    for (auto& each : refs)
        std::sort(each.second.begin(), each.second.end());
    return refs;
}

/// Files below a folder, by path.
std::vector<HubFile> filesBelow(const fs::path& folder)
{
    std::vector<HubFile> files;
    std::error_code error;
    for (fs::recursive_directory_iterator walk(folder, error); !error && walk != fs::recursive_directory_iterator();
         walk.increment(error))
        if (std::error_code gone; walk->is_regular_file(gone))
            files.push_back({walk->path().lexically_relative(folder).string(), walk->file_size(gone), {}});
    std::sort(files.begin(), files.end(), [](const HubFile& a, const HubFile& b) { return a.path < b.path; });
    return files;
}

/// On the disk, a file that several snapshots share counted once.
uint64_t bytesOf(const std::vector<CachedSnapshot>& snapshots)
{
    uint64_t bytes = 0;
    std::set<std::pair<dev_t, ino_t>> seen;
    for (const CachedSnapshot& snapshot : snapshots)
        for (const HubFile& file : snapshot.files)
            if (struct stat facts = {}; ::stat((snapshot.folder / file.path).c_str(), &facts) == 0 &&
                                        seen.emplace(facts.st_dev, facts.st_ino).second)
                bytes += static_cast<uint64_t>(facts.st_size);
    return bytes;
}

CachedRepository repositoryIn(const fs::path& folder, HubName name)
{
    CachedRepository repository{std::move(name), folder, {}, 0};
    auto refs = refsIn(folder);
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "snapshots", ignored)) {
        if (!entry.is_directory(ignored))
            continue;
        CachedSnapshot snapshot;
        snapshot.commit = entry.path().filename().string();
        snapshot.revisions = refs[snapshot.commit];
        snapshot.folder = entry.path();
        snapshot.files = filesBelow(entry.path());
        for (const HubFile& file : snapshot.files)
            snapshot.bytes += file.size;
        if (repository.name.kind == HubName::Kind::Model)
            snapshot.missing = missingOfModel(snapshot.folder);
        repository.snapshots.push_back(std::move(snapshot));
    }
    std::sort(repository.snapshots.begin(), repository.snapshots.end(),
              [](const CachedSnapshot& a, const CachedSnapshot& b) { return a.commit < b.commit; });
    repository.bytes = bytesOf(repository.snapshots);
    return repository;
}

Error notInCache(const HubName& name, const std::string& missing, const char* subject)
{
    return badInput(fmt::format("hub:{} is not in Hugging Face's cache yet ({}{}).", name.text(),
                                hubCacheFolder().string(),
                                missing.empty() ? "" : fmt::format("; {} is missing", shown(missing))),
                    fmt::format("Get it: fettle-cli hub get {}", name.text()), subject);
}

/// Where it lies in the cache, if it is of the `kind` that `subject` needs.
fs::path snapshotOf(const HubName& name, HubName::Kind kind, const char* subject)
{
    const bool isModel = name.kind == HubName::Kind::Model;
    if (name.kind != kind)
        throw badInput(fmt::format("hub:{} is {}.", name.text(),
                                   isModel ? "a model, where a text is needed" : "a data set, where a model is needed"),
                       isModel ? "A data set is called hub:datasets/org/name." : "A model is called hub:org/name.",
                       subject);
    if (auto folder = hubSnapshot(name.folderName(), name.wantedRevision()))
        return *folder;
    throw notInCache(name, "", subject);
}

/// Of files in numbered parts ("-00000-of-00005") the first that is missing; empty: all are there.
std::string missingPart(const std::vector<DatasetFile>& files, const std::set<std::string>& all)
{
    constexpr size_t digits = 5;
    std::set<std::string> looked;
    for (const DatasetFile& file : files) {
        const size_t of = file.path.rfind("-of-");
        if (of == std::string::npos || of < digits || !parseInteger(file.path.substr(of - digits, digits)))
            continue;
        const auto count = parseInteger(file.path.substr(of + 4, digits));
        std::string part = file.path;
        if (!count || !looked.insert(part.replace(of - digits, digits, digits, '#')).second)
            continue;
        for (int64_t i = 0; i < *count; ++i)
            if (part.replace(of - digits, digits, fmt::format("{:05}", i)); !all.contains(part))
                return part;
    }
    return {};
}

} // namespace

std::vector<CachedRepository> listHubCache()
{
    std::vector<CachedRepository> found;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(hubCacheFolder(), ignored))
        if (auto name = nameOfFolder(entry.path().filename().string()); name && entry.is_directory(ignored))
            found.push_back(repositoryIn(entry.path(), std::move(*name)));
    std::sort(found.begin(), found.end(), [](const CachedRepository& a, const CachedRepository& b) {
        return std::pair(a.name.kind, a.name.id) < std::pair(b.name.kind, b.name.id);
    });
    return found;
}

std::string missingOfModel(const std::filesystem::path& folder)
{
    if (isThere(folder / kAdapterConfigName) && !isThere(folder / "config.json"))
        return isThere(folder / kAdapterWeightsName) || isThere(folder / kAdapterPickleName) ? "" : kAdapterWeightsName;
    if (!isThere(folder / "config.json"))
        return "config.json";
    for (const auto& [whole, index] :
         {std::pair(kWeightsName, kWeightsIndexName), std::pair("pytorch_model.bin", "pytorch_model.bin.index.json")}) {
        if (isThere(folder / whole))
            return {};
        if (!isThere(folder / index))
            continue;
        try {
            for (const std::string& shard : shardsOf(readRegularFile(folder / index, 64 << 20), index))
                if (!isThere(folder / shard))
                    return shard;
        } catch (const Error&) {
            return index; // its reader says what is wrong with it
        }
        return {};
    }
    return kWeightsName;
}

std::filesystem::path cachedModel(const HubName& name, bool withWeights)
{
    fs::path folder = snapshotOf(name, HubName::Kind::Model, "model");
    if (const std::string missing = missingOfModel(folder);
        !missing.empty() && (withWeights || missing == "config.json"))
        throw notInCache(name, missing, "model");
    return folder;
}

std::vector<std::filesystem::path> cachedDataset(const HubName& name, bool keptAside)
{
    const fs::path folder = snapshotOf(name, HubName::Kind::Dataset, "data");
    std::vector<std::string> paths;
    for (const HubFile& file : filesBelow(folder))
        paths.push_back(file.path);
    std::vector<DatasetFile> files;
    try {
        const bool hasCard = isThere(folder / "README.md");
        files = datasetFiles(paths, name, hasCard ? readRegularFile(folder / "README.md", 64 << 20) : std::string());
    } catch (const Error& error) {
        throw Error(error.code(), error.message(),
                    fmt::format("{} If it was not fetched: fettle-cli hub get {}", error.hint(), name.text()), "data");
    }
    if (const std::string part = missingPart(files, {paths.begin(), paths.end()}); !part.empty() && name.path.empty())
        throw notInCache(name, part, "data");
    const auto hasPart = [&](const char* part) {
        return std::any_of(files.begin(), files.end(), [&](const DatasetFile& file) { return file.split == part; });
    };
    const char* wanted = !keptAside ? "train" : hasPart("validation") ? "validation" : "test";
    const bool hasWanted = hasPart(wanted);
    std::vector<fs::path> chosen;
    for (const DatasetFile& file : files)
        if (!hasWanted || file.split == wanted)
            chosen.push_back(folder / file.path);
    return chosen;
}

CachePlace::CachePlace(const HubName& name, std::string commit)
    : m_folder(fs::absolute(hubCacheFolder()) / name.folderName()), m_commit(std::move(commit))
{
}

std::filesystem::path CachePlace::lock(const HubFile& file) const
{
    return m_folder.parent_path() / ".locks" / m_folder.filename() / (file.etag + ".lock");
}

bool CachePlace::has(const HubFile& file) const
{
    return isThere(pointer(file));
}

void CachePlace::makeFolders(const HubFile& file) const
{
    const fs::path tag = m_folder.parent_path() / "CACHEDIR.TAG";
    try {
        for (const fs::path& path : {blob(file), pointer(file), lock(file)})
            fs::create_directories(path.parent_path());
        if (!fs::exists(tag))
            writeFileAtomically(
                tag, "Signature: 8a477f597d28d172789f06886806bc55\n"
                     "# This folder holds what Hugging Face's programs fetched; backups may leave it out.\n");
    } catch (const fs::filesystem_error& error) {
        throwFileError(error.path1().empty() ? m_folder : error.path1(), "could not be created", error.code().value());
    }
}

void CachePlace::link(const HubFile& file) const
{
    const fs::path place = pointer(file), beside = place.string() + fmt::format(".{}.incomplete", ::getpid());
    std::error_code ignored;
    fs::remove(beside, ignored);
    const fs::path target = blob(file).lexically_relative(place.parent_path());
    const bool isLinked = ::symlink(target.c_str(), beside.c_str()) == 0;
    if (!isLinked && errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        throwFileError(place, "could not be created", errno);
    if (::rename((isLinked ? beside : blob(file)).c_str(), place.c_str()) != 0)
        throwFileError(place, "could not be created", errno);
}

void CachePlace::writeRef(const std::string& revision) const
{
    if (revision == m_commit)
        return;
    const fs::path ref = m_folder / "refs" / revision;
    try {
        fs::create_directories(ref.parent_path());
    } catch (const fs::filesystem_error& error) {
        throwFileError(ref, "could not be created", error.code().value());
    }
    writeFileAtomically(ref, m_commit);
}

} // namespace fettle
