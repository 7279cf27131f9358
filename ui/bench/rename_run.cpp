// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/rename_run.h"

#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "ui/look/tr.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace fettle::ui
{
namespace
{
/// What is wrong with a name for a folder; empty where nothing is.
QString nameProblem(const QString& name)
{
    if (name.trimmed().isEmpty())
        return tr("A run needs a name.");
    if (name.contains(QLatin1Char('/')))
        return tr("A name cannot hold a slash (/).");
    if (name.startsWith(QLatin1Char('.')))
        return tr("A name cannot begin with a dot: the folder would be hidden.");
    if (std::any_of(name.begin(), name.end(), [](QChar c) { return c.category() == QChar::Other_Control; }))
        return tr("A name cannot hold line ends or other control characters.");
    return {};
}

/// 0, or errno. Never over something, not even an empty folder.
int renameNotOver(const QByteArray& from, const QByteArray& to)
{
    if (::renameat2(AT_FDCWD, from.constData(), AT_FDCWD, to.constData(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // A file system that cannot promise it: looked at first.
    if (QFileInfo::exists(QFile::decodeName(to)))
        return EEXIST;
    return std::rename(from.constData(), to.constData()) == 0 ? 0 : errno;
}
} // namespace

QString renameRunFolder(const QString& folder, const QString& name)
{
    const QFileInfo from(folder);
    if (name == from.fileName())
        return {};
    if (QString problem = nameProblem(name); !problem.isEmpty())
        return problem;
    if (!from.isDir())
        return tr("The run is not there any more.");
    const QString to = from.dir().filePath(name);
    try {
        const FolderLock lock(folder.toStdString()); // nobody may begin to write it meanwhile
        switch (const int error = renameNotOver(QFile::encodeName(folder), QFile::encodeName(to))) {
        case 0:
            return {};
        case EEXIST:
        case ENOTEMPTY:
            return tr("“%1” exists already in this folder.").arg(name);
        case ENAMETOOLONG:
            return tr("This name is too long for the disk.");
        default:
            return tr("The folder could not be renamed: %1.").arg(QString::fromLocal8Bit(std::strerror(error)));
        }
    } catch (const Error& error) {
        return FolderLock::isHeld(folder.toStdString())
                   ? tr("The run is being written: it can be renamed when it has ended.")
                   : QString::fromStdString(error.message());
    }
}

std::string movedPath(const std::string& path, const std::string& from, const std::string& to)
{
    return path == from || path.starts_with(from + '/') ? to + path.substr(from.size()) : path;
}

} // namespace fettle::ui
