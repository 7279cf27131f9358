// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/adapter_base.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace fettle
{

namespace
{

bool isFolder(const fs::path& path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// As huggingface_hub finds it.
fs::path hubCache()
{
    const auto given = [](const char* name) -> std::optional<fs::path> {
        const char* value = std::getenv(name);
        return value && *value ? std::optional(expandUser(value)) : std::nullopt;
    };
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const auto cache = given(name))
            return *cache;
    if (const auto home = given("HF_HOME"))
        return *home / "hub";
    return given("XDG_CACHE_HOME").value_or(expandUser("~/.cache")) / "huggingface" / "hub";
}

/// "name" or "org/name" of the hub, not a path that leads anywhere else.
bool isHubName(const std::string& name)
{
    const std::vector<std::string> parts = split(name, '/');
    return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
               return !part.empty() && part.front() != '.' && part.front() != '~';
           });
}

/// The snapshot of a revision ("main"), or the only one that is there.
std::optional<fs::path> inHubCache(const std::string& name, const std::string& revision)
{
    std::string folder = "models--" + name;
    if (const size_t slash = folder.find('/'); slash != std::string::npos)
        folder.replace(slash, 1, "--");
    const fs::path model = hubCache() / folder, snapshots = model / "snapshots";
    std::error_code ignored;
    std::string commit = revision;
    if (fs::is_regular_file(model / "refs" / revision, ignored))
        commit = trim(readRegularFile(model / "refs" / revision, 1 << 10));
    if (fs::path(commit).filename() == fs::path(commit) && isFolder(snapshots / commit))
        return snapshots / commit;
    std::vector<fs::path> all;
    for (const fs::directory_entry& entry : fs::directory_iterator(snapshots, ignored))
        if (isFolder(entry.path()))
            all.push_back(entry.path());
    return all.size() == 1 && revision == "main" ? std::optional(all.front()) : std::nullopt;
}

std::string textOf(const Json& config, const char* key, const fs::path& folder)
{
    try {
        return jsonValue<std::string>(config, key, "");
    } catch (const Error& error) {
        throw badInput(fmt::format("{}: {}", (folder / kAdapterConfigName).string(), error.message()), {}, "model");
    }
}

} // namespace

bool holdsAdapter(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return fs::exists(folder / kAdapterConfigName, ignored);
}

std::string adapterBaseName(const std::filesystem::path& folder)
{
    return textOf(readModelObject(folder / kAdapterConfigName), "base_model_name_or_path", folder);
}

std::filesystem::path adapterBase(const std::filesystem::path& folder)
{
    const Json config = readModelObject(folder / kAdapterConfigName);
    const std::string name = textOf(config, "base_model_name_or_path", folder);
    if (name.empty())
        throw badInput(fmt::format("{} is a LoRA adapter that does not name its base model.", folder.string()),
                       fmt::format("Write the base model's folder into its {} as \"base_model_name_or_path\".",
                                   kAdapterConfigName),
                       "model");
    const fs::path path = expandUser(pathFromJson(name));
    for (const fs::path& place : {folder / path, path})
        if (isFolder(place))
            return fs::absolute(place).lexically_normal();
    const std::string revision = textOf(config, "revision", folder);
    if (isHubName(name))
        if (const auto found = inHubCache(name, revision.empty() ? "main" : revision))
            return *found;
    throw badInput(fmt::format("{} is a LoRA adapter: it changes the base model {}, which is neither a folder nor in "
                               "Hugging Face's cache ({}).",
                               folder.string(), shown(name), hubCache().string()),
                   fmt::format("Download the base model, and write its folder into {} as \"base_model_name_or_path\" "
                               "unless it lies in that cache.",
                               (folder / kAdapterConfigName).string()),
                   "model");
}

} // namespace fettle
