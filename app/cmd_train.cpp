// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli train: a whole run from a run file.
#include "app/cli.h"
#include "app/cli_output.h"
#include "app/cli_progress.h"
#include "app/cli_signals.h"

#include "core/arguments/setting_changes.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/runs/foreign_checkpoints.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_summary.h"
#include "core/session.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct TrainCommand {
    std::string runFile, resume, outputDir;
    std::vector<std::string> settings;
    bool json = false;
};

/// What a command-line flag named like an argument would say, for --help.
std::string argumentsHelp()
{
    std::string text = "Arguments for --set (and for \"arguments\" in the run file):\n";
    for (const ArgumentInfo& info : argumentTable())
        text += fmt::format("  {}={}\n      {} {}\n", info.name, info.defaultText.empty() ? "\"\"" : info.defaultText,
                            info.label, info.help);
    return text + "Others: data.max_length=64, data.validation=0.05, data.empty_rows=skip, data.prompt=question, "
                  "data.completion=answer, samples.prompts='[\"a\"]', model=bundled:nano-gpt\n";
}

RunConfig configOf(const TrainCommand& command)
{
    RunConfig config = readRunConfig(command.runFile);
    for (const std::string& setting : command.settings)
        applySetting(config, setting);
    if (!command.outputDir.empty())
        config.arguments.output_dir = fs::absolute(expandUser(command.outputDir)).lexically_normal().string();
    return config;
}

std::string keysOf(const std::vector<SettingChange>& changes)
{
    std::string keys;
    for (const SettingChange& change : changes)
        keys += (keys.empty() ? "" : ", ") + change.key;
    return keys;
}

/// The run's own settings hold: what the run file says otherwise is told, not done.
void tellDifferences(RunProgress& progress, const std::string& runFile, const fs::path& folder)
{
    RunConfig own = parseRunConfig(readJson(RunFolder(folder).settings()), folder);
    RunConfig asked = readRunConfig(runFile);
    if (asked.objective.empty())
        asked.objective = own.objective;
    const std::string keys = keysOf(settingChanges(toJson(own), toJson(asked)));
    if (!keys.empty())
        progress.say(
            fmt::format("warning: the run goes on with its own settings (run.json); the run file says otherwise, "
                        "which is not used: {}",
                        keys));
}

/// A finished run is not trained on: what was asked for besides is told, with the way to get it.
void tellUnused(RunProgress& progress, const std::vector<std::string>& settings, const fs::path& folder)
{
    const RunConfig own = parseRunConfig(readJson(RunFolder(folder).settings()), folder);
    RunConfig asked = own;
    for (const std::string& setting : settings)
        applySetting(asked, setting);
    const std::string keys = keysOf(settingChanges(toJson(own), toJson(asked)));
    if (!keys.empty())
        progress.say(
            fmt::format("warning: not used, because the run is finished: {}. To train on, start a new run from "
                        "its model: --set model={} with another --output-dir",
                        keys, folder.string()));
}

/// The folder to go on with; none: a new run.
std::optional<fs::path> folderToResume(const TrainCommand& command, const RunConfig& config)
{
    if (command.resume.empty())
        return std::nullopt;
    if (command.resume != "auto") {
        const fs::path given = fs::absolute(expandUser(command.resume)).lexically_normal();
        return given.has_filename() ? given : given.parent_path();
    }
    const std::string& folder = config.arguments.output_dir;
    if (folder.empty() || !RunFolder(folder).hasSettings())
        return std::nullopt; // nothing to resume: a new run
    return fs::path(folder);
}

