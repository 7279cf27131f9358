// SPDX-License-Identifier: GPL-3.0-or-later
// The names that a run writes in its folder.
#include "core/train/run_folder_names.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"
#include "core/runs/run_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace fettle
{

namespace
{

constexpr std::array modelNames{"config.json", "generation_config.json", kWeightsIndexName, kChatTemplatesFolder};
constexpr const char* publishedName = ".finished-model";
constexpr const char* formerName = ".model"; ///< beside a run at work, before 0.2
constexpr std::array<std::string_view, 3> prefixes{RunFolder::checkpointPrefix, "events.out.tfevents", "adapter_"};
constexpr std::array<std::string_view, 2> suffixes{".safetensors", ".bin"};

template <size_t n>
bool isOneOf(const std::array<const char*, n>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isGone(int64_t process)
{
    return process == ::getpid() || (process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH);
}

/// ".NAME.partial-PROCESS-COUNTER" of a name that a run writes (files.h): the process; ".NAME.partial-old": 0.
std::optional<int64_t> processOfLeftover(const std::string& name)
{
    const size_t mark = name.rfind(".partial-");
    if (name.front() != '.' || mark == std::string::npos || mark == 0)
        return std::nullopt;
    if (const std::string whole = name.substr(1, mark - 1); !isNameOfRun(whole) && whole != formerName)
        return std::nullopt;
    const std::vector<std::string> numbers = split(std::string_view(name).substr(mark + 9), '-');
    if (numbers.size() == 1 && numbers[0] == "old")
        return 0;
    const auto isNumber = [](const std::string& text) {
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (numbers.size() != 2 || !isNumber(numbers[0]) || !isNumber(numbers[1]))
        return std::nullopt;
    return parseInteger(numbers[0]);
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& name)
{
    if (isOneOf(RunFolder::firstNames, name))
        throw badInput(fmt::format("output_dir: {} holds a run already", folder.string()),
                       "Choose another folder, or continue that run.", "output_dir");
    if (name == "config.json" || name.ends_with(".safetensors"))
        throw badInput(fmt::format("output_dir: {} holds a model already ({})", folder.string(), name),
                       "Choose another folder: a run would write over it.", "output_dir");
    throw badInput(fmt::format("output_dir: {} holds {}, a name that the run needs", folder.string(), name),
                   "Choose a new or empty folder, or move that file away: it would be written over.", "output_dir");
}

} // namespace

bool isNameOfRun(const std::string& name)
{
    return isOneOf(RunFolder::firstNames, name) || isOneOf(modelNames, name) || isTokenizerFileName(name) ||
           name == publishedName ||
           std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return name.starts_with(prefix); }) ||
           std::any_of(suffixes.begin(), suffixes.end(), [&](auto suffix) { return name.ends_with(suffix); });
}

std::optional<std::string> inTheWay(const std::filesystem::path& folder)
{
    std::vector<std::string> found;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
        if (std::string name = entry.path().filename().string(); isNameOfRun(name))
            found.push_back(std::move(name));
    for (const char* name : RunFolder::firstNames)
        if (std::find(found.begin(), found.end(), name) != found.end())
            return name;
    const auto first = std::min_element(found.begin(), found.end());
    return first == found.end() ? std::nullopt : std::optional(*first);
}

void requireFree(const std::filesystem::path& folder)
{
    if (const auto name = inTheWay(folder))
        refuse(folder, *name);
}

void requireFree(const std::filesystem::path& folder, const std::vector<std::string>& names)
{
    std::error_code ignored;
    for (const std::string& name : names)
        if (fs::exists(fs::symlink_status(folder / name, ignored)))
            refuse(folder, name);
}

void removeLeftovers(const std::filesystem::path& folder, bool isRun)
{
    std::vector<fs::path> leftovers;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        const auto process = processOfLeftover(name);
        if ((process && (isRun || isGone(*process))) || (isRun && (name == publishedName || name == formerName)))
            leftovers.push_back(entry.path());
    }
    for (const fs::path& path : leftovers)
        fs::remove_all(path, ignored);
}

} // namespace fettle
