// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/saved_dataset.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr const char* partsFile = "dataset_dict.json";
constexpr const char* stateFile = "state.json";
constexpr uint64_t largestDescription = 16 << 20;

Json readDescription(const fs::path& file)
{
    try {
        return parseJson(readRegularFile(file, largestDescription), file.string());
    } catch (const Error& error) {
        throw error.about("data");
    }
}

bool isPlainName(const std::string& name)
{
    return !name.empty() && name != "." && name != ".." && fs::path(name).filename() == name;
}

/// The plain names in an array of texts, or of objects that hold them at `key`.
std::vector<std::string> namesIn(const Json& json, const char* list, const char* key)
{
    std::vector<std::string> names;
    const auto found = json.find(list);
    if (found == json.end() || !found->is_array())
        return names;
    for (const Json& each : *found) {
        const Json* name = key == nullptr ? &each : nullptr;
        if (key != nullptr && each.is_object() && each.contains(key))
            name = &each[key];
        if (name != nullptr && name->is_string() && isPlainName(name->get<std::string>()))
            names.push_back(name->get<std::string>());
    }
    return names;
}

std::vector<std::string> partsOf(const fs::path& folder)
{
    std::error_code ignored;
    if (!fs::is_regular_file(folder / partsFile, ignored))
        return {};
    return namesIn(readDescription(folder / partsFile), "splits", nullptr);
}

std::string choosePart(const fs::path& folder, const std::vector<std::string>& parts, const std::string& wanted)
{
    const auto has = [&](const std::string& part) {
        return std::find(parts.begin(), parts.end(), part) != parts.end();
    };
    if (wanted.empty())
        return has("train") ? "train" : parts.front();
    if (has(wanted))
        return wanted;
    std::string names;
    for (const std::string& part : parts)
        names += (names.empty() ? "" : ", ") + shown(part, 60);
    throw badInput(fmt::format("{} has no part called \"{}\".", shown(folder.string(), 300), shown(wanted, 60)),
                   fmt::format("It has: {}.", shown(names, 300)), "split");
}

std::vector<fs::path> filesOf(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const std::string& name : namesIn(readDescription(folder / stateFile), "_data_files", "filename"))
        files.push_back(folder / name);
    if (files.empty())
        throw badInput(fmt::format("{} names no file of rows.", shown((folder / stateFile).string(), 300)),
                       "Save the data set anew: Dataset.save_to_disk(…).", "data");
    return files;
}

bool isDataset(const fs::path& folder)
{
    std::error_code ignored;
    return fs::is_regular_file(folder / stateFile, ignored) &&
           fs::is_regular_file(folder / "dataset_info.json", ignored);
}

} // namespace

std::optional<SavedDataset> savedDataset(const fs::path& folder, const std::string& part)
{
    const std::vector<std::string> parts = partsOf(folder);
    if (parts.empty())
        return isDataset(folder) ? std::optional(SavedDataset{filesOf(folder)}) : std::nullopt;
    SavedDataset saved;
    saved.part = choosePart(folder, parts, part);
    saved.files = filesOf(folder / saved.part);
    std::vector<std::string> others;
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(others),
                 [&](const std::string& each) { return each != saved.part; });
    for (size_t i = 0; i < others.size(); ++i)
        saved.otherParts += (i == 0 ? "" : i + 1 == others.size() ? " and " : ", ") + shown(others[i], 60);
    if (!others.empty())
        saved.otherParts += others.size() == 1 ? " is" : " are";
    return saved;
}

std::string heldOutPart(const fs::path& folder)
{
    std::error_code ignored;
    const std::vector<std::string> parts =
        fs::is_directory(folder, ignored) ? partsOf(folder) : std::vector<std::string>();
    for (const char* name : {"validation", "valid", "val", "dev", "eval", "test"})
        if (std::find(parts.begin(), parts.end(), name) != parts.end())
            return name;
    return {};
}

} // namespace fettle
