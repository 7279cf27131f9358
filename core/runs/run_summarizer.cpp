// SPDX-License-Identifier: GPL-3.0-or-later
// What a run folder comes to.
#include "core/runs/run_summarizer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/base/json.h"
#include "core/runs/checkpoints.h"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

std::string modelForPeople(const std::string& reference)
{
    if (reference.starts_with("bundled:"))
        return reference.substr(8);
    const bool random = reference.starts_with("random:");
    const std::string name = random ? modelForPeople(reference.substr(7)) : fs::path(reference).filename().string();
    return random ? name + ", from nothing" : name;
}

std::string dataForPeople(const std::vector<std::string>& train)
{
    if (train.empty())
        return {};
    const std::string& first = train.front();
    const std::string name = first.starts_with("bundled:") ? first.substr(8) : fs::path(first).filename().string();
    return train.size() == 1 ? name : fmt::format("{} and {} more", name, train.size() - 1);
}

/// What stands in the way of going on: the newest checkpoint is damaged. Empty where nothing does.
std::string checkpointTrouble(const fs::path& folder, bool& hasWhole)
{
    hasWhole = false;
    std::string trouble;
    for (const CheckpointFolder& checkpoint : checkpointsOf(folder)) {
        const auto problem = checkpointProblem(checkpoint.path, CheckDepth::Sizes);
        if (!problem) {
            hasWhole = true;
            return trouble.empty()
                       ? trouble
                       : fmt::format("{} It can go on from {}.", trouble, checkpoint.path.filename().string());
        }
        if (trouble.empty() && holdsTrainingState(checkpoint.path))
            trouble = fmt::format("{} is damaged: {}.", checkpoint.path.filename().string(), *problem);
    }
    return trouble.empty() ? trouble : trouble + " No other checkpoint is whole.";
}

} // namespace

RunSummarizer::RunSummarizer(std::filesystem::path folder)
    : m_folder(std::move(folder)), m_reader(m_folder / "journal.jsonl")
{
}

RunSummary RunSummarizer::summarize()
{
    try {
        return read();
    } catch (const std::exception& error) {
        RunSummary summary;
        summary.folder = m_folder;
        summary.name = m_folder.filename().string();
        summary.state = RunState::Broken;
        summary.problem = error.what();
        std::error_code ignored;
        const auto changed = fs::last_write_time(m_folder, ignored);
        if (!ignored)
            summary.changed =
                std::chrono::duration<double>(std::chrono::file_clock::to_sys(changed).time_since_epoch()).count();
        return summary;
    }
}

RunSummary RunSummarizer::read(const std::function<void(const Event&)>& also)
{
    std::string text = readRegularFile(m_folder / "run.json");
    if (!m_config || text != m_runFile) {
        m_config = parseRunConfig(parseJson(text, (m_folder / "run.json").string()), m_folder);
        m_runFile = std::move(text);
        m_journal.reset();
        m_reader = JournalReader(m_folder / "journal.jsonl");
    }
    const bool isWritten = FolderLock::isHeld(m_folder);
    const auto take = [&](Event&& event) {
        m_journal->add(event);
        if (also)
            also(event);
    };
    do
        if (!m_journal || m_reader.offset() == 0)
            m_journal.emplace(m_config->arguments);
    while (fs::exists(m_folder / "journal.jsonl") && !m_reader.readOn(take));

    RunSummary summary;
    summary.folder = m_folder;
    summary.name = m_folder.filename().string();
    summary.model = modelForPeople(m_config->model);
    summary.data = dataForPeople(m_config->data.train);
    summary.objective = m_config->objective;
    m_journal->write(summary, isWritten);
    if (!fs::exists(m_folder / "model.safetensors")) {
        summary.modelStep.reset();
        summary.modelLoss.reset();
    }
    if (!isWritten && summary.state != RunState::Finished) {
        const std::string trouble = checkpointTrouble(m_folder, summary.canContinue);
        if (!trouble.empty())
            summary.problem += (summary.problem.empty() ? "" : " ") + trouble;
    }
    return summary;
}

} // namespace fettle