void printResult(const TrainCommand& command, const RunProgress& progress, const std::string& reason)
{
    if (!command.json) {
        printLine(progress.runFolder());
        return;
    }
    const auto numberOrNull = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
    const auto& finished = progress.finished();
    Json result = Json::object();
    result["run_folder"] = progress.runFolder();
    result["reason"] = reason;
    result["steps"] = progress.steps();
    result["max_steps"] = progress.maxSteps();
    result["train_loss"] = finished ? numberOrNull(finished->trainLoss) : Json(nullptr);
    result["validation_loss"] = numberOrNull(progress.validationLoss());
    result["best_validation_loss"] = numberOrNull(progress.bestLoss());
    result["model_step"] = finished && finished->modelStep ? Json(*finished->modelStep) : Json(nullptr);
    result["model_loss"] = finished ? numberOrNull(finished->modelLoss) : Json(nullptr);
    result["seconds"] = finished ? finished->seconds : 0.0;
    printJson(result);
}

void startAnew(Session& session, const RunConfig& config)
{
    try {
        session.start(config);
    } catch (const Error& error) {
        const std::string& folder = config.arguments.output_dir;
        if (error.subject() != "output_dir" || folder.empty() || !RunFolder(folder).hasSettings())
            throw;
        // The engine names what can be done, whoever asks; how it is done here is said here.
        throw Error(error.code(), error.message(), error.hint() + " To continue it: --resume auto.", error.subject());
    }
}

void runTrain(const TrainCommand& command)
{
    const RunConfig config = configOf(command);
    const std::optional<fs::path> resumed = folderToResume(command, config);
    RunProgress progress;
    reserveSignals();
    Session session(progress);
    const PoliteSignals signals([&](int) {
        progress.say("stopping after this step, with a checkpoint (once more: at once)");
        session.stop(StopMode::SaveAndStop);
    });
    if (resumed && foreignCheckpointIn(*resumed)) {
        session.start(config, *resumed);
    } else if (resumed) {
        const RunSummary summary = summarizeRun(*resumed);
        if (summary.state == RunState::Finished) {
            progress.say(fmt::format("{} is finished already: {} steps", resumed->string(), summary.step));
            tellUnused(progress, command.settings, *resumed);
            if (command.json)
                printJson({{"run_folder", resumed->string()},
                           {"reason", "done"},
                           {"steps", summary.step},
                           {"max_steps", summary.maxSteps}});
            else
                printLine(resumed->string());
            return;
        }
        const bool isCheckpoint = fs::exists(*resumed / RunFolder::stateName);
        session.resumeRun(*resumed, command.settings);
        tellDifferences(progress, command.runFile, isCheckpoint ? resumed->parent_path() : *resumed);
    } else {
        startAnew(session, config);
    }
    session.waitUntilFinished();

    const FinishedEvent& finished = *progress.finished();
    if (finished.reason == FinishReason::Failed)
        throw Error(static_cast<ErrorCode>(finished.errorCode), finished.message, finished.hint, finished.subject);
    if (!progress.runFolder().empty())
        printResult(command, progress, toString(finished.reason));
    if (finished.reason == FinishReason::Stopped)
        throw CLI::RuntimeError(static_cast<int>(ErrorCode::Stopped));
}

} // namespace

void registerTrain(CLI::App& app)
{
    auto command = std::make_shared<TrainCommand>();
    CLI::App* sub = app.add_subcommand("train", "Train a model as a run file says.");
    sub->add_option("RUN.json", command->runFile, "The run file: model, data, samples, arguments")->required();
    sub->add_option("--set", command->settings, "One value of the run file: key=value, several times")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    sub->add_option(
           "--resume", command->resume,
           "auto: go on with the run in the output folder, if there is one; or a run's or checkpoint's folder. The "
           "run keeps its settings; --set takes those that change no number (save_steps, threads, …). A checkpoint "
           "of transformers' Trainer goes on in a new --output-dir")
        ->type_name("auto|DIR");
    sub->add_option("--output-dir", command->outputDir, "The run's folder")->type_name("DIR");
    sub->add_flag("--json", command->json, "Print the result as JSON");
    sub->footer(argumentsHelp);
    sub->callback([command] { runTrain(*command); });
}

} // namespace fettle::cli
