// SPDX-License-Identifier: GPL-3.0-or-later
// An advisory lock on a folder.
#include "core/base/error.h"
#include "core/base/files.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace fettle
{

namespace
{
constexpr const char* lockFileName = ".fettle-lock";
constexpr int openFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK; // neither through a link nor waiting for a pipe's end
} // namespace

FolderLock::FolderLock(const fs::path& folder)
{
    const fs::path file = folder / lockFileName;
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | openFlags, 0666);
    if (m_descriptor < 0 && (errno == ELOOP || errno == ENXIO))
        throw badInput(fmt::format("{}: this is no lock file, but a link or a socket", file.string()),
                       "Remove it, or choose another folder.", "output_dir");
    if (m_descriptor < 0)
        throwFileError(file, "could not be created", errno);
    try {
        requireRegularFile(m_descriptor, file);
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
    // isHeld() of another program holds the lock for an instant: a few tries before it counts as taken.
    for (int tries = 0; ::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0; ++tries) {
        const int error = errno;
        if (error == EINTR || (error == EWOULDBLOCK && tries < 20)) {
            ::usleep(10000);
            continue;
        }
        ::close(m_descriptor);
        if (error != EWOULDBLOCK)
            throwFileError(file, "could not be locked", error);
        throw badInput(fmt::format("{} is being written by another Fettle", folder.string()),
                       "Wait until that run ends, stop it, or choose another folder.", "output_dir");
    }
}

FolderLock::~FolderLock()
{
    ::close(m_descriptor);
}

bool FolderLock::isHeld(const fs::path& folder)
{
    const int descriptor = ::open((folder / lockFileName).c_str(), O_RDONLY | openFlags);
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

} // namespace fettle
