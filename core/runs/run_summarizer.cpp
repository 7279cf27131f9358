// SPDX-License-Identifier: GPL-3.0-or-later
// What a run folder comes to.
#include "core/runs/run_summarizer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"
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
    const ModelReference model = ModelReference::parse(reference);
    return model.name() + (model.fromNothing ? ", from nothing" : "");
}

std::string dataForPeople(const std::vector<std::string>& train)
{
    if (train.empty())
        return {};
    const std::string name = TextReference::parse(train.front()).name();
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

bool trainsAdapter(const RunConfig& config)
{
    const ModelReference model = ModelReference::parse(config.model);
    std::error_code ignored; // a folder that is gone tells nothing
    return config.arguments.lora_r > 0 || (model.source == Reference::Source::Path &&
                                           fs::is_regular_file(fs::path(model.place) / kAdapterConfigName, ignored));
}

RunSummarizer::RunSummarizer(std::filesystem::path folder) : m_folder(std::move(folder)), m_reader(m_folder.journal())
{
}

RunSummary RunSummarizer::summarize()
{
    try {
        return read();
    } catch (const std::exception& error) {
        RunSummary summary;
        summary.folder = m_folder.path();
        summary.name = m_folder.name();
        summary.state = RunState::Broken;
        summary.problem = error.what();
        std::error_code ignored;
        const auto changed = fs::last_write_time(m_folder.path(), ignored);
        if (!ignored)
            summary.changed =
                std::chrono::duration<double>(std::chrono::file_clock::to_sys(changed).time_since_epoch()).count();
        return summary;
    }
}

RunSummary RunSummarizer::read(const std::function<void(const Event&)>& also)
{
    std::string text = readRegularFile(m_folder.settings());
    if (!m_config || text != m_runFile) {
        m_config = std::make_shared<const RunConfig>(
            parseRunConfig(parseJson(text, m_folder.settings().string()), m_folder.path()));
        m_isAdapter = trainsAdapter(*m_config);
        m_runFile = std::move(text);
        m_journal.reset();
        m_reader = JournalReader(m_folder.journal());
    }
    const bool isWritten = FolderLock::isHeld(m_folder.path());
    const auto take = [&](Event&& event) {
        m_journal->add(event);
        if (also)
            also(event);
    };
    do
        if (!m_journal || m_reader.offset() == 0)
            m_journal.emplace(m_config->arguments);
    while (fs::exists(m_folder.journal()) && !m_reader.readOn(take));

    RunSummary summary;
    summary.folder = m_folder.path();
    summary.name = m_folder.name();
    summary.model = modelForPeople(m_config->model);
    summary.data = dataForPeople(m_config->data.train);
    summary.objective = m_config->objective;
    std::error_code ignored;
    summary.isAdapter = m_isAdapter || fs::is_regular_file(m_folder.path() / kAdapterConfigName, ignored);
    summary.config = m_config;
    m_journal->write(summary, isWritten);
    if (!m_folder.hasWeights()) {
        summary.modelStep.reset();
        summary.modelLoss.reset();
        summary.modelAccuracy.reset();
    }
    if (!isWritten && summary.state != RunState::Finished) {
        const std::string trouble = checkpointTrouble(m_folder.path(), summary.canContinue);
        if (!trouble.empty())
            summary.problem += (summary.problem.empty() ? "" : " ") + trouble;
    }
    return summary;
}

} // namespace fettle
