// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli runs and compare: run folders as lists and side by side.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/runs/run_summary.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle::cli
{

namespace
{

struct RunsCommand {
    std::string folder;
    std::vector<std::string> runs;
    bool json = false;
};

Json summaryToJson(const RunSummary& run)
{
    Json json = Json::object();
    json["folder"] = run.folder.string();
    json["name"] = run.name;
    json["state"] = toString(run.state);
    json["model"] = run.model;
    json["data"] = run.data;
    json["objective"] = run.objective;
    json["started"] = run.started;
    json["changed"] = run.changed;
    json["step"] = run.step;
    json["max_steps"] = run.maxSteps;
    json["seconds"] = run.seconds;
    json["best_validation_loss"] = run.bestLoss ? Json(*run.bestLoss) : Json(nullptr);
    json["can_continue"] = run.canContinue;
    json["problem"] = run.problem.empty() ? Json(nullptr) : Json(run.problem);
    return json;
}

std::string lossText(const std::optional<double>& loss)
{
    return loss ? fmt::format("{:.4f}", *loss) : std::string("-");
}

void runRuns(const RunsCommand& command)
{
    const fs::path root = command.folder.empty() ? defaultRunsFolder() : expandUser(command.folder);
    if (!command.folder.empty() && !fs::is_directory(root))
        throw badInput(fmt::format("{}: there is no such folder", root.string()));
    const std::vector<RunSummary> runs = listRuns(root);
    if (command.json) {
        Json list = Json::array();
        for (const RunSummary& run : runs)
            list.push_back(summaryToJson(run));
        printJson(list);
        return;
    }
    if (runs.empty()) {
        printLine(fmt::format("No runs in {}.", shown(root.string(), 1000)));
        return;
    }
    const auto line = [](auto&&... cells) {
        printLine(fmt::format("{:<28} {:<12} {:<16} {:<20} {:>13} {:>10} {:>9}{}", cells...));
    };
    line("run", "state", "model", "data", "step", "best loss", "time", "");
    for (const RunSummary& run : runs)
        line(shown(run.name), toString(run.state), shown(run.model, 40), shown(run.data, 40),
             fmt::format("{}/{}", run.step, run.maxSteps), lossText(run.bestLoss), humanDuration(run.seconds),
             run.problem.empty() ? "" : "  " + shown(run.problem, 200));
}

/// "arguments.seed" → value, for every leaf of a run file.
void flatten(const Json& json, const std::string& path, std::map<std::string, std::string>& out)
{
    if (!json.is_object()) {
        out[path] = jsonText(json);
        return;
    }
    for (const auto& [key, value] : json.items())
        flatten(value, path.empty() ? key : path + "." + key, out);
}

void runCompare(const RunsCommand& command)
{
    std::vector<RunRecord> records;
    std::vector<std::map<std::string, std::string>> settings;
    std::set<std::string> keys;
    for (const std::string& run : command.runs) {
        records.push_back(readRun(fs::absolute(expandUser(run)).lexically_normal()));
        flatten(toJson(records.back().config), "", settings.emplace_back());
        for (const auto& [key, value] : settings.back())
            keys.insert(key);
    }
    Json result = Json::object();
    result["runs"] = Json::array();
    for (const RunRecord& record : records)
        result["runs"].push_back(summaryToJson(record.summary));
    result["different"] = Json::object();
    for (const std::string& key : keys) {
        Json values = Json::array();
        bool different = false;
        for (auto& each : settings) {
            const auto found = each.find(key);
            values.push_back(found == each.end() ? Json(nullptr) : parseJson(found->second, key));
            different = different || values.back() != values.front();
        }
        if (different && key != "arguments.output_dir")
            result["different"][key] = values;
    }
    if (command.json) {
        printJson(result);
        return;
    }
    for (const RunRecord& record : records)
        printLine(fmt::format("{:<28} {:<12} step {}/{}  best loss {}  {}", shown(record.summary.name),
                              toString(record.summary.state), record.summary.step, record.summary.maxSteps,
                              lossText(record.summary.bestLoss), humanDuration(record.summary.seconds)));
    printLine(result["different"].empty() ? "Their settings are the same." : "What was different:");
    for (const auto& [key, values] : result["different"].items()) {
        std::string line;
        for (const Json& value : values)
            line += (line.empty() ? "" : " | ") + shown(value, 200);
        printLine(fmt::format("  {}: {}", key, line));
    }
}

} // namespace

void registerRuns(CLI::App& app)
{
    auto list = std::make_shared<RunsCommand>();
    CLI::App* runs = app.add_subcommand("runs", "List the run folders in a folder (default ~/Fettle).");
    runs->add_option("DIR", list->folder, "Where they lie");
    runs->add_flag("--json", list->json, "Print them as JSON");
    runs->callback([list] { runRuns(*list); });

    auto several = std::make_shared<RunsCommand>();
    CLI::App* compare = app.add_subcommand("compare", "Say what was different between runs, and how they ended.");
    compare->add_option("RUN", several->runs, "Run folders")->required()->expected(2, 1000);
    compare->add_flag("--json", several->json, "Print it as JSON");
    compare->callback([several] { runCompare(*several); });
}

} // namespace fettle::cli
