// SPDX-License-Identifier: GPL-3.0-or-later
// A new run's folder while the run is set up.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

class FolderLock;

/// Folders that this process made; those that are empty go again, the deepest first, unless kept.
class MadeFolders
{
public:
    MadeFolders() = default;
    ~MadeFolders();
    MadeFolders(const MadeFolders&) = delete;
    MadeFolders& operator=(const MadeFolders&) = delete;
    /// Makes a folder and those above it that are missing. Throws BadInput (subject "output_dir") where that is not
    /// allowed, OutOfResources on a full disk.
    void make(const std::filesystem::path& folder);
    void keep() { m_made.clear(); }

private:
    std::vector<std::filesystem::path> m_made;
};

/// Made, locked and found free before anything is read or written; left as it was found unless kept. Only what this
/// process made goes again: files by their names, folders where nothing else is in them.
class NewRunFolder
{
public:
    /// Throws BadInput (subject "output_dir") where the folder cannot be written, another program is at it, or
    /// something in it is in a run's way.
    explicit NewRunFolder(std::filesystem::path folder);
    ~NewRunFolder();
    NewRunFolder(const NewRunFolder&) = delete;
    NewRunFolder& operator=(const NewRunFolder&) = delete;

    /// The place for a file that is about to be written, and goes again with the folder.
    std::filesystem::path own(const std::string& name);
    /// From now on the folder is the run's.
    std::unique_ptr<FolderLock> keep();

private:
    void removeLock();

    std::filesystem::path m_folder;
    MadeFolders m_made; ///< before the lock: what is in them goes first
    std::unique_ptr<FolderLock> m_lock;
    bool m_hadLockFile = false;
    std::vector<std::string> m_owned;
};

} // namespace fettle
