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
}

FolderLock::FolderLock(const fs::path& folder)
{
    const fs::path file = folder / lockFileName;
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (m_descriptor < 0)
        throwFileError(file, "could not be created", errno);
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
    const int descriptor = ::open((folder / lockFileName).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

} // namespace fettle
