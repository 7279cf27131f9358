// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hub_cache.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <cstdlib>
#include <vector>

namespace fettle
{

namespace
{

/// "$NAME" and "${NAME}" by their values, as Python's os.path.expandvars; those that are not set stay.
std::string withVariables(const std::string& text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool braced = text.compare(i, 2, "${") == 0;
        const size_t begin = i + (braced ? 2 : 1);
        size_t end = begin;
        while (text[i] == '$' && end < text.size() &&
               (text[end] == '_' || std::isalnum(static_cast<unsigned char>(text[end])) != 0))
            ++end;
        const bool isName = end > begin && (!braced || (end < text.size() && text[end] == '}'));
        const char* value = isName ? std::getenv(text.substr(begin, end - begin).c_str()) : nullptr;
        if (!value) {
            out += text[i];
            continue;
        }
        out += value;
        i = braced ? end : end - 1;
    }
    return out;
}

std::optional<fs::path> folderInEnvironment(const char* name)
{
    const char* value = std::getenv(name);
    return value && *value ? std::optional(expandUser(withVariables(value))) : std::nullopt;
}

bool isPlaceFolder(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

} // namespace

std::filesystem::path hubHome()
{
    if (const auto home = folderInEnvironment("HF_HOME"))
        return *home;
    return folderInEnvironment("XDG_CACHE_HOME").value_or(expandUser("~/.cache")) / "huggingface";
}

std::filesystem::path hubCacheFolder()
{
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const auto cache = folderInEnvironment(name))
            return *cache;
    return hubHome() / "hub";
}

std::optional<std::filesystem::path> hubSnapshot(const std::string& repository, const std::string& revision)
{
    if (revision.find("..") != std::string::npos) // leads out of the cache, and is no name in git
        return std::nullopt;
    const fs::path folder = hubCacheFolder() / repository, snapshots = folder / "snapshots";
    std::error_code ignored;
    std::string commit = revision;
    if (const fs::path ref = folder / "refs" / revision; fs::is_regular_file(ref, ignored))
        commit = trim(readRegularFile(ref, 1 << 10));
    if (!commit.empty() && commit.front() != '.' && fs::path(commit).filename() == fs::path(commit) &&
        isPlaceFolder(snapshots / commit))
        return snapshots / commit;
    std::vector<fs::path> all;
    for (const fs::directory_entry& entry : fs::directory_iterator(snapshots, ignored))
        if (isPlaceFolder(entry.path()))
            all.push_back(entry.path());
    return all.size() == 1 && revision == "main" ? std::optional(all.front()) : std::nullopt;
}

} // namespace fettle
