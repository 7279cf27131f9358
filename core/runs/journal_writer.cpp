// SPDX-License-Identifier: GPL-3.0-or-later
// Appending to a journal without ever leaving half a line.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/journal.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

/// Length of the file up to and with its last line end.
off_t lengthOfWholeLines(int descriptor, off_t size)
{
    char block[4096];
    for (off_t end = size; end > 0;) {
        const auto count = static_cast<off_t>(std::min<off_t>(end, sizeof(block)));
        if (::pread(descriptor, block, static_cast<size_t>(count), end - count) != count)
            return size;
        for (off_t i = count; i > 0; --i)
            if (block[i - 1] == '\n')
                return end - count + i;
        end -= count;
    }
    return 0;
}

} // namespace

JournalWriter::JournalWriter(const std::filesystem::path& file)
    : m_file(file),
      // Neither through a link, which would lead out of the run's folder, nor waiting for a pipe's other end.
      m_descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666))
{
    const int openError = errno;
    struct stat status = {};
    const bool isOpen = m_descriptor >= 0 && ::fstat(m_descriptor, &status) == 0;
    if (isOpen ? !S_ISREG(status.st_mode) : openError == ELOOP || openError == ENXIO || openError == EISDIR) {
        if (isOpen)
            ::close(m_descriptor);
        throw badInput(fmt::format("{}: this is no journal, but a link or no plain file", file.string()),
                       "Put the journal itself back in its place.", "output_dir");
    }
    if (!isOpen)
        throwFileError(file, "could not be opened", openError);
    if (status.st_size == 0)
        return;
    const off_t whole = lengthOfWholeLines(m_descriptor, status.st_size);
    if (whole != status.st_size && ::ftruncate(m_descriptor, whole) != 0) {
        const int error = errno;
        ::close(m_descriptor);
        throwFileError(file, "could not be mended", error);
    }
}

JournalWriter::~JournalWriter()
{
    ::close(m_descriptor);
}

void JournalWriter::write(const Event& event)
{
    std::string line = journalLine(event);
    if (line.empty())
        return;
    line += '\n';
    struct stat status = {};
    ::fstat(m_descriptor, &status);
    for (size_t done = 0; done < line.size();) {
        const ssize_t count = ::write(m_descriptor, line.data() + done, line.size() - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            const int error = errno;
            if (::ftruncate(m_descriptor, status.st_size) != 0)
                throwFileError(m_file, "could not be written nor mended", error);
            throwFileError(m_file, "could not be written", error);
        }
        done += static_cast<size_t>(count);
    }
}

void JournalWriter::sync()
{
    if (::fdatasync(m_descriptor) != 0 && errno != EINVAL)
        throwFileError(m_file, "could not be written", errno);
}

} // namespace fettle
