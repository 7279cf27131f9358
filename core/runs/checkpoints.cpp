// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints of a run folder.
#include "core/runs/checkpoints.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"
#include "core/runs/run_folder.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle
{

namespace
{

constexpr const char* stateName = RunFolder::stateName;
constexpr std::string_view namePrefix = RunFolder::checkpointPrefix;

/// Of a file in the checkpoint, or in a folder of it: "additional_chat_templates/rag.jinja".
bool isNameInside(const std::string& name)
{
    const std::vector<std::string> parts = split(name, '/');
    return std::none_of(parts.begin(), parts.end(),
                        [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

std::string nameInside(const fs::path& file, const fs::path& checkpoint)
{
    return file.lexically_relative(checkpoint).generic_string();
}

std::optional<std::string> fileProblem(const fs::path& checkpoint, const std::string& named, const Json& bytes)
{
    const fs::path file = checkpoint / named;
    const std::string name = shown(named);
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status))
        return name + " is missing";
    if (!fs::is_regular_file(status))
        return name + " is no plain file";
    const uintmax_t size = fs::file_size(file, error);
    if (error)
        return name + " cannot be read";
    if (!bytes.is_number_unsigned() || size != bytes.get<uint64_t>())
        return fmt::format("{} has {} bytes instead of {}", name, size, shown(bytes));
    return std::nullopt;
}

std::string hashOfState(Json state)
{
    state.erase("state_sha256");
    return sha256(jsonText(state));
}

std::optional<std::string> stateProblem(const fs::path& checkpoint, const Json& state)
{
    if (!state.is_object() || !state.contains("files") || !state["files"].is_object())
        return fmt::format("{} does not say what belongs to it", stateName);
    if (state.contains("state_sha256") && state["state_sha256"] != hashOfState(state))
        return fmt::format("{} is not what was written", stateName);
    const int64_t step = jsonValue<int64_t>(state, "step", -1);
    const auto named = checkpointStep(checkpoint);
    if (step >= 0 && named && *named != step)
        return fmt::format("{} says that it is of step {}", stateName, step);
    const auto lacks = [&](const char* name) { return !state["files"].contains(name); };
    if (lacks(kWeightsName) && lacks(kWeightsIndexName) && lacks(kAdapterWeightsName))
        return fmt::format("{} is missing", kWeightsName);
    if (lacks(RunFolder::optimizerName))
        return fmt::format("{} is missing", RunFolder::optimizerName);
    return std::nullopt;
}

std::optional<std::string> hashProblem(const fs::path& checkpoint, const Json& state)
{
    const auto hashes = state.find("sha256");
    if (hashes == state.end() || !hashes->is_object())
        return std::nullopt;
    for (const auto& [name, hash] : hashes->items())
        if (isNameInside(name) && hash != sha256OfFile(checkpoint / name))
            return shown(name) + " is not what was written (its hash differs)";
    return std::nullopt;
}

} // namespace

std::string checkpointName(int64_t step)
{
    return fmt::format("{}{}", namePrefix, step);
}

std::optional<int64_t> checkpointStep(const std::filesystem::path& folder)
{
    const std::string name = folder.filename().string();
    if (!name.starts_with(namePrefix))
        return std::nullopt;
    const auto step = parseInteger(std::string_view(name).substr(namePrefix.size()));
    return step && *step >= 0 && checkpointName(*step) == name ? step : std::nullopt;
}

std::vector<CheckpointFolder> checkpointsOf(const std::filesystem::path& runFolder)
{
    std::vector<CheckpointFolder> found;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(runFolder, ignored))
        if (const auto step = checkpointStep(entry.path()); step && entry.is_directory(ignored))
            found.push_back({*step, entry.path()});
    std::sort(found.begin(), found.end(),
              [](const CheckpointFolder& a, const CheckpointFolder& b) { return a.step > b.step; });
    return found;
}

std::optional<std::string> checkpointProblem(const std::filesystem::path& checkpoint, CheckDepth depth)
{
    std::error_code ignored;
    if (!fs::exists(checkpoint / stateName, ignored))
        return fmt::format("it has no {}", stateName);
    try {
        const Json state = readJson(checkpoint / stateName);
        if (auto problem = stateProblem(checkpoint, state))
            return problem;
        for (const auto& [name, bytes] : state["files"].items())
            if (!isNameInside(name))
                return fmt::format("{} names a file outside of it", stateName);
            else if (auto problem = fileProblem(checkpoint, name, bytes))
                return problem;
        return depth == CheckDepth::Hashes ? hashProblem(checkpoint, state) : std::nullopt;
    } catch (const std::exception& error) {
        return error.what();
    }
}

bool holdsOnlyItsOwn(const std::filesystem::path& checkpoint)
{
    if (checkpointProblem(checkpoint, CheckDepth::Sizes))
        return false;
    const Json state = readJson(checkpoint / stateName);
    std::error_code ignored;
    std::set<std::string> own{stateName};
    for (const auto& [name, bytes] : state["files"].items())
        for (fs::path path = name; !path.empty(); path = path.parent_path()) // a file and the folders it lies in
            own.insert(path.generic_string());
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(checkpoint, ignored))
        if (!own.contains(nameInside(entry.path(), checkpoint)))
            return false;
    return !ignored;
}

bool holdsTrainingState(const std::filesystem::path& folder)
{
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string(), extension = entry.path().extension().string();
        if (name == stateName || name == "trainer_state.json" || extension == ".safetensors" || extension == ".bin" ||
            extension == ".pt")
            return true;
    }
    return false;
}

std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& runFolder)
{
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder))
        if (!checkpointProblem(checkpoint.path, CheckDepth::Sizes))
            return checkpoint.path;
    return std::nullopt;
}

void sealCheckpoint(Json& state, const std::filesystem::path& folder)
{
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
        if (entry.path() != folder / stateName && !entry.is_directory())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    Json sizes = Json::object(), hashes = Json::object();
    for (const fs::path& file : files) {
        const std::string name = nameInside(file, folder);
        sizes[name] = fs::file_size(file);
        hashes[name] = sha256OfFile(file);
    }
    state["files"] = std::move(sizes);
    state["sha256"] = std::move(hashes);
    state["state_sha256"] = hashOfState(state);
}

} // namespace fettle
