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
#include <utility>
#include <vector>

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

/// A file or a folder, opened to bring it to the disk.
class Synced
{
public:
    explicit Synced(const fs::path& path) : m_path(path), m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        if (m_descriptor < 0)
            throwFileError(path, "could not be opened to sync it", errno);
    }
    ~Synced() { ::close(m_descriptor); }
    Synced(const Synced&) = delete;
    Synced& operator=(const Synced&) = delete;
    /// The disk begins; nothing is waited for, and nothing is promised.
    void begin() const { ::sync_file_range(m_descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); }
    void finish() const
    {
        if (::fsync(m_descriptor) != 0 && errno != EINVAL && errno != EROFS) // some file systems cannot sync a folder
            throwFileError(m_path, "could not be written", errno);
    }

private:
    const fs::path& m_path;
    int m_descriptor;
};

/// All that lies in a folder, and the folder. All files are begun before the first is waited for: a file system with a
/// log then writes one entry for them, not one for each.
void syncFolder(const fs::path& folder)
{
    std::vector<fs::path> paths{folder};
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() || entry.is_directory())
            paths.push_back(entry.path());
    for (const fs::path& path : paths)
        Synced(path).begin();
    for (auto path = paths.rbegin(); path != paths.rend(); ++path) // folders behind what is in them
        Synced(*path).finish();
}

void syncParent(const fs::path& path)
{
    const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
    Synced(parent).finish();
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

} // namespace

void writeAll(int descriptor, std::string_view bytes, const fs::path& name)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throwFileError(name, "could not be written", errno);
        bytes.remove_prefix(static_cast<size_t>(count));
    }
}

FileWriter::FileWriter(const fs::path& file, fs::path name)
    : m_name(std::move(name)), m_descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666))
{
    if (m_descriptor < 0)
        throwFileError(m_name, "could not be created", errno);
}

FileWriter::~FileWriter()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void FileWriter::write(std::string_view bytes)
{
    writeAll(m_descriptor, bytes, m_name);
}

void FileWriter::sync()
{
    if (::fsync(m_descriptor) != 0 && errno != EINVAL)
        throwFileError(m_name, "could not be written", errno);
}

void FileWriter::close()
{
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        throwFileError(m_name, "could not be written", errno);
}

void writeFile(const fs::path& file, std::string_view content)
{
    FileWriter writer(file);
    writer.write(content);
    writer.close();
}

void writeFileAtomically(const fs::path& file, std::string_view content)
{
    writeFileAtomically(file, [&](FileWriter& writer) { writer.write(content); });
}

void writeFileAtomically(const fs::path& file, const std::function<void(FileWriter& writer)>& fill)
{
    RemoveAtExit partial{partialName(file)};
    FileWriter writer(partial.path, file);
    fill(writer);
    writer.sync();
    writer.close();
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
        syncFolder(partial.path);
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
