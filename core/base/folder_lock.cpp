// SPDX-License-Identifier: GPL-3.0-or-later
// An advisory lock on a folder.
#include "core/base/folder_lock.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

constexpr const char* lockFileName = ".fettle-lock";
constexpr int openFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK; // neither through a link nor waiting for a pipe's end
constexpr int mostTries = 20;                                  ///< of 10 ms
constexpr std::string_view holderWord = "process ";

int openLockFile(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | openFlags, 0666);
    const int error = errno;
    struct stat status = {};
    const bool isPlain = descriptor >= 0 && ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (isPlain)
        return descriptor;
    if (descriptor >= 0)
        ::close(descriptor);
    if (descriptor >= 0 || error == ELOOP || error == ENXIO || error == EISDIR)
        throw badInput(fmt::format("{}: this is no lock file, but a link or no plain file", file.string()),
                       "Remove it, or choose another folder.", "output_dir");
    throwFileError(file, "could not be created", error);
}

/// Whether the open file is the one of that name: it may have been removed, or made anew, since it was opened.
bool isNamed(int descriptor, const fs::path& file)
{
    struct stat opened = {}, named = {};
    return ::fstat(descriptor, &opened) == 0 && ::lstat(file.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/// Only words for people: a disk that is full, or a file that is not ours alone, goes without.
void writeHolder(int descriptor)
{
    char host[256] = {};
    ::gethostname(host, sizeof(host) - 1);
    const std::string text = fmt::format("{}{} on {}\n", holderWord, ::getpid(), host);
    char first[holderWord.size()] = {};
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0 || status.st_nlink != 1)
        return;
    if (status.st_size > 0 && (::pread(descriptor, first, sizeof(first), 0) != sizeof(first) ||
                               std::string_view(first, sizeof(first)) != holderWord))
        return;
    if (::ftruncate(descriptor, 0) == 0) [[maybe_unused]]
        const ssize_t ignored = ::pwrite(descriptor, text.data(), text.size(), 0);
}

} // namespace

FolderLock::FolderLock(const fs::path& folder)
{
    const fs::path file = folder / lockFileName;
    for (int tries = 0;;) {
        m_descriptor = openLockFile(file);
        if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) {
            if (isNamed(m_descriptor, file))
                break;
            ::close(m_descriptor); // its last holder removed it between the two calls
            continue;
        }
        const int error = errno;
        ::close(m_descriptor);
        // isHeld() of another program holds the lock for an instant: a few tries before it counts as taken.
        if (error == EINTR || (error == EWOULDBLOCK && tries++ < mostTries)) {
            ::usleep(10000);
            continue;
        }
        if (error != EWOULDBLOCK)
            throwFileError(file, "could not be locked", error);
        const std::string who = lockHolder(folder);
        throw badInput(fmt::format("{} is being written by another Fettle{}", folder.string(),
                                   who.empty() ? who : " (" + who + ")"),
                       "Wait until that run ends, stop it, or choose another folder.", "output_dir");
    }
    writeHolder(m_descriptor);
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

LockFile lockFileOf(const fs::path& folder)
{
    struct stat status = {};
    if (::lstat((folder / lockFileName).c_str(), &status) != 0)
        return {};
    return {status.st_dev, status.st_ino};
}

void removeLockFile(const fs::path& folder)
{
    ::unlink((folder / lockFileName).c_str());
}

std::string lockHolder(const fs::path& folder)
{
    char block[300];
    const int descriptor = ::open((folder / lockFileName).c_str(), O_RDONLY | openFlags);
    if (descriptor < 0)
        return {};
    const ssize_t count = ::read(descriptor, block, sizeof(block));
    ::close(descriptor);
    const std::string text = trim(std::string_view(block, static_cast<size_t>(std::max<ssize_t>(0, count))));
    const bool isOurs = text.starts_with(holderWord) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                            return std::isalnum(c) || c == ' ' || c == '-' || c == '.' || c == '_';
                        });
    return isOurs ? text : std::string();
}

} // namespace fettle
