// SPDX-License-Identifier: GPL-3.0-or-later
// A journal read as it grows: what was appended since the last look, in order.
#pragma once

#include "core/events/events.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fettle
{

/// Reads in blocks, so that memory does not grow with the journal; each look costs what was appended since.
class JournalReader
{
public:
    explicit JournalReader(std::filesystem::path file);

    using Take = std::function<void(Event&&)>;
    /// Gives out every whole event behind the offset; a torn last line is left for the next call. What the journal does
    /// not say again is filled in: best checks, a failure's words, the run's folder, its length after a resume. Steps
    /// that a later `resumed` takes back are given out, then the ResumedEvent that says so. False, with nothing given
    /// out, where the file is not the one read so far (replaced, or cut): forget what was read and call again, which
    /// begins at the start. Throws BadInput where it is missing or no plain file.
    bool readOn(const Take& take);
    /// Bytes read so far, always at a line's beginning.
    uint64_t offset() const { return m_offset; }

private:
    void takeLine(std::string_view line, const Take& take);
    void complete(Event& event);

    std::filesystem::path m_file;
    uint64_t m_offset = 0;
    uint64_t m_device = 0, m_inode = 0;
    std::vector<std::pair<int64_t, double>> m_lowest; ///< step and loss of each check that was the best when it came
    int64_t m_maxSteps = 0;
    std::string m_lastError;
};

/// The quick way for the line that makes up a journal: as journalLine writes a step, none for any other line.
std::optional<StepEvent> parseStepLine(std::string_view line);
/// Whether a journal holds a whole event; false where there is no journal.
bool hasEvents(const std::filesystem::path& journal);

} // namespace fettle
