// SPDX-License-Identifier: GPL-3.0-or-later
// What a run is started from.
#include "core/train/run_request.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/base/json.h"
#include "core/models/open_model.h"
#include "core/runs/checkpoints.h"
#include "core/runs/foreign_checkpoints.h"
#include "core/runs/run_folder.h"
#include "core/train/foreign_checkpoint.h"
#include "core/train/lora_arguments.h"
#include "core/train/resume_point.h"
#include "core/train/resume_settings.h"
#include "core/train/run_folder_names.h"
#include "core/train/set_aside_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

void requireNotWritten(const fs::path& folder)
{
    if (!FolderLock::isHeld(folder))
        return;
    const std::string who = lockHolder(folder);
    throw badInput(
        fmt::format("{} is being written by another Fettle{}", folder.string(), who.empty() ? who : " (" + who + ")"),
        "Wait until that run ends, stop it, or choose another folder.", "output_dir");
}

/// A folder in a run that is meant as a checkpoint: it holds a state, or is only named like one.
bool isCheckpointOfRun(const fs::path& folder)
{
    return fs::exists(folder / RunFolder::stateName) ||
           (checkpointStep(folder) && fs::is_directory(folder) && RunFolder(folder.parent_path()).hasSettings());
}

/// How to go on from what transformers' Trainer left, where it was given as something else.
std::string wayOn(const fs::path& checkpoint)
{
    return fmt::format("To go on from it: fettle-cli train RUN.json --resume {} --output-dir NEW, with a run file of "
                       "the same data and settings.",
                       checkpoint.string());
}

NoticeEvent noticeOf(const std::vector<std::string>& remarks)
{
    NoticeEvent notice;
    notice.code = NoticeCode::ArgumentsIgnored;
    notice.message = "Arguments of transformers that change nothing here.";
    for (const std::string& remark : remarks)
        notice.message += " " + remark;
    return notice;
}

} // namespace

void requireObjective(RunConfig& config, const ModelFacts& model)
{
    const std::string is = toString(model.objective);
    if (!config.objective.empty() && config.objective != is)
        throw badInput(fmt::format("\"objective\": \"{}\", but {} is a {} model", config.objective, model.name, is),
                       fmt::format("Leave \"objective\" out, or choose a {} model.", config.objective), "objective");
    config.objective = is;
}

RunRequest requestNewRun(RunConfig config)
{
    validateRunConfig(config);
    RunRequest request;
    request.model = std::make_shared<OpenedModel>(openModel(config.model, {loraOf(config.arguments)}));
    requireObjective(config, request.model->plan.facts);
    std::string& folder = config.arguments.output_dir;
    request.picksFolder = folder.empty();
    if (folder.empty())
        folder = newRunFolder(config).string();
    folder = fs::absolute(expandUser(folder)).lexically_normal().string();
    requireNotWritten(folder);
    if (config.arguments.overwrite_output_dir) {
        SetAsideRun::requirePossible(config);
    } else {
        if (const auto foreign = foreignCheckpointIn(folder))
            throw badInput(fmt::format("output_dir: {} holds checkpoints of transformers' Trainer", folder),
                           "Choose another output_dir. " + wayOn(*foreign), "output_dir");
        requireFree(folder);
    }
    if (!config.remarks.empty())
        request.notices.push_back(noticeOf(config.remarks));
    request.config = std::move(config);
    return request;
}

RunRequest requestForeignResume(RunConfig config, const std::filesystem::path& folder)
{
    const fs::path given = fs::absolute(expandUser(folder.string())).lexically_normal();
    const auto checkpoint = foreignCheckpointIn(given);
    if (!checkpoint)
        throw badInput(fmt::format("{} holds no checkpoint of transformers' Trainer", given.string()),
                       "Such a folder holds optimizer.pt, trainer_state.json and model.safetensors.", "output_dir");
    requireExchangeable(config.arguments.optim);
    auto model = std::make_shared<OpenedModel>(openModel(checkpoint->string()));
    requireObjective(config, model->plan.facts);
    RunRequest request = requestNewRun(std::move(config));
    request.model = std::move(model);
    request.checkpoint = *checkpoint;
    return request;
}

RunRequest requestResume(const std::filesystem::path& runOrCheckpoint, const std::vector<std::string>& settings)
{
    fs::path given = fs::absolute(expandUser(runOrCheckpoint.string())).lexically_normal();
    if (!given.has_filename())
        given = given.parent_path();
    const bool isCheckpoint = isCheckpointOfRun(given);
    const fs::path folder = isCheckpoint ? given.parent_path() : given;
    if (const auto foreign = foreignCheckpointIn(given); foreign && !RunFolder(folder).hasSettings())
        throw badInput(fmt::format("{} is a checkpoint of transformers' Trainer", foreign->string()), wayOn(*foreign),
                       "output_dir");
    if (!RunFolder(folder).hasSettings())
        throw badInput(fmt::format("{} holds no run", given.string()),
                       "Give a run's folder (it holds run.json) or a checkpoint in it.", "output_dir");
    requireNotWritten(folder);
    RunRequest request;
    request.isResume = true;
    request.notices = requireFirstSettings(folder);
    request.config = parseRunConfig(readJson(RunFolder(folder).settings()), folder);
    const std::vector<NoticeEvent> changed = applySettings(request.config, settings);
    request.notices.insert(request.notices.end(), changed.begin(), changed.end());
    request.config.arguments.output_dir = folder.string(); // where it is now, should it have been moved
    if (isCheckpoint) {
        requireWhole(given);
        request.checkpoint = given;
    }
    validateRunConfig(request.config);
    return request;
}

} // namespace fettle
