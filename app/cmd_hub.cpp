// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli hub: finds, describes and fetches models and data sets of the Hugging Face Hub; lists what lies here.
#include "app/cli.h"
#include "app/cli_download.h"
#include "app/cli_output.h"
#include "app/cli_signals.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hub_cache.h"
#include "core/base/text.h"
#include "core/hub/cache.h"
#include "core/hub/hub.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace fettle::cli
{

namespace
{

struct HubCommand {
    std::string name, goal, licence, parameters;
    int limit = 20;
    bool datasets = false, json = false;
};

Json orNull(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

Json orNull(const std::optional<int64_t>& count)
{
    return count ? Json(*count) : Json(nullptr);
}

/// The Hub's word for a goal, and back: what Fettle trains has a name of its own.
std::string goalOf(const std::string& task)
{
    return task == "text-generation" ? "causal" : task == "fill-mask" ? "masked" : task;
}

Json factsJson(const HubFacts& facts)
{
    return {{"name", facts.id},
            {"goal", orNull(goalOf(facts.task))},
            {"model_type", orNull(facts.modelType)},
            {"parameters", orNull(facts.parameters)},
            {"licence", orNull(facts.licence)},
            {"gated", facts.isGated},
            {"downloads", orNull(facts.downloads)},
            {"likes", orNull(facts.likes)},
            {"changed", orNull(facts.changed)}};
}

/// "124 M", "1.1 B".
std::string parametersText(const std::optional<int64_t>& parameters)
{
    if (!parameters)
        return "-";
    const auto count = static_cast<double>(*parameters);
    return count >= 999.5e6 ? fmt::format("{:.1f} B", count / 1e9) : fmt::format("{:.3g} M", count / 1e6);
}

/// "500M", "1.5B", "1000000".
int64_t parametersFrom(const std::string& text)
{
    std::string number = lowered(trim(text));
    double unit = 1;
    for (const auto& [letter, size] : {std::pair('k', 1e3), std::pair('m', 1e6), std::pair('b', 1e9)})
        if (number.ends_with(letter))
            unit = size;
    if (unit > 1)
        number.pop_back();
    const auto value = parseDouble(trim(number));
    if (!value || *value <= 0 || *value * unit > 1e15)
        throw badInput(fmt::format("--max-parameters {}: that is no number of parameters.", shown(text)),
                       "Write 500M, 1.5B or a whole number.");
    return static_cast<int64_t>(*value * unit);
}

void tellWhom(const Hub& hub)
{
    printAside(fmt::format("asking {} …\n", hub.host()));
}

void runSearch(const HubCommand& command)
{
    HubSearch wanted;
    wanted.kind = command.datasets ? HubName::Kind::Dataset : HubName::Kind::Model;
    wanted.words = command.name;
    wanted.task = command.goal == "causal" ? "text-generation" : command.goal == "masked" ? "fill-mask" : "";
    wanted.licence = command.licence;
    wanted.limit = command.limit;
    if (!command.parameters.empty())
        wanted.mostParameters = parametersFrom(command.parameters);
    if (command.datasets && (!wanted.task.empty() || wanted.mostParameters))
        throw badInput("--goal and --max-parameters are those of models, not of data sets.", "Leave them out.");
    Hub hub;
    tellWhom(hub);
    const std::vector<HubFacts> found = hub.search(wanted);
    if (command.json) {
        Json list = Json::array();
        for (const HubFacts& facts : found)
            list.push_back(factsJson(facts));
        printJson(list);
        return;
    }
    if (found.empty()) {
        printLine("Nothing was found. Fewer or other words, or a larger --max-parameters, find more.");
        return;
    }
    const auto line = [](auto&&... cells) {
        printLine(fmt::format("{:<48} {:<8} {:>10} {:<16} {:>12}  {}", cells...));
    };
    line("name", "goal", "parameters", "licence", "downloads", "");
    for (const HubFacts& facts : found)
        line(shown(facts.id), shown(goalOf(facts.task), 20), parametersText(facts.parameters),
             facts.licence.empty() ? "-" : shown(facts.licence, 30),
             facts.downloads ? grouped(*facts.downloads) : std::string("-"), facts.isGated ? "gated" : "");
}

/// What is needed of a repository; of one that cannot be opened none, with the reason.
std::set<std::string> neededPaths(Hub& hub, const HubName& name, const HubFacts& facts, const std::vector<HubFile>& all,
                                  std::string& problem)
{
    std::set<std::string> paths;
    try {
        for (const HubFile& file : hub.needed(name, facts.commit, all))
            paths.insert(file.path);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Stopped)
            throw;
        problem = error.message() + " " + error.hint();
    }
    return paths;
}

void printInfo(const HubName& name, const HubFacts& facts, const std::vector<HubFile>& all,
               const std::set<std::string>& needed, const CachePlace& place)
{
    printFact("name", name.text());
    printFact("commit", facts.commit);
    if (!facts.task.empty())
        printFact("goal", goalOf(facts.task));
    if (!facts.modelType.empty())
        printFact("architecture", facts.modelType);
    if (facts.parameters)
        printFact("parameters", grouped(*facts.parameters));
    printFact("licence", facts.licence.empty() ? "not said" : facts.licence);
    if (facts.isGated)
        printFact("gated", "its owners want their terms accepted first, on its page");
    if (facts.downloads)
        printFact("downloads", grouped(*facts.downloads) + " in 30 days");
    if (!facts.changed.empty())
        printFact("changed", facts.changed.substr(0, 10));
    uint64_t bytes = 0, missing = 0;
    printLine("");
    for (const HubFile& file : all) {
        const bool isNeeded = needed.contains(file.path), isHere = place.has(file);
        bytes += isNeeded ? file.size : 0;
        missing += isNeeded && !isHere ? file.size : 0;
        printLine(fmt::format("{:>10}  {:<10} {}", humanBytes(file.size),
                              isHere     ? "here"
                              : isNeeded ? "needed"
                                         : "",
                              shown(file.path, 200)));
    }
    printLine("");
    printLine(fmt::format("{} of {} files are needed, {}; {} are to be fetched, {} are free at {}.", needed.size(),
                          all.size(), humanBytes(bytes), humanBytes(missing),
                          humanBytes(freeDiskBytes(hubCacheFolder())), shown(hubCacheFolder().string(), 300)));
}

void runInfo(const HubCommand& command)
{
    const HubName name = HubName::parse(command.name);
    Hub hub;
    tellWhom(hub);
    const HubFacts facts = hub.facts(name);
    const std::vector<HubFile> all = hub.files(name, facts.commit);
    std::string problem;
    const std::set<std::string> needed = neededPaths(hub, name, facts, all, problem);
    const CachePlace place(name, facts.commit);
    if (!command.json) {
        printInfo(name, facts, all, needed, place);
        if (!problem.empty())
            tellNotices({problem});
        return;
    }
    Json json = factsJson(facts), files = Json::array();
    uint64_t bytes = 0, missing = 0;
    for (const HubFile& file : all) {
        const bool isNeeded = needed.contains(file.path), isHere = place.has(file);
        bytes += isNeeded ? file.size : 0;
        missing += isNeeded && !isHere ? file.size : 0;
        files.push_back({{"path", file.path}, {"bytes", file.size}, {"needed", isNeeded}, {"here", isHere}});
    }
    json["commit"] = facts.commit;
    json["bytes"] = bytes;
    json["missing_bytes"] = missing;
    json["problem"] = orNull(problem);
    json["files"] = std::move(files);
    printJson(json);
}

void runGet(const HubCommand& command)
{
    const HubName name = HubName::parse(command.name);
    reserveSignals();
    std::atomic<bool> isCancelled{false};
    DownloadLine line;
    HubHooks hooks;
    hooks.isCancelled = [&] { return isCancelled.load(); };
    hooks.onProgress = [&](const HubProgress& progress) { line.update(progress); };
    hooks.onNotice = [&](const std::string& notice) { line.say(notice); };
    Hub hub(hubSettings(), hooks);
    const PoliteSignals signals([&](int) { isCancelled = true; });
    tellWhom(hub);
    const HubDownload done = hub.get(name, [&](const HubDownload& plan) {
        line.say(plan.fetchedBytes == 0
                     ? fmt::format("all {} files lie in the cache already", plan.files.size())
                     : fmt::format("fetching {} ({} files, {} in all) into {}", humanBytes(plan.fetchedBytes),
                                   plan.files.size(), humanBytes(plan.bytes), shown(plan.folder.string(), 1000)));
    });
    line.close();
    if (holdsAdapter(done.folder))
        line.say(
            fmt::format("Note: it is an adapter, and needs its base model {}", shown(adapterBaseName(done.folder))));
    if (command.json)
        printJson({{"name", name.text()},
                   {"commit", done.commit},
                   {"folder", pathToJson(done.folder.string())},
                   {"files", done.files},
                   {"bytes", done.bytes},
                   {"fetched_bytes", done.fetchedBytes}});
    else
        printLine(done.folder.string());
}

Json snapshotJson(const CachedSnapshot& snapshot)
{
    return {{"commit", snapshot.commit},
            {"revisions", snapshot.revisions},
            {"folder", pathToJson(snapshot.folder.string())},
            {"files", snapshot.files.size()},
            {"bytes", snapshot.bytes},
            {"missing", orNull(snapshot.missing)}};
}

/// What it is called in a run file: with its revision, where that is not main.
std::string referenceTo(const CachedRepository& repository, const CachedSnapshot& snapshot)
{
    const auto& revisions = snapshot.revisions;
    const bool isMain = std::find(revisions.begin(), revisions.end(), "main") != revisions.end();
    return fmt::format("hub:{}{}{}", repository.name.text(), isMain ? "" : "@",
                       isMain              ? ""
                       : revisions.empty() ? snapshot.commit
                                           : revisions.front());
}

void runList(const HubCommand& command)
{
    const std::vector<CachedRepository> found = listHubCache();
    if (command.json) {
        Json list = Json::array();
        for (const CachedRepository& repository : found) {
            Json snapshots = Json::array();
            for (const CachedSnapshot& snapshot : repository.snapshots)
                snapshots.push_back(snapshotJson(snapshot));
            list.push_back({{"name", repository.name.text()},
                            {"folder", pathToJson(repository.folder.string())},
                            {"bytes", repository.bytes},
                            {"snapshots", std::move(snapshots)}});
        }
        printJson(list);
        return;
    }
    if (found.empty()) {
        printLine(fmt::format("Nothing lies in {}.", shown(hubCacheFolder().string(), 1000)));
        return;
    }
    for (const CachedRepository& repository : found)
        for (const CachedSnapshot& snapshot : repository.snapshots)
            printLine(
                fmt::format("{:>10}  {}{}", humanBytes(snapshot.bytes), shown(referenceTo(repository, snapshot), 200),
                            snapshot.missing.empty() ? "" : fmt::format("  ({} is missing)", shown(snapshot.missing))));
}

CLI::App* addHubCommand(CLI::App& hub, const char* name, const char* help, const std::shared_ptr<HubCommand>& command,
                        void (*run)(const HubCommand&))
{
    CLI::App* sub = hub.add_subcommand(name, help);
    sub->add_flag("--json", command->json, "Print it as JSON");
    sub->callback([command, run] { run(*command); });
    return sub;
}

} // namespace

void registerHub(CLI::App& app)
{
    CLI::App* hub = app.add_subcommand(
        "hub", "Models and data sets of the Hugging Face Hub: find them, look at them, fetch them into Hugging Face's "
               "cache, list what lies there. search, info and get connect; nothing else in Fettle does");
    hub->require_subcommand(1);
    hub->footer(
        "Environment, as of huggingface_hub: HF_HOME, HF_HUB_CACHE (the cache), HF_TOKEN (who you are), HF_ENDPOINT "
        "(a mirror), HF_HUB_OFFLINE=1 (no connection), HF_HUB_DOWNLOAD_TIMEOUT (seconds); https_proxy, no_proxy.\n"
        "{\"offline\": true} in /etc/fettle/hub.json refuses all connections, for everyone.");
    constexpr const char* nameHelp = "ORG/NAME[@REVISION], or datasets/ORG/NAME[/FILE OR FOLDER][:CONFIG][@REVISION]";

    const auto wanted = std::make_shared<HubCommand>();
    CLI::App* search = addHubCommand(
        *hub, "search", "Find models by name, goal, size and licence; the most fetched first", wanted, runSearch);
    search->add_option("WORDS", wanted->name, "What is in the name");
    search->add_option("--goal", wanted->goal, "causal: writes on; masked: fills blanks; without it: both")
        ->check(CLI::IsMember({"causal", "masked"}));
    search->add_option("--max-parameters", wanted->parameters, "No larger ones: 500M, 1.5B");
    search->add_option("--licence,--license", wanted->licence, "As the Hub writes it: apache-2.0, mit, …");
    search->add_option("--limit", wanted->limit, "How many at most")->check(CLI::Range(1, 1000))->capture_default_str();
    search->add_flag("--datasets", wanted->datasets, "Data sets instead");

    for (const auto& [name, help, run] :
         {std::tuple("info",
                     "What a model or data set is, and its files: what is needed, what lies here. Nothing is fetched",
                     &runInfo),
          std::tuple(
              "get",
              "Fetch what is needed of it into the cache; again: goes on where it was stopped. Prints the folder",
              &runGet)}) {
        const auto command = std::make_shared<HubCommand>();
        addHubCommand(*hub, name, help, command, run)->add_option("NAME", command->name, nameHelp)->required();
    }
    addHubCommand(*hub, "list", "What lies in the cache; no connection is made", std::make_shared<HubCommand>(),
                  runList);
}

} // namespace fettle::cli
