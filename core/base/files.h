// SPDX-License-Identifier: GPL-3.0-or-later
// Files: whole reads, atomic writes, memory maps, locks, free space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace fettle
{

namespace fs = std::filesystem;

/// The whole file; throws BadInput where it is missing, a folder or unreadable. What a person names as input may be a
/// pipe; everything else is for readRegularFile.
std::string readFile(const fs::path& file, uint64_t maxBytes = UINT64_MAX);
/// The whole file, which must be a plain one (or a link to one) of at most `maxBytes`: for all that lies in a model's
/// or a run's folder. Pipes, sockets and devices throw BadInput at once, they are never waited for.
std::string readRegularFile(const fs::path& file, uint64_t maxBytes = UINT64_MAX);
/// Throws BadInput unless `descriptor` is a plain file. To be used on files opened with O_NONBLOCK.
void requireRegularFile(int descriptor, const fs::path& file);
/// A descriptor to be closed; throws BadInput where the file cannot be opened. `flags`: of open(), besides.
int openForReading(const fs::path& file, int flags);
/// All of them, or OutOfResources where the disk is full. `name`: what messages call the file.
void writeAll(int descriptor, std::string_view bytes, const fs::path& name);
/// A file that is written in pieces, at its place and without being synced: for those who fill what is written
/// atomically. Throws OutOfResources when the disk is full.
class FileWriter
{
public:
    explicit FileWriter(const fs::path& file) : FileWriter(file, file) {}
    /// `name`: what messages call it.
    FileWriter(const fs::path& file, fs::path name);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    void write(std::string_view bytes);
    void sync();
    /// Some file systems say only now that there was no room.
    void close();

private:
    fs::path m_name;
    int m_descriptor = -1;
};
void writeFile(const fs::path& file, std::string_view content);
/// Writes beside the name, syncs, renames: readers see the old file or the new one. Throws OutOfResources when the disk
/// is full; if `fill` throws, nothing half-written stays.
void writeFileAtomically(const fs::path& file, const std::function<void(FileWriter& writer)>& fill);
void writeFileAtomically(const fs::path& file, std::string_view content);
/// Fills a folder beside `target` through `fill`, syncs every file and the folder, then renames it to `target` (an
/// older `target` is replaced). If `fill` throws, nothing stays. Files in it need not be synced by `fill`.
void writeFolderAtomically(const fs::path& target, const std::function<void(const fs::path& folder)>& fill);
/// Turns errno into an Error about `file`: full disk, quota and size limit → OutOfResources, all else Failed.
[[noreturn]] void throwFileError(const fs::path& file, const char* what, int errorNumber);

/// "~" and "~/…" with the user's home folder.
fs::path expandUser(const std::string& path);
/// Where this user keeps what can be made again (XDG_CACHE_HOME): a folder of Fettle's own, which need not exist.
fs::path cacheFolder();
/// Bytes that may still be written where `path` (or its nearest existing parent) lies.
uint64_t freeDiskBytes(const fs::path& path);
/// The folder of bundled models, texts and demos: FETTLE_RESOURCES, else beside the installed program, else the source.
fs::path resourceFolder();

struct MapWatch;
/// A read-only memory map of a whole plain file. What is read of it stays what it was where the file is removed, or
/// replaced as writeFileAtomically does it. Where it is cut short or its disk vanishes, the program does not end by
/// SIGBUS: zeros are read from there on, and requireUnchanged() tells.
class MappedFile
{
public:
    explicit MappedFile(const fs::path& file);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    const std::byte* data() const { return m_data; }
    size_t size() const { return m_size; }
    /// Throws BadInput where the file itself was written to, cut short or lost since it was mapped: what was read of it
    /// since then means nothing. Costs one call of fstat.
    void requireUnchanged() const;

private:
    fs::path m_path;
    int m_descriptor = -1;
    const std::byte* m_data = nullptr;
    size_t m_size = 0;
    timespec m_written = {};
    MapWatch* m_watch = nullptr; ///< its place among the maps that the handler of SIGBUS knows
};

} // namespace fettle
