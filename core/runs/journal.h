// SPDX-License-Identifier: GPL-3.0-or-later
// The journal of a run: one JSON object a line, appended, readable after a crash at any byte.
#pragma once

#include "core/events/events.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace fettle
{

/// One line without its end; empty for events that are not journalled (ActivityEvent). Numbers have full precision, a
/// NaN is null.
std::string journalLine(const Event& event);
/// None for a line that is no whole event (torn, or of a later version).
std::optional<Event> parseJournalLine(std::string_view line);

/// Appends events to a journal; a torn last line of an earlier process is cut off first.
class JournalWriter
{
public:
    explicit JournalWriter(const std::filesystem::path& file);
    ~JournalWriter();
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;
    /// The line is with the system when this returns; throws OutOfResources on a full disk, then nothing of it stays.
    void write(const Event& event);
    /// Forces what was written to the disk.
    void sync();

private:
    std::filesystem::path m_file;
    int m_descriptor = -1;
};

} // namespace fettle
