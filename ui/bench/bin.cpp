// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/bin.h"

#include "ui/look/tr.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

namespace fettle::ui
{
namespace
{
/// The home bin as the freedesktop specification wants it, or why it cannot be. Qt 6.4 takes the current folder for a
/// bin where the folder above this one is missing, as on an account that never ran a desktop.
QString makeHomeBin()
{
    const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const QDir bin(data + QStringLiteral("/Trash"));
    for (const char* part : {".", "files", "info"}) {
        const QString folder = QDir::cleanPath(bin.filePath(QLatin1String(part)));
        if (QFileInfo(folder).isDir())
            continue;
        if (data.isEmpty() || !QDir().mkpath(folder))
            return tr("There is no bin, and %1 cannot be made.").arg(folder);
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    return {};
}
} // namespace

QString moveToBin(const QString& path)
{
    if (!QFileInfo::exists(path))
        return tr("It is not there any more.");
    if (QString problem = makeHomeBin(); !problem.isEmpty())
        return problem;
    QFile target(QFileInfo(path).absoluteFilePath());
    if (target.moveToTrash())
        return {};
    return tr("Its disk may have no bin, or the folder above it may be read-only.");
}

} // namespace fettle::ui
