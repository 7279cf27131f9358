// SPDX-License-Identifier: GPL-3.0-or-later
// A journal read as it grows.
#include "core/runs/journal_reader.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/events/best_check.h"
#include "core/runs/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

constexpr size_t blockSize = 1 << 20;
constexpr size_t longestLine = 64 << 20; ///< no event is longer: what is, is skipped without being held

struct OpenJournal {
    explicit OpenJournal(const fs::path& file)
        : descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY))
    {
        if (descriptor < 0)
            throw badInput(
                fmt::format("{}: {}", file.string(), errno == ENOENT ? "there is no such file" : std::strerror(errno)));
        if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
            ::close(descriptor);
            throw badInput(fmt::format("{}: this is no plain file", file.string()));
        }
    }
    ~OpenJournal() { ::close(descriptor); }
    OpenJournal(const OpenJournal&) = delete;
    OpenJournal& operator=(const OpenJournal&) = delete;

    /// Bytes read at `offset`; 0 at the end.
    size_t read(char* block, size_t size, uint64_t offset) const
    {
        for (;;) {
            const ssize_t count = ::pread(descriptor, block, size, static_cast<off_t>(offset));
            if (count >= 0)
                return static_cast<size_t>(count);
            if (errno != EINTR)
                throw badInput(fmt::format("the journal could not be read: {}", std::strerror(errno)));
        }
    }
    bool endsALineBefore(uint64_t offset) const
    {
        char last = 0;
        return offset == 0 || (read(&last, 1, offset - 1) == 1 && last == '\n');
    }

    int descriptor;
    struct stat status = {};
};

} // namespace

JournalReader::JournalReader(std::filesystem::path file) : m_file(std::move(file)) {}

bool JournalReader::readOn(const Take& take)
{
    const OpenJournal journal(m_file);
    const auto size = static_cast<uint64_t>(journal.status.st_size);
    if (m_offset > 0 && (journal.status.st_dev != m_device || journal.status.st_ino != m_inode || size < m_offset ||
                         !journal.endsALineBefore(m_offset))) {
        *this = JournalReader(m_file);
        return false;
    }
    m_device = journal.status.st_dev;
    m_inode = journal.status.st_ino;

    std::string block(static_cast<size_t>(std::min<uint64_t>(blockSize, size - m_offset)), '\0');
    std::string begun; // of a line that reaches over a block's end
    bool tooLong = false;
    for (uint64_t at = m_offset; at < size;) {
        const size_t count = journal.read(block.data(), std::min<uint64_t>(block.size(), size - at), at);
        if (count == 0)
            break;
        const std::string_view read(block.data(), count);
        size_t start = 0;
        for (size_t end; (end = read.find('\n', start)) != std::string_view::npos; start = end + 1) {
            m_offset = at + end + 1;
            std::string_view line = read.substr(start, end - start);
            if (!begun.empty())
                line = begun.append(line);
            if (!tooLong)
                takeLine(line, take);
            begun.clear();
            tooLong = false;
        }
        begun.append(read.substr(start));
        if (begun.size() > longestLine) {
            tooLong = true;
            begun.clear();
        }
        at += count;
    }
    return true;
}

void JournalReader::takeLine(std::string_view line, const Take& take)
{
    std::optional<Event> event;
    if (std::optional<StepEvent> step = parseStepLine(line))
        event = std::move(*step);
    else
        event = parseJournalLine(line);
    if (!event)
        return;
    complete(*event);
    take(std::move(*event));
}

void JournalReader::complete(Event& event)
{
    if (auto* eval = std::get_if<EvalEvent>(&event)) {
        eval->best = isBetterCheck(eval->loss, m_lowest.empty() ? std::nullopt : std::optional(m_lowest.back().second));
        if (eval->best)
            m_lowest.emplace_back(eval->step, eval->loss);
    } else if (auto* started = std::get_if<StartedEvent>(&event)) {
        started->runFolder = m_file.parent_path().string();
        m_maxSteps = started->maxSteps;
    } else if (auto* resumed = std::get_if<ResumedEvent>(&event)) {
        resumed->runFolder = m_file.parent_path().string();
        resumed->maxSteps = m_maxSteps;
        while (!m_lowest.empty() && (m_lowest.back().first > resumed->fromStep || resumed->fromStep == 0))
            m_lowest.pop_back();
        m_lastError.clear();
    } else if (auto* notice = std::get_if<NoticeEvent>(&event)) {
        if (notice->level == NoticeLevel::Error)
            m_lastError = notice->message;
    } else if (auto* finished = std::get_if<FinishedEvent>(&event)) {
        if (finished->reason == FinishReason::Failed)
            finished->message = m_lastError;
    }
}

bool hasEvents(const std::filesystem::path& journal)
{
    struct Found {
    };
    std::error_code ignored;
    if (!fs::exists(journal, ignored))
        return false;
    try {
        JournalReader(journal).readOn([](Event&&) { throw Found(); });
    } catch (const Found&) {
        return true;
    }
    return false;
}

} // namespace fettle
