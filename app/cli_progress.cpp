// SPDX-License-Identifier: GPL-3.0-or-later
// A run told on stderr.
#include "app/cli_progress.h"

#include "app/cli_output.h"
#include "app/cli_words.h"

#include "core/base/text.h"
#include "core/events/best_check.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <numeric>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fettle::cli
{

namespace
{

constexpr double barInterval = 0.1, lineInterval = 1.0; ///< seconds between two showings
constexpr size_t recentSteps = 20;

int terminalWidth()
{
    winsize size = {};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

std::string number(const std::optional<double>& value)
{
    return value ? fmt::format("{:.4f}", *value) : std::string("none");
}

std::string indented(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '\n')
            out += "    ";
    }
    return out;
}

} // namespace

RunProgress::RunProgress() : m_isTerminal(isatty(STDERR_FILENO) == 1) {}

void RunProgress::onEvent(const Event& event)
{
    const std::lock_guard lock(m_mutex);
    std::visit([this](const auto& each) { handle(each); }, event);
}

void RunProgress::say(const std::string& line)
{
    const std::lock_guard lock(m_mutex);
    print(line);
}

void RunProgress::handle(const StartedEvent& event)
{
    m_runFolder = event.runFolder;
    m_maxSteps = event.maxSteps;
    print(fmt::format("{} rows to learn from, {} kept aside; {} steps ({} a pass)", grouped(event.rows),
                      grouped(event.validationRows), grouped(event.maxSteps), grouped(event.stepsPerEpoch)));
    print(fmt::format("writing to {}", event.runFolder));
}

void RunProgress::handle(const ResumedEvent& event)
{
    m_runFolder = event.runFolder;
    m_maxSteps = event.maxSteps;
    m_step = event.fromStep;
    print(fmt::format("going on from step {} of {} in {}", grouped(event.fromStep), grouped(event.maxSteps),
                      event.runFolder));
}

void RunProgress::handle(const StepEvent& event)
{
    m_step = event.step;
    m_recent.push_back(event.seconds);
    if (m_recent.size() > recentSteps)
        m_recent.pop_front();
    const bool isLast = event.step == m_maxSteps;
    if (event.time - m_lastShown < (m_isTerminal ? barInterval : lineInterval) && !isLast)
        return;
    m_lastShown = event.time;
    if (m_isTerminal)
        drawBar(stepLine(event));
    else
        print(stepLine(event));
}

void RunProgress::handle(const EvalEvent& event)
{
    m_checkLoss = event.loss;
    if (isBetterCheck(event.loss, m_bestLoss))
        m_bestLoss = event.loss;
    if (event.step > 0 && isBetterCheck(event.loss, m_best ? std::optional(m_best->loss) : std::nullopt))
        m_best = event;
    print(fmt::format("step {}: loss on the text kept aside {:.4f} (perplexity {:.2f}){}", event.step, event.loss,
                      event.perplexity, event.best && event.step > 0 ? ", the best so far" : ""));
}

void RunProgress::handle(const SampleEvent& event)
{
    if (event.fills.empty()) {
        print(fmt::format("step {}: \"{}\" goes on: {}", event.step, event.prompt, indented(event.text)));
        return;
    }
    print(fmt::format("step {}: \"{}\"", event.step, event.prompt));
    for (const auto& candidates : event.fills) {
        std::string line = "    blank:";
        for (const FillCandidate& candidate : candidates)
            line += fmt::format(" {} {:.1f} %", candidate.token, candidate.score * 100);
        print(line);
    }
}

void RunProgress::handle(const CheckpointEvent& event)
{
    print(fmt::format("step {}: saved {}", event.step, event.path));
}

void RunProgress::handle(const NoticeEvent& event)
{
    if (event.level != NoticeLevel::Error) // errors come with the last event, and their way out
        print(fmt::format("{}: {}", toString(event.level), event.message));
}

