// SPDX-License-Identifier: GPL-3.0-or-later
// Atomic writes: beside the name, synced, renamed.
#include "core/base/error.h"
#include "core/base/files.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace fettle
{

namespace
{

/// A hidden name beside `target`, this process's own.
fs::path partialName(const fs::path& target)
{
    static std::atomic<unsigned> counter{0};
    return target.parent_path() /
           fmt::format(".{}.partial-{}-{}", target.filename().string(), ::getpid(), counter.fetch_add(1));
}

/// "a/b/" and "a/b" are the same folder; the former has no file name.
fs::path withoutTrailingSlash(const fs::path& path)
{
    return path.has_filename() ? path : path.parent_path();
}

/// Syncs a file or a folder to the disk.
void syncPath(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throwFileError(path, "could not be opened to sync it", errno);
    const bool failed = ::fsync(descriptor) != 0;
    const int error = errno;
    ::close(descriptor);
    if (failed && error != EINVAL && error != EROFS) // some file systems cannot sync a folder
        throwFileError(path, "could not be written", error);
}

void syncParent(const fs::path& path)
{
    syncPath(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

/// Removes a path when the scope ends, unless told not to.
struct RemoveAtExit {
    fs::path path;
    bool armed = true;
    ~RemoveAtExit()
    {
        std::error_code ignored;
        if (armed)
            fs::remove_all(path, ignored);
    }
};

void writeAll(int descriptor, std::string_view content, const fs::path& file)
{
    while (!content.empty()) {
        const ssize_t count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throwFileError(file, "could not be written", errno);
        content.remove_prefix(static_cast<size_t>(count));
    }
}

} // namespace

void writeFileAtomically(const fs::path& file, std::string_view content)
{
    RemoveAtExit partial{partialName(file)};
    const int descriptor = ::open(partial.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        throwFileError(file, "could not be created", errno);
    try {
        writeAll(descriptor, content, file);
        if (::fsync(descriptor) != 0 && errno != EINVAL)
            throwFileError(file, "could not be written", errno);
    } catch (...) {
        ::close(descriptor);
        throw;
    }
    if (::close(descriptor) != 0)
        throwFileError(file, "could not be written", errno);
    if (::rename(partial.path.c_str(), file.c_str()) != 0)
        throwFileError(file, "could not be replaced", errno);
    partial.armed = false;
    syncParent(file);
}

void writeFolderAtomically(const fs::path& targetFolder, const std::function<void(const fs::path& folder)>& fill)
{
    const fs::path target = withoutTrailingSlash(targetFolder);
    RemoveAtExit partial{partialName(target)};
    try {
        if (target.has_parent_path())
            fs::create_directories(target.parent_path());
        fs::create_directory(partial.path);
        fill(partial.path);
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(partial.path))
            if (entry.is_regular_file() || entry.is_directory())
                syncPath(entry.path());
        syncPath(partial.path);
    } catch (const fs::filesystem_error& error) {
        throwFileError(target, "could not be written", error.code().value());
    }
    if (!fs::exists(target)) {
        if (::rename(partial.path.c_str(), target.c_str()) != 0)
            throwFileError(target, "could not be created", errno);
        partial.armed = false;
    } else if (::renameat2(AT_FDCWD, partial.path.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0) {
        // The file system cannot exchange two names: the old folder steps aside for an instant.
        RemoveAtExit old{partialName(target)};
        if (::rename(target.c_str(), old.path.c_str()) != 0 || ::rename(partial.path.c_str(), target.c_str()) != 0) {
            const int error = errno;
            old.armed = fs::exists(target) || ::rename(old.path.c_str(), target.c_str()) == 0;
            throwFileError(target, "could not be replaced", error);
        }
        partial.armed = false;
    }
    syncParent(target);
}

} // namespace fettle
