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
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

/// An open descriptor of an ordinary file and its size; BadInput where there is none.
struct OpenedFile {
    explicit OpenedFile(const fs::path& file) : descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC))
    {
        struct stat status = {};
        if (descriptor < 0)
            throw badInput(
                fmt::format("{}: {}", file.string(), errno == ENOENT ? "there is no such file" : std::strerror(errno)));
        if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
            ::close(descriptor);
            throw badInput(fmt::format("{}: this is a folder, not a file", file.string()));
        }
        size = static_cast<size_t>(status.st_size);
    }
    ~OpenedFile() { ::close(descriptor); }
    OpenedFile(const OpenedFile&) = delete;
    OpenedFile& operator=(const OpenedFile&) = delete;

    int descriptor;
    size_t size = 0;
};

fs::path homeFolder()
{
    if (const char* home = std::getenv("HOME"); home && *home)
        return home;
    const passwd* user = ::getpwuid(::getuid());
    return user && user->pw_dir ? fs::path(user->pw_dir) : fs::path("/");
}

} // namespace

std::string readFile(const fs::path& file)
{
    const OpenedFile opened(file);
    std::string content;
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
    }
}

void throwFileError(const fs::path& file, const char* what, int errorNumber)
{
    // EFBIG: a limit on file size (ulimit -f) is a full disk to the person who meets it.
    if (errorNumber == ENOSPC || errorNumber == EDQUOT || errorNumber == EFBIG)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("{}: {}: no space left on the disk ({} free)", file.string(), what,
                                humanBytes(freeDiskBytes(file))),
                    "Make room on this disk, or choose another folder (output_dir).", "output_dir");
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
    const fs::path installed = program.parent_path().parent_path() / "share" / "fettle";
    if (!program.empty() && fs::is_directory(installed, ignored))
        return installed;
    return FETTLE_SOURCE_RESOURCES;
}

MappedFile::MappedFile(const fs::path& file)
{
    const OpenedFile opened(file);
    m_size = opened.size;
    if (m_size == 0) // an empty map is no map
        return;
    void* address = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, opened.descriptor, 0);
    if (address == MAP_FAILED)
        throw badInput(fmt::format("{}: could not be mapped: {}", file.string(), std::strerror(errno)));
    m_data = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

} // namespace fettle
