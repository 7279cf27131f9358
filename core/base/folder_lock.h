// SPDX-License-Identifier: GPL-3.0-or-later
// A lock on a folder, and the file behind it: who holds it, whether it is still there, how it goes again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fettle
{

/// An advisory lock on a folder (a file ".fettle-lock" in it, flock), held while the object lives. A link under that
/// name is not followed: nothing outside the folder is touched.
class FolderLock
{
public:
    /// Throws BadInput where another process holds it.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    /// Whether another process writes this folder now; returns at once.
    static bool isHeld(const std::filesystem::path& folder);

private:
    int m_descriptor = -1;
};

/// Which file it is: another one of the same name is not equal.
struct LockFile {
    uint64_t device = 0, inode = 0; ///< zeros: there is none
    bool operator==(const LockFile&) const = default;
};

/// The lock's file of a folder as it is now. Compared with what it was when the lock was taken, it says whether the
/// folder is still in its place: not once it was deleted or moved.
LockFile lockFileOf(const std::filesystem::path& folder);
/// "process 1234 on HOST": who holds it, or held it last; empty where that is not known.
std::string lockHolder(const std::filesystem::path& folder);
/// For who holds the lock and leaves the folder as it was found. Safe for others: who opened the file before and locks
/// it later sees that it is gone, and makes a new one.
void removeLockFile(const std::filesystem::path& folder);

} // namespace fettle
