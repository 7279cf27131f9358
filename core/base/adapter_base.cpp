// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/adapter_base.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hub_cache.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"

#include <algorithm>
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

/// "name" or "org/name" of the hub, not a path that leads anywhere else.
bool isHubName(const std::string& name)
{
    const std::vector<std::string> parts = split(name, '/');
    return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
               return !part.empty() && part.front() != '.' && part.front() != '~';
           });
}

std::optional<fs::path> inHubCache(const std::string& name, const std::string& revision)
{
    std::string folder = "models--" + name;
    if (const size_t slash = folder.find('/'); slash != std::string::npos)
        folder.replace(slash, 1, "--");
    return hubSnapshot(folder, revision);
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
                               folder.string(), shown(name), hubCacheFolder().string()),
                   fmt::format("Download the base model{}, or write its folder into {} as \"base_model_name_or_path\".",
                               isHubName(name) ? fmt::format(" (fettle-cli hub get {})", shown(name)) : "",
                               (folder / kAdapterConfigName).string()),
                   "model");
}

} // namespace fettle
