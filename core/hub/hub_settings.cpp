// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/hub_settings.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hub_cache.h"
#include "core/base/json.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

namespace fettle
{

namespace
{

std::string environmentValue(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// As huggingface_hub reads switches.
bool isSwitchedOn(const std::string& value)
{
    const std::string word = lowered(value);
    return word == "1" || word == "on" || word == "yes" || word == "true";
}

std::vector<fs::path> configFolders()
{
    std::vector<fs::path> folders{"/etc"};
    const std::string others = environmentValue("XDG_CONFIG_DIRS"), own = environmentValue("XDG_CONFIG_HOME");
    for (const std::string& folder : split(others.empty() ? "/etc/xdg" : others, ':'))
        if (folder.starts_with('/'))
            folders.emplace_back(folder);
    folders.push_back(own.empty() ? expandUser("~/.config") : fs::path(own));
    return folders;
}

/// Why the file refuses connections; empty where it does not, or is not there.
std::string refusalOf(const fs::path& file)
{
    std::error_code error;
    if (!fs::exists(file, error) && !error)
        return {};
    try {
        const Json settings = readJson(file, 1 << 20);
        return jsonValue(settings, "offline", false) ? fmt::format("{} says \"offline\": true", file.string())
                                                     : std::string();
    } catch (const Error& broken) {
        return fmt::format("{} cannot be read ({})", file.string(), broken.message());
    }
}

std::string whyOffline()
{
    for (const char* name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"})
        if (const std::string value = environmentValue(name); isSwitchedOn(value))
            return fmt::format("{}={} stands in the environment", name, value);
    for (const fs::path& folder : configFolders())
        if (std::string refusal = refusalOf(folder / "fettle" / "hub.json"); !refusal.empty())
            return refusal;
    return {};
}

void takeToken(HubSettings& settings, const std::string& text, const std::string& source)
{
    settings.token = trim(text);
    settings.tokenSource = source;
    if (std::any_of(settings.token.begin(), settings.token.end(), [](char c) { return c <= ' ' || c > '~'; }))
        throw badInput(fmt::format("What {} holds is no token: it has blanks or other characters in it.", source),
                       "A token is one word that begins with hf_.");
}

void findToken(HubSettings& settings)
{
    for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"})
        if (const std::string value = environmentValue(name); !trim(value).empty())
            return takeToken(settings, value, name);
    const std::string named = environmentValue("HF_TOKEN_PATH");
    const fs::path file = named.empty() ? hubHome() / "token" : expandUser(named);
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored))
        takeToken(settings, readRegularFile(file, 1 << 16), file.string());
}

} // namespace

HubSettings hubSettings()
{
    HubSettings settings;
    if (std::string endpoint = trim(environmentValue("HF_ENDPOINT")); !endpoint.empty()) {
        while (endpoint.ends_with('/'))
            endpoint.pop_back();
        if (!endpoint.starts_with("https://") && !endpoint.starts_with("http://"))
            throw badInput(fmt::format("HF_ENDPOINT={} is no address.", shown(endpoint)),
                           "It begins with https://; without it, https://huggingface.co is asked.");
        settings.endpoint = endpoint;
    }
    settings.offline = whyOffline();
    if (const std::string value = environmentValue("HF_HUB_DOWNLOAD_TIMEOUT"); !value.empty()) {
        const auto seconds = parseInteger(value);
        if (!seconds || *seconds < 1 || *seconds > 86400)
            throw badInput(fmt::format("HF_HUB_DOWNLOAD_TIMEOUT={} is no number of seconds.", shown(value)),
                           "10 is what holds without it.");
        settings.timeout = static_cast<int>(*seconds);
    }
    if (const auto pause = parseDouble(environmentValue("FETTLE_HUB_PAUSE")); pause && *pause >= 0 && *pause <= 60)
        settings.firstPause = *pause;
    findToken(settings);
    return settings;
}

void requireOnline(const HubSettings& settings)
{
    if (!settings.offline.empty())
        throw Error(
            ErrorCode::Failed,
            fmt::format("Connections are switched off: {}. Nothing was asked of {}.", settings.offline,
                        settings.endpoint),
            "What lies on this computer works without: fettle-cli hub list. To connect, that has to be changed.");
}

} // namespace fettle
