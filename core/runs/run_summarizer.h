// SPDX-License-Identifier: GPL-3.0-or-later
// What a run folder comes to, kept up to date from what its journal gains.
#pragma once

#include "core/runs/journal_reader.h"
#include "core/runs/run_folder.h"
#include "core/runs/run_summary.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fettle
{

/// What a journal comes to, event by event; memory does not grow with the steps.
class JournalSummary
{
public:
    explicit JournalSummary(const TrainArgs& arguments);

    void add(const Event& event);
    /// Fills in all that the journal tells; `isWritten`: another program is at it now.
    void write(RunSummary& summary, bool isWritten) const;

private:
    using Point = std::pair<int64_t, double>; ///< step and loss
    void addLoss(const StepEvent& event);
    void goBackTo(int64_t step);
    void publish(const FinishedEvent& event);
    const Point* bestTrained() const;
    std::optional<double> accuracyAt(const std::optional<int64_t>& step) const; ///< of the check made there

    bool m_keepsBest = false; ///< the finished model is that of the best check
    bool m_lostBest = false;  ///< the state of the best check was not there at the end
    double m_started = 0, m_changed = 0, m_elapsed = 0;
    int64_t m_step = 0, m_maxSteps = 0;
    bool m_isPaused = false;
    std::optional<FinishedEvent> m_finished;
    std::vector<Point> m_checks, m_losses;
    std::map<int64_t, double> m_accuracies; ///< of m_checks, by step; others are not asked for
    std::optional<Point> m_lastLoss;
    int64_t m_everySteps = 1; ///< of m_losses
    int64_t m_savedStep = 0;  ///< of the newest checkpoint; 0: none
    std::optional<int64_t> m_modelStep;
    std::optional<double> m_modelLoss;
};

/// A run folder that is summarised again and again: each time costs what its journal gained.
class RunSummarizer
{
public:
    explicit RunSummarizer(std::filesystem::path folder);

    /// Never throws: a folder that cannot be read as a run is Broken, with the reason.
    RunSummary summarize();
    /// The same, but throws BadInput where the folder cannot be read as a run; `also` takes every event that is read.
    RunSummary read(const std::function<void(const Event&)>& also = {});
    const RunConfig& config() const { return *m_config; } ///< once read() came back

private:
    RunFolder m_folder;
    JournalReader m_reader;
    std::string m_runFile; ///< run.json as it was read
    std::shared_ptr<const RunConfig> m_config;
    bool m_isAdapter = false;
    std::optional<JournalSummary> m_journal;
};

} // namespace fettle
