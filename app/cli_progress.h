// SPDX-License-Identifier: GPL-3.0-or-later
// A run told on stderr: a bar with rate and time left on a terminal, plain lines otherwise; samples in plain words.
#pragma once

#include "core/events/events.h"

#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace fettle::cli
{

class RunProgress : public EventSink
{
public:
    RunProgress();

    void onEvent(const Event& event) override;
    /// A line of its own, above the bar.
    void say(const std::string& line);

    // After the run:
    const std::optional<FinishedEvent>& finished() const { return m_finished; }
    const std::string& runFolder() const { return m_runFolder; }
    std::optional<double> validationLoss() const { return m_checkLoss; }
    std::optional<double> bestLoss() const { return m_bestLoss; }
    int64_t steps() const { return m_step; }
    int64_t maxSteps() const { return m_maxSteps; }

private:
    void handle(const StartedEvent& event);
    void handle(const ResumedEvent& event);
    void handle(const StepEvent& event);
    void handle(const EvalEvent& event);
    void handle(const SampleEvent& event);
    void handle(const CheckpointEvent& event);
    void handle(const NoticeEvent& event);
    void handle(const PausedEvent&) {}
    void handle(const ContinuedEvent&) {}
    void handle(const FinishedEvent& event);
    void handle(const ActivityEvent& event);

    void print(const std::string& line);
    void drawBar(const std::string& text);
    void eraseBar();
    std::string finishedModel() const;
    std::string stepLine(const StepEvent& event) const;
    double stepsPerSecond() const;

    std::mutex m_mutex; ///< say() comes from another thread
    bool m_isTerminal;
    bool m_barIsDrawn = false;
    double m_lastShown = 0;      ///< time of the last step line or bar
    std::deque<double> m_recent; ///< seconds of the last steps
    std::optional<Activity> m_activity;

    std::string m_runFolder;
    int64_t m_step = 0, m_maxSteps = 0;
    std::optional<double> m_checkLoss, m_bestLoss;
    std::optional<EvalEvent> m_best; ///< after step 0
    std::optional<FinishedEvent> m_finished;
};

} // namespace fettle::cli
