// SPDX-License-Identifier: GPL-3.0-or-later
// The way every event of a run takes.
#include "core/train/reporter.h"

#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/runs/journal.h"

#include <chrono>

namespace fettle
{

namespace
{

double steadySeconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

Reporter::Reporter(EventSink& sink) : m_sink(sink) {}
Reporter::~Reporter() = default;

void Reporter::openJournal(const std::filesystem::path& file)
{
    m_journal = std::make_unique<JournalWriter>(file);
}

void Reporter::sync()
{
    if (m_journal)
        m_journal->sync();
}

void Reporter::startClock(double elapsed)
{
    m_elapsedBefore = elapsed;
    m_clockStart = steadySeconds();
}

void Reporter::stopClock()
{
    m_elapsedBefore = elapsed();
    m_clockStart = -1;
}

double Reporter::elapsed() const
{
    return m_clockStart < 0 ? m_elapsedBefore : m_elapsedBefore + (steadySeconds() - m_clockStart);
}

void Reporter::stamp(Event& event, int64_t step) const
{
    std::visit(
        [&](auto& each) {
            each.step = step;
            each.time = now();
            each.elapsed = elapsed();
        },
        event);
}

void Reporter::finish(FinishedEvent finished, int64_t step, const std::function<void()>& release)
{
    finished.seconds = elapsed();
    Event event = std::move(finished);
    stamp(event, step);
    try {
        if (m_journal) {
            m_journal->write(event);
            m_journal->sync();
        }
    } catch (const Error&) { // a full disk: the sink has it
    }
    m_journal.reset();
    release();
    m_sink.onEvent(event);
}

void Reporter::send(Event event, int64_t step)
{
    stamp(event, step);
    try {
        if (m_journal)
            m_journal->write(event);
    } catch (...) {
        m_sink.onEvent(event);
        throw;
    }
    m_sink.onEvent(event);
}

void Reporter::notice(NoticeLevel level, NoticeCode code, const std::string& message, int64_t step)
{
    NoticeEvent event;
    event.level = level;
    event.code = code;
    event.message = message;
    if (level == NoticeLevel::Error)
        m_toldError = message;
    send(event, step);
}

void Reporter::activity(Activity what, double fraction, int64_t step)
{
    ActivityEvent event;
    event.what = what;
    event.fraction = fraction;
    send(event, step);
}

} // namespace fettle
