// SPDX-License-Identifier: GPL-3.0-or-later
// A new run's folder while the run is set up.
#include "core/train/new_run_folder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/train/run_folder_names.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

namespace
{

constexpr int mostTries = 100; ///< another start that fails takes the folder away between two of our calls

[[noreturn]] void refuse(const fs::path& folder, int error)
{
    if (error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM)
        throwFileError(folder, "could not be created", error);
    throw badInput(fmt::format("output_dir: {} cannot be written: {}", folder.string(), std::strerror(error)),
                   "Choose another folder (output_dir).", "output_dir");
}

} // namespace

MadeFolders::~MadeFolders()
{
    for (auto folder = m_made.rbegin(); folder != m_made.rend(); ++folder)
        ::rmdir(folder->c_str());
}

void MadeFolders::make(const std::filesystem::path& folder)
{
    struct stat status = {};
    if (::stat(folder.c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode))
            refuse(folder, ENOTDIR);
        return;
    }
    if (folder.has_parent_path() && folder.parent_path() != folder)
        make(folder.parent_path());
    if (::mkdir(folder.c_str(), 0777) == 0)
        m_made.push_back(folder);
    else if (const int error = errno; error == EEXIST && ::stat(folder.c_str(), &status) != 0)
        refuse(folder, errno == ENOENT ? EEXIST : errno); // a link to nowhere
    else if (error != EEXIST && error != ENOENT)          // ENOENT: one above it is gone again
        refuse(folder, error);
}

NewRunFolder::NewRunFolder(std::filesystem::path folder) : m_folder(std::move(folder))
{
    for (int tries = 1; !m_lock; ++tries) {
        m_made.make(m_folder);
        if (::access(m_folder.c_str(), W_OK | X_OK) != 0 && errno != ENOENT)
            refuse(m_folder, errno);
        requireFree(m_folder);
        m_hadLockFile = lockFileOf(m_folder) != LockFile();
        try {
            m_lock = std::make_unique<FolderLock>(m_folder);
        } catch (const Error&) {
            std::error_code ignored;
            if (fs::exists(m_folder, ignored))
                throw;
            if (tries == mostTries)
                refuse(m_folder, ENOENT);
        }
    }
    try {
        requireFree(m_folder); // now that nobody else may write there
    } catch (...) {
        removeLock();
        throw;
    }
    removeLeftovers(m_folder, false);
}

NewRunFolder::~NewRunFolder()
{
    if (!m_lock)
        return;
    for (const std::string& name : m_owned)
        ::unlink((m_folder / name).c_str());
    removeLock();
}

void NewRunFolder::removeLock()
{
    if (!m_hadLockFile)
        removeLockFile(m_folder);
}

std::filesystem::path NewRunFolder::own(const std::string& name)
{
    m_owned.push_back(name);
    return m_folder / name;
}

std::unique_ptr<FolderLock> NewRunFolder::keep()
{
    m_made.keep();
    return std::move(m_lock);
}

} // namespace fettle
