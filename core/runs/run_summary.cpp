// SPDX-License-Identifier: GPL-3.0-or-later
// Run folders read back: journal, summary, list.
#include "core/runs/run_summary.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/runs/journal_reader.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_summarizer.h"

#include <algorithm>
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

/// Removes what a resume does again: all above its step, or (from the very start) all but `started` and notices. From
/// the end, so that each event is looked at once, however often a run was resumed.
void dropLostEvents(std::vector<Event>& events)
{
    bool isResumed = false; // further down
    int64_t lowest = std::numeric_limits<int64_t>::max();
    const auto isLost = [&](const Event& event) {
        if (!isResumed || std::holds_alternative<StartedEvent>(event) || std::holds_alternative<ResumedEvent>(event))
            return false;
        return std::holds_alternative<FinishedEvent>(event) || stepOf(event) > lowest ||
               (lowest == 0 && !std::holds_alternative<NoticeEvent>(event));
    };
    auto kept = events.rbegin();
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (isLost(*event))
            continue;
        if (const auto* resumed = std::get_if<ResumedEvent>(&*event)) {
            isResumed = true;
            lowest = std::min(lowest, resumed->fromStep);
        }
        if (kept != event)
            *kept = std::move(*event);
        ++kept;
    }
    events.erase(events.begin(), kept.base());
}

int64_t validationRowsFromPassport(const fs::path& folder)
{
    try {
        const Json passport = readJson(RunFolder(folder).passport());
        return passport.contains("validation") ? jsonValue<int64_t>(passport["validation"], "rows", 0) : 0;
    } catch (const Error&) {
        return 0; // a run that is older or was tampered with: only this number is missing
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
    std::vector<Event> events;
    JournalReader(file).readOn([&](Event&& event) { events.push_back(std::move(event)); });
    dropLostEvents(events);
    return events;
}

RunRecord readRun(const std::filesystem::path& folder)
{
    RunRecord record;
    RunSummarizer summarizer(folder);
    record.summary = summarizer.read([&](const Event& event) { record.events.push_back(event); });
    record.config = summarizer.config();
    dropLostEvents(record.events);
    for (Event& event : record.events)
        if (auto* started = std::get_if<StartedEvent>(&event))
            started->validationRows = validationRowsFromPassport(folder);
    return record;
}

RunSummary summarizeRun(const std::filesystem::path& folder)
{
    return RunSummarizer(folder).summarize();
}

std::vector<RunSummary> listRuns(const std::filesystem::path& root)
{
    std::vector<RunSummary> runs;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored))
        if (entry.is_directory(ignored) && RunFolder(entry.path()).looksLikeRun())
            runs.push_back(summarizeRun(entry.path()));
    std::sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
        return a.changed != b.changed ? a.changed > b.changed : a.name < b.name;
    });
    return runs;
}

} // namespace fettle
