// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is started from.
#include "core/train/run_request.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/models/model_entry.h"
#include "core/runs/run_folder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

void requireObjective(RunConfig& config, const ModelEntry& model)
{
    const std::string is = toString(model.objective);
    if (!config.objective.empty() && config.objective != is)
        throw badInput(fmt::format("\"objective\": \"{}\", but {} is a {} model", config.objective, model.name, is),
                       fmt::format("Leave \"objective\" out, or choose a {} model.", config.objective), "objective");
    config.objective = is;
}

} // namespace

bool isFolderTaken(const std::filesystem::path& folder)
{
    std::error_code ignored;
    for (const char* name : {"journal.jsonl", "run.json", "passport.json", "config.json", "model.safetensors"})
        if (fs::exists(folder / name, ignored))
            return true;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().filename().string().compare(0, 11, "checkpoint-") == 0)
            return true;
    return false;
}

RunRequest requestNewRun(RunConfig config)
{
    validateRunConfig(config);
    requireObjective(config, inspectModel(config.model));
    std::string& folder = config.arguments.output_dir;
    if (folder.empty())
        folder = newRunFolder(config).string();
    folder = fs::absolute(expandUser(folder)).lexically_normal().string();
    if (fs::exists(folder) && !fs::is_directory(folder))
        throw badInput(fmt::format("output_dir: {} is a file, not a folder", folder), "Choose another output_dir.",
                       "output_dir");
    if (isFolderTaken(folder))
        throw badInput(fmt::format("output_dir: {} holds a run or a model already", folder),
                       "Choose another output_dir, or go on with that run: --resume auto.", "output_dir");
    return {std::move(config), false, std::nullopt};
}

RunRequest requestResume(const std::filesystem::path& runOrCheckpoint)
{
    fs::path given = fs::absolute(expandUser(runOrCheckpoint.string())).lexically_normal();
    if (!given.has_filename())
        given = given.parent_path();
    const bool isCheckpoint = fs::exists(given / "fettle_state.json");
    const fs::path folder = isCheckpoint ? given.parent_path() : given;
    if (!fs::exists(folder / "run.json"))
        throw badInput(fmt::format("{} holds no run", given.string()),
                       "Give a run's folder (it holds run.json) or a checkpoint in it.", "output_dir");
    if (FolderLock::isHeld(folder))
        throw badInput(fmt::format("{} is being written by another Fettle", folder.string()),
                       "Wait until that run ends, or stop it.", "output_dir");
    RunRequest request;
    request.config = parseRunConfig(readJson(folder / "run.json"), folder);
    request.config.arguments.output_dir = folder.string(); // where it is now, should it have been moved
    request.isResume = true;
    if (isCheckpoint)
        request.checkpoint = given;
    else if (const auto newest = newestCheckpoint(folder))
        request.checkpoint = *newest;
    validateRunConfig(request.config);
    requireObjective(request.config,
                     inspectModel(request.checkpoint ? request.checkpoint->string() : request.config.model));
    return request;
}

} // namespace fettle