void RunProgress::handle(const FinishedEvent& event)
{
    m_finished = event;
    eraseBar();
    switch (event.reason) {
    case FinishReason::Done:
        print(fmt::format("finished {} steps in {}; mean training loss {}", m_step, humanDuration(event.seconds),
                          number(event.trainLoss)));
        print(finishedModel());
        break;
    case FinishReason::EarlyStop:
        print(fmt::format("finished at step {} of {}: the checks no longer get better", m_step, m_maxSteps));
        print(finishedModel());
        break;
    case FinishReason::Stopped:
        print(fmt::format("stopped at step {} of {}", m_step, m_maxSteps));
        break;
    case FinishReason::Failed:
        break;
    }
}

void RunProgress::handle(const ActivityEvent& event)
{
    const bool isBeforeTheStart =
        event.what == Activity::Reading || event.what == Activity::Tokenizing || event.what == Activity::LoadingModel;
    if (!isBeforeTheStart || event.what == m_activity)
        return;
    m_activity = event.what;
    print(fmt::format("{} …", activityWords(event.what)));
}

double RunProgress::stepsPerSecond() const
{
    const double seconds = std::accumulate(m_recent.begin(), m_recent.end(), 0.0);
    return seconds > 0 ? static_cast<double>(m_recent.size()) / seconds : 0;
}

/// Which model lies in the folder: nothing claims that it is the best where it is not.
std::string RunProgress::finishedModel() const
{
    if (!m_finished->modelStep)
        return "no finished model was written";
    std::string text = fmt::format("the finished model is that of step {}", *m_finished->modelStep);
    if (m_finished->modelLoss)
        text += fmt::format(", loss on the text kept aside {:.4f}", *m_finished->modelLoss);
    if (m_best && m_best->step == *m_finished->modelStep)
        return text + ", the best check";
    if (m_best && m_finished->modelLoss && m_best->loss < *m_finished->modelLoss)
        return text + fmt::format("; the best check was at step {} ({:.4f}): load_best_model_at_end=true keeps it",
                                  m_best->step, m_best->loss);
    return text;
}

std::string RunProgress::stepLine(const StepEvent& event) const
{
    const double rate = stepsPerSecond();
    const double left = rate > 0 ? static_cast<double>(m_maxSteps - event.step) / rate : 0;
    std::string text =
        fmt::format("step {}/{}  training loss {}  {:.2f} steps/s  {:.0f} tokens/s  {} left", event.step, m_maxSteps,
                    number(event.loss), rate,
                    event.seconds > 0 ? static_cast<double>(event.tokens) / event.seconds : 0.0, humanDuration(left));
    if (!m_isTerminal)
        return text;
    const int room = std::clamp(terminalWidth() - static_cast<int>(text.size()) - 10, 0, 40);
    const double fraction = m_maxSteps > 0 ? static_cast<double>(event.step) / static_cast<double>(m_maxSteps) : 0;
    const auto full = static_cast<size_t>(fraction * room);
    const std::string bar =
        room < 8 ? std::string()
                 : fmt::format("[{}{}] ", std::string(full, '='), std::string(static_cast<size_t>(room) - full, ' '));
    return fmt::format("{:3.0f} % {}{}", fraction * 100, bar, text);
}

void RunProgress::print(const std::string& line)
{
    eraseBar();
    // Folders, tokens and what a model writes are foreign: line ends stay, what would move a terminal's cursor does
    // not.
    for (const std::string& part : split(line, '\n'))
        printAside(shown(part, 4 * part.size() + 1) + '\n');
}

void RunProgress::drawBar(const std::string& text)
{
    std::fprintf(stderr, "\r\033[K%s", text.substr(0, static_cast<size_t>(terminalWidth()) - 1).c_str());
    std::fflush(stderr);
    m_barIsDrawn = true;
}

void RunProgress::eraseBar()
{
    if (m_barIsDrawn)
        std::fprintf(stderr, "\r\033[K");
    m_barIsDrawn = false;
}

} // namespace fettle::cli
