// SPDX-License-Identifier: GPL-3.0-or-later
// The way every event of a run takes: stamped, journalled, then given to the sink.
#pragma once

#include "core/events/events.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace fettle
{

class JournalWriter;

class Reporter
{
public:
    explicit Reporter(EventSink& sink);
    ~Reporter();

    /// From here on events are journalled as well.
    void openJournal(const std::filesystem::path& file);
    bool hasJournal() const { return m_journal != nullptr; }
    /// Forces the journal to the disk.
    void sync();

    /// The run's clock: starts at `elapsed` seconds, stands still while paused.
    void startClock(double elapsed);
    void stopClock();
    double elapsed() const;

    /// Fills in step, time and elapsed. Throws OutOfResources where the journal cannot be written; the sink has the
    /// event all the same.
    void send(Event event, int64_t step);
    /// The last event: journalled and on the disk, then `release` (the folder may be opened by others), then the sink.
    /// A journal that cannot be written is no failure any more.
    void finish(FinishedEvent event, int64_t step, const std::function<void()>& release);
    void notice(NoticeLevel level, NoticeCode code, const std::string& message, int64_t step);
    /// Whether an error notice with these words went out already.
    bool hasTold(const std::string& message) const { return m_toldError == message; }
    void activity(Activity what, double fraction, int64_t step);

private:
    void stamp(Event& event, int64_t step) const;

    EventSink& m_sink;
    std::unique_ptr<JournalWriter> m_journal;
    std::string m_toldError;
    double m_elapsedBefore = 0;
    double m_clockStart = -1; ///< steady seconds; negative: stands still
};

} // namespace fettle
