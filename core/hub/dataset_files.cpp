// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of a data set are a configuration's, and of which part.
#include "core/base/error.h"
#include "core/hub/card.h"
#include "core/hub/needed_files.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace fettle
{

namespace
{

using Paths = std::vector<std::string>;

/// "*" for any text, "?" for one character, all else as it is. Time: the product of both lengths at most.
bool matchesPattern(std::string_view text, std::string_view pattern)
{
    size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// "**/" stands for no folder too.
bool isMeant(std::string_view path, std::string_view pattern)
{
    if (pattern.starts_with("./"))
        pattern.remove_prefix(2);
    return matchesPattern(path, pattern) || (pattern.starts_with("**/") && matchesPattern(path, pattern.substr(3)));
}

/// The part that a file's name, or that of a folder around it, tells, by the words that datasets knows.
std::string splitByName(const std::string& path)
{
    struct Words {
        const char* split;
        std::vector<std::string_view> words;
    };
    static const std::array<Words, 3> known{{{"train", {"train", "training"}},
                                             {"validation", {"validation", "valid", "val", "dev"}},
                                             {"test", {"test", "testing", "eval", "evaluation"}}}};
    std::string words = lowered(path);
    std::replace_if(
        words.begin(), words.end(), [](char c) { return c < 'a' || c > 'z'; }, ' ');
    std::string found;
    for (const std::string& word : split(words, ' ')) // the last one counts: folders come first
        for (const Words& each : known)
            if (std::find(each.words.begin(), each.words.end(), word) != each.words.end())
                found = each.split;
    return found;
}

/// 0 Parquet, 1 CSV, 2 JSON, 3 Arrow, 4 text, as datasets tells them by a name's end; none: another file.
std::optional<size_t> formOf(const std::string& path)
{
    static const std::array<std::vector<std::string_view>, 5> ends{
        {{".parquet"}, {".csv", ".tsv"}, {".jsonl", ".json", ".ndjson"}, {".arrow"}, {".txt"}}};
    static const std::set<std::string_view> others{"dataset_infos.json", "dataset_info.json", "dataset_dict.json",
                                                   "state.json",         "config.json",       "requirements.txt"};
    std::string name = lowered(path.substr(path.rfind('/') + 1));
    if (others.contains(name) || name.starts_with('.') || lowered(path).starts_with("license"))
        return std::nullopt;
    for (const std::string_view packed : {".gz", ".zst", ".bz2", ".xz"})
        if (name.ends_with(packed))
            name.resize(name.size() - packed.size());
    for (size_t form = 0; form < ends.size(); ++form)
        for (const std::string_view end : ends[form])
            if (name.ends_with(end))
                return form;
    return std::nullopt;
}

/// Those of the commonest form, with their parts by name; all are of "train" where no name tells a part.
std::vector<DatasetFile> ofOneForm(const Paths& paths)
{
    std::array<size_t, 5> counts{};
    for (const std::string& path : paths)
        if (const auto form = formOf(path))
            ++counts[*form];
    const auto best = static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    std::vector<DatasetFile> files;
    for (const std::string& path : paths)
        if (formOf(path) == best) {
            const std::string told = splitByName(path);
            files.push_back({path, told.empty() ? "train" : told});
        }
    return files;
}

Paths inFolder(const Paths& paths, const std::string& folder)
{
    Paths inside;
    std::copy_if(paths.begin(), paths.end(), std::back_inserter(inside),
                 [&](const std::string& path) { return path == folder || path.starts_with(folder + "/"); });
    return inside;
}

std::string wordIn(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                             : std::string();
}

void appendMeant(std::vector<DatasetFile>& files, const Paths& paths, const Json& patterns, const std::string& split)
{
    if (patterns.is_array()) {
        for (const Json& each : patterns)
            appendMeant(files, paths, each, split);
    } else if (patterns.is_string()) {
        for (const std::string& path : paths)
            if (isMeant(path, patterns.get_ref<const std::string&>())) {
                const std::string told = split.empty() ? splitByName(path) : split;
                files.push_back({path, told.empty() ? "train" : told});
            }
    }
}

/// A configuration's data_files: a pattern, a list of them, or a list of {split, path}.
std::vector<DatasetFile> ofConfig(const Paths& paths, const Json& config)
{
    std::string folder = wordIn(config, "data_dir");
    while (folder.ends_with('/'))
        folder.pop_back();
    const Paths inside = folder.empty() ? paths : inFolder(paths, folder);
    const auto meant = config.find("data_files");
    if (meant == config.end())
        return ofOneForm(inside);
    std::vector<DatasetFile> files;
    for (const Json& each : meant->is_array() ? *meant : Json::array({*meant}))
        if (each.is_object() && each.contains("path"))
            appendMeant(files, paths, each.at("path"), wordIn(each, "split"));
        else
            appendMeant(files, paths, each, "");
    return files;
}

std::string namesIn(const std::set<std::string>& names)
{
    std::string text;
    size_t count = 0;
    for (const std::string& name : names)
        if (++count <= 12)
            text += (text.empty() ? "" : ", ") + shown(name, 60);
    return count > 12 ? text + fmt::format(" and {} more", count - 12) : text;
}

/// The card's configuration that is wanted; null where the card tells of none.
Json wantedConfig(const HubName& name, std::string_view card)
{
    const Json facts = cardFacts(card);
    const auto configs = facts.find("configs");
    if (configs == facts.end() || !configs->is_array() || configs->empty())
        return nullptr;
    std::set<std::string> names;
    for (const Json& config : *configs) {
        names.insert(wordIn(config, "config_name"));
        if (config.is_object() && (name.config.empty() ? configs->size() == 1 || wordIn(config, "default") == "true" ||
                                                             wordIn(config, "config_name") == "default"
                                                       : wordIn(config, "config_name") == name.config))
            return config;
    }
    if (name.config.empty())
        throw badInput(fmt::format("{} has several configurations: {}.", name.inWords(), namesIn(names)),
                       fmt::format("Name one: datasets/{}:{}.", name.id, shown(*names.begin(), 60)), "data");
    return nullptr;
}

} // namespace

std::vector<DatasetFile> datasetFiles(const std::vector<std::string>& paths, const HubName& name, std::string_view card)
{
    std::vector<DatasetFile> files;
    if (!name.path.empty()) {
        files = ofOneForm(inFolder(paths, name.path));
        if (std::find(paths.begin(), paths.end(), name.path) != paths.end())
            files = {{name.path, "train"}}; // a file that is named is meant, whatever it is called
    } else if (const Json config = wantedConfig(name, card); config.is_object()) {
        files = ofConfig(paths, config);
    } else if (name.config.empty()) {
        files = ofOneForm(paths);
    } else {
        files = ofOneForm(inFolder(paths, name.config));
        if (files.empty())
            files = ofOneForm(inFolder(paths, "data/" + name.config));
    }
    if (files.empty())
        throw badInput(
            fmt::format("{} has no Parquet, CSV, JSON, Arrow or text files{}.", name.inWords(),
                        !name.path.empty()     ? fmt::format(" at {}", shown(name.path))
                        : !name.config.empty() ? fmt::format(" of a configuration called {}", shown(name.config))
                                               : ""),
            fmt::format("fettle-cli hub info datasets/{} lists its files; one of them, or a folder, is named by "
                        "datasets/{}/PATH.",
                        name.id, name.id),
            "data");
    return files;
}

} // namespace fettle
