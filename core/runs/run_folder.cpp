// SPDX-License-Identifier: GPL-3.0-or-later
// Run folders read back: journal, summary, list.
#include "core/runs/run_folder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/runs/journal.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

int64_t stepOf(const Event& event)
{
    return std::visit([](const auto& each) { return each.step; }, event);
}

/// Removes what a resume does again: all above its step, or (from the very start) all but `started` and notices.
void dropLostEvents(std::vector<Event>& events, int64_t fromStep)
{
    std::erase_if(events, [&](const Event& event) {
        if (std::holds_alternative<StartedEvent>(event) || std::holds_alternative<ResumedEvent>(event))
            return false;
        if (std::holds_alternative<FinishedEvent>(event))
            return true;
        return stepOf(event) > fromStep || (fromStep == 0 && !std::holds_alternative<NoticeEvent>(event));
    });
}

/// What the journal does not say again: the best checks, a failure's words, the run's length after a resume.
void completeEvents(std::vector<Event>& events, const std::string& folder)
{
    double lowest = std::numeric_limits<double>::infinity();
    int64_t maxSteps = 0;
    std::string lastError;
    for (Event& event : events) {
        if (auto* eval = std::get_if<EvalEvent>(&event)) {
            eval->best = eval->loss < lowest;
            lowest = std::min(lowest, std::isnan(eval->loss) ? lowest : eval->loss);
        } else if (auto* started = std::get_if<StartedEvent>(&event)) {
            started->runFolder = folder;
            maxSteps = started->maxSteps;
        } else if (auto* resumed = std::get_if<ResumedEvent>(&event)) {
            resumed->runFolder = folder;
            resumed->maxSteps = maxSteps;
        } else if (auto* notice = std::get_if<NoticeEvent>(&event)) {
            if (notice->level == NoticeLevel::Error)
                lastError = notice->message;
        } else if (auto* finished = std::get_if<FinishedEvent>(&event)) {
            if (finished->reason == FinishReason::Failed)
                finished->message = lastError;
        }
    }
}

std::string modelForPeople(const std::string& reference)
{
    if (reference.compare(0, 8, "bundled:") == 0)
        return reference.substr(8);
    const bool random = reference.compare(0, 7, "random:") == 0;
    const std::string name = random ? modelForPeople(reference.substr(7)) : fs::path(reference).filename().string();
    return random ? name + ", from nothing" : name;
}

std::string dataForPeople(const std::vector<std::string>& train)
{
    if (train.empty())
        return {};
    const std::string& first = train.front();
    std::string name = first.compare(0, 8, "bundled:") == 0 ? first.substr(8) : fs::path(first).filename().string();
    return train.size() == 1 ? name : fmt::format("{} and {} more", name, train.size() - 1);
}

void summarizeEvents(RunSummary& summary, const std::vector<Event>& events)
{
    std::vector<double> losses;
    for (const Event& event : events) {
        std::visit(
            [&](const auto& each) {
                summary.changed = std::max(summary.changed, each.time);
                summary.seconds = each.elapsed;
                if (summary.started == 0)
                    summary.started = each.time;
            },
            event);
        if (const auto* started = std::get_if<StartedEvent>(&event)) {
            summary.maxSteps = started->maxSteps;
        } else if (const auto* step = std::get_if<StepEvent>(&event)) {
            summary.step = step->step;
            if (step->loss)
                losses.push_back(*step->loss);
        } else if (const auto* eval = std::get_if<EvalEvent>(&event)) {
            summary.validationLosses.push_back(eval->loss);
            if (!std::isnan(eval->loss))
                summary.bestLoss = std::min(summary.bestLoss.value_or(eval->loss), eval->loss);
        }
    }
    if (summary.validationLosses.empty())
        summary.validationLosses = std::move(losses);
}

RunState stateOf(const std::vector<Event>& events, bool isWritten, std::string& problem)
{
    bool paused = false;
    const FinishedEvent* finished = nullptr;
    for (const Event& event : events) {
        if (std::holds_alternative<PausedEvent>(event))
            paused = true;
        else if (std::holds_alternative<ContinuedEvent>(event))
            paused = false;
        else if (std::holds_alternative<ResumedEvent>(event))
            paused = false, finished = nullptr;
        else if (const auto* end = std::get_if<FinishedEvent>(&event))
            finished = end;
    }
    if (isWritten && !finished)
        return paused ? RunState::Paused : RunState::Running;
    if (!finished)
        return RunState::Interrupted;
    if (finished->reason == FinishReason::Failed) {
        problem = finished->message.empty() ? "The run failed." : finished->message;
        return RunState::Failed;
    }
    return finished->reason == FinishReason::Stopped ? RunState::Stopped : RunState::Finished;
}

