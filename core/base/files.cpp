// SPDX-License-Identifier: GPL-3.0-or-later
// Whole reads, memory maps, paths and free space.
#include "core/base/files.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fettle
{

namespace
{

/// What a thing that is no plain file is, for people.
const char* kindOfFile(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
           : S_ISCHR(mode)  ? "a device"
           : S_ISBLK(mode)  ? "a device"
                            : "something else";
}

/// An open descriptor and its size; BadInput where there is none.
struct OpenedFile {
    OpenedFile(const fs::path& file, int flags) : descriptor(openForReading(file, flags))
    {
        struct stat status = {};
        if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
            size = static_cast<size_t>(status.st_size);
    }
    ~OpenedFile() { ::close(descriptor); }
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    int descriptor;
    size_t size = 0; ///< of a plain file
};

[[noreturn]] void tooLarge(const fs::path& file, uint64_t maxBytes)
{
    throw badInput(fmt::format("{}: this file is larger than {}, too large for what it should be", file.string(),
                               humanBytes(maxBytes)));
}

/// What is in the file behind what was `begun` to be read of it.
std::string readAll(const OpenedFile& opened, const fs::path& file, uint64_t maxBytes, std::string content = {})
{
    if (opened.size > maxBytes)
        tooLarge(file, maxBytes);
    content.reserve(opened.size);
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = ::read(opened.descriptor, buffer, sizeof(buffer));
        if (count == 0)
            return content;
        if (count < 0) {
            if (errno == EINTR)
                continue;
            throw badInput(fmt::format("{}: could not be read: {}", file.string(), std::strerror(errno)));
        }
        content.append(buffer, static_cast<size_t>(count));
        if (content.size() > maxBytes)
            tooLarge(file, maxBytes);
    }
}

/// Waits for the first bytes of a pipe that was opened with O_NONBLOCK, and returns what it had to take to know that
/// somebody writes; throws BadInput where nobody does.
std::string awaitWriter(int descriptor, const fs::path& file)
{
    constexpr int milliseconds = 3000; // what was started together with this may take its time
    pollfd pipe = {descriptor, POLLIN, 0};
    if (::poll(&pipe, 1, milliseconds) != 0)
        return {};
    char byte = 0;
    const ssize_t count = ::read(descriptor, &byte, 1); // 0 without a writer, EAGAIN while it thinks
    if (count == 0)
        throw badInput(fmt::format("{}: this is a pipe, and nobody writes into it", file.string()),
                       "Give a file, or start what writes into the pipe.");
    return std::string(count > 0 ? 1 : 0, byte);
}

fs::path homeFolder()
{
    if (const char* home = std::getenv("HOME"); home && *home)
        return home;
    const passwd* user = ::getpwuid(::getuid());
    return user && user->pw_dir ? fs::path(user->pw_dir) : fs::path("/");
}

} // namespace

int openForReading(const fs::path& file, int flags)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | flags);
    if (descriptor < 0) {
        const bool isSocket = errno == ENXIO; // a socket cannot be opened at all
        throw badInput(fmt::format("{}: {}", file.string(),
                                   errno == ENOENT ? "there is no such file"
                                   : isSocket      ? "this is a socket, not a file"
                                                   : std::strerror(errno)));
    }
    return descriptor;
}

std::string readFile(const fs::path& file, uint64_t maxBytes)
{
    const OpenedFile opened(file, O_NONBLOCK); // a pipe would be waited for
    struct stat status = {};
    const bool known = ::fstat(opened.descriptor, &status) == 0;
    if (known && S_ISDIR(status.st_mode))
        throw badInput(fmt::format("{}: this is a folder, not a file", file.string()));
    std::string begun;
    if (known && S_ISFIFO(status.st_mode))
        begun = awaitWriter(opened.descriptor, file);
    ::fcntl(opened.descriptor, F_SETFL, ::fcntl(opened.descriptor, F_GETFL) & ~O_NONBLOCK);
    return readAll(opened, file, maxBytes, std::move(begun));
}

std::string readRegularFile(const fs::path& file, uint64_t maxBytes)
{
    const OpenedFile opened(file, O_NONBLOCK);
    requireRegularFile(opened.descriptor, file);
    return readAll(opened, file, maxBytes);
}

void requireRegularFile(int descriptor, const fs::path& file)
{
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        throw badInput(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    if (!S_ISREG(status.st_mode))
        throw badInput(fmt::format("{}: this is {}, not a file", file.string(), kindOfFile(status.st_mode)),
                       "Put the file itself there.");
}

void throwFileError(const fs::path& file, const char* what, int errorNumber)
{
    const auto exhausted = [&](const std::string& why, const char* hint) {
        throw Error(ErrorCode::OutOfResources, fmt::format("{}: {}: {}", file.string(), what, why), hint, "output_dir");
    };
    if (errorNumber == ENOSPC)
        exhausted(fmt::format("no space left on the disk ({} free)", humanBytes(freeDiskBytes(file))),
                  "Make room on this disk, or choose another folder (output_dir).");
    if (errorNumber == EDQUOT)
        exhausted("your share of this disk (its quota) is used up",
                  "Remove files of yours, or choose a folder on another disk (output_dir).");
    if (errorNumber == EFBIG)
        exhausted("the file would be larger than this session or file system allows",
                  "Raise the limit (ulimit -f unlimited), or choose a folder on another disk (output_dir).");
    if (errorNumber == ENAMETOOLONG)
        throw badInput(fmt::format("{}: this is too long for the name of a file", shown(file.string())));
    throw Error(ErrorCode::Failed, fmt::format("{}: {}: {}", file.string(), what, std::strerror(errorNumber)));
}

fs::path expandUser(const std::string& path)
{
    if (path == "~")
        return homeFolder();
    if (path.compare(0, 2, "~/") == 0)
        return homeFolder() / path.substr(2);
    return path;
}

fs::path cacheFolder()
{
    // A relative one is to be ignored, says the XDG specification.
    if (const char* given = std::getenv("XDG_CACHE_HOME"); given && *given == '/')
        return fs::path(given) / "fettle";
    return homeFolder() / ".cache" / "fettle";
}

uint64_t freeDiskBytes(const fs::path& path)
{
    std::error_code ignored;
    fs::path existing = fs::absolute(path, ignored);
    while (!existing.empty() && !fs::exists(existing, ignored) && existing != existing.root_path())
        existing = existing.parent_path();
    const fs::space_info space = fs::space(existing, ignored);
    return ignored ? 0 : space.available;
}

fs::path resourceFolder()
{
    if (const char* given = std::getenv("FETTLE_RESOURCES"); given && *given)
        return given;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    fs::path installed = program.parent_path().parent_path() / "share" / "fettle";
    if (!program.empty() && fs::is_directory(installed, ignored))
        return installed;
    return FETTLE_SOURCE_RESOURCES;
}

} // namespace fettle
