// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/choose_files.h"

#include "core/arguments/run_config.h"
#include "core/data/preview.h"
#include "ui/look/tr.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

namespace fettle::ui
{
namespace
{
QString lastFolder(const QString& key, const QString& otherwise)
{
    const QString folder = QSettings().value(QStringLiteral("folders/") + key).toString();
    return !folder.isEmpty() && QDir(folder).exists() ? folder : otherwise;
}

void remember(const QString& key, const QString& folder)
{
    QSettings().setValue(QStringLiteral("folders/") + key, folder);
}

QString folderFor(QWidget* parent, const QString& key, const QString& title, const QString& otherwise)
{
    QString folder = QFileDialog::getExistingDirectory(parent, title, lastFolder(key, otherwise));
    if (!folder.isEmpty())
        remember(key, QFileInfo(folder).absolutePath());
    return folder;
}
QString fileFor(const QString& key, const QString& chosen)
{
    if (!chosen.isEmpty())
        remember(key, QFileInfo(chosen).absolutePath());
    return chosen;
}

constexpr const char* textsKey = "texts";

QString textFilter()
{
    return tr("Texts and tables (%1);;All files (*)").arg(QLatin1String(usualTextNames));
}
} // namespace

QStringList chooseTexts(QWidget* parent, const QString& title)
{
    const QString key = QLatin1String(textsKey);
    QStringList files = QFileDialog::getOpenFileNames(parent, title.isEmpty() ? tr("Open a text") : title,
                                                      lastFolder(key, QDir::homePath()), textFilter());
    if (!files.isEmpty())
        remember(key, QFileInfo(files.front()).absolutePath());
    return files;
}

QString chooseText(QWidget* parent, const QString& title)
{
    const QString key = QLatin1String(textsKey);
    return fileFor(key, QFileDialog::getOpenFileName(parent, title, lastFolder(key, QDir::homePath()), textFilter()));
}

QString chooseTextFolder(QWidget* parent, const QString& title)
{
    return folderFor(parent, QLatin1String(textsKey), title.isEmpty() ? tr("Open a folder of texts") : title,
                     QDir::homePath());
}

QString chooseModelFolder(QWidget* parent)
{
    return folderFor(parent, QStringLiteral("models"), tr("Open a model folder"), QDir::homePath());
}

QString chooseRunFolder(QWidget* parent)
{
    return folderFor(parent, QStringLiteral("runs"), tr("Open a run"),
                     QString::fromStdString(defaultRunsFolder().string()));
}

QString chooseFolder(QWidget* parent)
{
    return folderFor(parent, QStringLiteral("any"), tr("Open a run or a model folder"), QDir::homePath());
}

QString chooseRunFile(QWidget* parent)
{
    const QString key = QStringLiteral("runFiles");
    return fileFor(key, QFileDialog::getOpenFileName(parent, tr("Open a run file"), lastFolder(key, QDir::homePath()),
                                                     tr("Run files (*.json);;All files (*)")));
}

QString chooseOutputFolder(QWidget* parent, const QString& title)
{
    return folderFor(parent, QStringLiteral("output"), title, QString::fromStdString(defaultRunsFolder().string()));
}

QString chooseFileToSave(QWidget* parent, const QString& title, const QString& name, const QString& filters,
                         QString* filter)
{
    const QString key = QStringLiteral("saved");
    return fileFor(key, QFileDialog::getSaveFileName(
                            parent, title, QDir(lastFolder(key, QDir::homePath())).filePath(name), filters, filter));
}

} // namespace fettle::ui