int64_t validationRowsFromPassport(const fs::path& folder)
{
    try {
        const Json passport = readJson(folder / "passport.json");
        return passport.contains("validation") ? jsonValue<int64_t>(passport["validation"], "rows", 0) : 0;
    } catch (const Error&) {
        return 0; // a run that is older or was tampered with: only this number is missing
    }
}

bool looksLikeRun(const fs::path& folder)
{
    std::error_code ignored;
    return fs::exists(folder / "run.json", ignored) || fs::exists(folder / "journal.jsonl", ignored) ||
           fs::exists(folder / "passport.json", ignored);
}

/// True where every file that the checkpoint's state names is there in its full size.
bool isWholeCheckpoint(const fs::path& checkpoint)
{
    try {
        const Json state = readJson(checkpoint / "fettle_state.json");
        for (const auto& [name, bytes] : state.at("files").items())
            if (fs::file_size(checkpoint / name) != bytes.get<uint64_t>())
                return false;
        return fs::exists(checkpoint / "model.safetensors") && fs::exists(checkpoint / "optimizer.safetensors");
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

const char* toString(RunState state)
{
    switch (state) {
    case RunState::Running:
        return "running";
    case RunState::Paused:
        return "paused";
    case RunState::Stopped:
        return "stopped";
    case RunState::Finished:
        return "finished";
    case RunState::Failed:
        return "failed";
    case RunState::Interrupted:
        return "interrupted";
    case RunState::Broken:
        return "broken";
    }
    return "broken";
}

std::vector<Event> readJournal(const std::filesystem::path& file)
{
    const std::string text = readFile(file);
    std::vector<Event> events;
    for (size_t start = 0; start < text.size();) {
        const size_t end = text.find('\n', start);
        if (end == std::string::npos) // torn: its writer was killed, or is at work just now
            break;
        std::optional<Event> event = parseJournalLine(std::string_view(text).substr(start, end - start));
        start = end + 1;
        if (!event)
            continue;
        if (const auto* resumed = std::get_if<ResumedEvent>(&*event))
            dropLostEvents(events, resumed->fromStep);
        events.push_back(std::move(*event));
    }
    completeEvents(events, file.parent_path().string());
    return events;
}

RunRecord readRun(const std::filesystem::path& folder)
{
    RunRecord record;
    record.summary.folder = folder;
    record.summary.name = folder.filename().string();
    record.config = parseRunConfig(readJson(folder / "run.json"), folder);
    record.events = readJournal(folder / "journal.jsonl");
    for (Event& event : record.events)
        if (auto* started = std::get_if<StartedEvent>(&event))
            started->validationRows = validationRowsFromPassport(folder);

    RunSummary& summary = record.summary;
    summary.model = modelForPeople(record.config.model);
    summary.data = dataForPeople(record.config.data.train);
    summary.objective = record.config.objective;
    const bool isWritten = FolderLock::isHeld(folder);
    summarizeEvents(summary, record.events);
    summary.state = stateOf(record.events, isWritten, summary.problem);
    summary.canContinue = !isWritten && summary.state != RunState::Finished && newestCheckpoint(folder).has_value();
    return record;
}

RunSummary summarizeRun(const std::filesystem::path& folder)
{
    try {
        return readRun(folder).summary;
    } catch (const std::exception& error) {
        RunSummary summary;
        summary.folder = folder;
        summary.name = folder.filename().string();
        summary.state = RunState::Broken;
        summary.problem = error.what();
        std::error_code ignored;
        const auto changed = fs::last_write_time(folder, ignored);
        if (!ignored)
            summary.changed =
                std::chrono::duration<double>(std::chrono::file_clock::to_sys(changed).time_since_epoch()).count();
        return summary;
    }
}

std::vector<RunSummary> listRuns(const std::filesystem::path& root)
{
    std::vector<RunSummary> runs;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored))
        if (entry.is_directory(ignored) && looksLikeRun(entry.path()))
            runs.push_back(summarizeRun(entry.path()));
    std::sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
        return a.changed != b.changed ? a.changed > b.changed : a.name < b.name;
    });
    return runs;
}

std::filesystem::path defaultRunsFolder()
{
    return expandUser("~/Fettle");
}

std::optional<std::filesystem::path> newestCheckpoint(const std::filesystem::path& runFolder)
{
    std::vector<std::pair<int64_t, fs::path>> found;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(runFolder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.compare(0, 11, "checkpoint-") != 0 || !entry.is_directory(ignored))
            continue;
        if (const auto step = parseInteger(name.substr(11)))
            found.emplace_back(*step, entry.path());
    }
    std::sort(found.rbegin(), found.rend());
    for (const auto& [step, path] : found)
        if (isWholeCheckpoint(path))
            return path;
    return std::nullopt;
}

} // namespace fettle
