// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/show_folder.h"

#include "ui/look/tr.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

namespace fettle::ui
{
void showFolder(const QString& folder, QObject* context,
                const std::function<void(const QString& message, const QString& hint)>& failed)
{
    if (!QFileInfo(folder).isDir()) {
        failed(tr("There is no folder %1.").arg(folder), tr("It may have been moved or renamed."));
        return;
    }
    const auto noManager = [folder, failed] {
        failed(tr("No file manager answered."), tr("The folder is %1.").arg(folder));
    };
    // Asked by ourselves, since QDesktopServices cannot tell that xdg-open found nothing to open a folder with.
    const QString opener = QStandardPaths::findExecutable(QStringLiteral("xdg-open"));
    if (opener.isEmpty()) {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(folder)))
            noManager();
        return;
    }
    auto* process = new QProcess(QCoreApplication::instance());
    process->setProgram(opener);
    process->setArguments({folder});
    process->setStandardOutputFile(QProcess::nullDevice());
    process->setStandardErrorFile(QProcess::nullDevice());
    QObject::connect(process, &QProcess::finished, context, [noManager](int code, QProcess::ExitStatus status) {
        if (code != 0 || status != QProcess::NormalExit)
            noManager();
    });
    QObject::connect(process, &QProcess::errorOccurred, context, [noManager](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            noManager();
    });
    QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->start();
}

} // namespace fettle::ui
