// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/choose_files.h"

#include "core/arguments/run_config.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

namespace fettle::ui
{
namespace
{
QString tr(const char* text)
{
    return QCoreApplication::translate("ChooseFiles", text);
}

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
    const QString folder = QFileDialog::getExistingDirectory(parent, title, lastFolder(key, otherwise));
    if (!folder.isEmpty())
        remember(key, QFileInfo(folder).absolutePath());
    return folder;
}
} // namespace

QStringList chooseTexts(QWidget* parent)
{
    const QString key = QStringLiteral("texts");
    const QStringList files = QFileDialog::getOpenFileNames(
        parent, tr("Open a text"), lastFolder(key, QDir::homePath()),
        tr("Texts and tables (*.txt *.md *.csv *.tsv *.json *.jsonl *.ndjson);;All files (*)"));
    if (!files.isEmpty())
        remember(key, QFileInfo(files.front()).absolutePath());
    return files;
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
    const QString file = QFileDialog::getOpenFileName(parent, tr("Open a run file"), lastFolder(key, QDir::homePath()),
                                                      tr("Run files (*.json);;All files (*)"));
    if (!file.isEmpty())
        remember(key, QFileInfo(file).absolutePath());
    return file;
}

} // namespace fettle::ui
