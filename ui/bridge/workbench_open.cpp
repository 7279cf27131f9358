// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped or chosen: a run, a run file, a model folder or a text; and the list of runs.
#include "ui/bridge/workbench_private.h"

#include <utility>

#include "core/base/files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSettings>

namespace fettle::ui
{

QString textName(const DataConfig& data)
{
    if (data.train.empty())
        return {};
    if (data.train.size() > 1)
        return Workbench::tr("%n files", nullptr, static_cast<int>(data.train.size()));
    const QString reference = QString::fromStdString(data.train.front());
    const QString prefix = QStringLiteral("bundled:");
    if (reference.startsWith(prefix))
        return reference.mid(prefix.size()) + QStringLiteral(".txt");
    return QFileInfo(reference).fileName();
}

void Workbench::openRunFile(const QString& file)
{
    try {
        setConfig(readRunConfig(file.toStdString()));
        Q_EMIT pageWanted(QStringLiteral("settings"));
    } catch (const Error& error) {
        Q_EMIT messageForUser(QString::fromStdString(error.message()), QString::fromStdString(error.hint()));
    }
}

void Workbench::openPath(const QString& path)
{
    const QFileInfo info(path);
    const QDir folder(path);
    if (!info.exists()) {
        Q_EMIT messageForUser(tr("There is no “%1”.").arg(path), tr("It may have been moved or renamed."));
    } else if (info.isDir() &&
               (folder.exists(QStringLiteral("journal.jsonl")) ||
                (folder.exists(QStringLiteral("run.json")) && folder.exists(QStringLiteral("passport.json"))))) {
        openRun(info.absoluteFilePath());
    } else if (info.isDir() &&
               (folder.exists(QStringLiteral("config.json")) ||
                !folder.entryList({QStringLiteral("*.safetensors"), QStringLiteral("*.bin")}).isEmpty())) {
        addModelFolder(info.absoluteFilePath());
        if (folder.exists(QStringLiteral("config.json")))
            setModel(info.absoluteFilePath());
        Q_EMIT pageWanted(QStringLiteral("model"));
    } else if (info.isDir()) {
        Q_EMIT messageForUser(tr("“%1” is neither a run nor a model.").arg(info.fileName()),
                              tr("A run folder holds journal.jsonl, a model folder config.json. For texts, choose the "
                                 "files themselves."));
    } else if (info.fileName() == QLatin1String("config.json") || info.suffix() == QLatin1String("safetensors")) {
        openPath(info.absolutePath());
    } else if (info.fileName() == QLatin1String("journal.jsonl")) {
        openRun(info.absolutePath());
    } else if (info.suffix() == QLatin1String("json")) {
        openRunFile(info.absoluteFilePath());
    } else {
        setTexts({info.absoluteFilePath()});
        Q_EMIT pageWanted(QStringLiteral("data"));
    }
}

void Workbench::startDemo(const QString& name)
{
    if (d->running) {
        Q_EMIT messageForUser(tr("A run is in progress."), tr("Stop it first, then try the demo."));
        return;
    }
    try {
        setConfig(readRunConfig(resourceFolder() / "demos" / (name.toStdString() + ".json")));
    } catch (const Error& error) {
        Q_EMIT messageForUser(QString::fromStdString(error.message()), QString::fromStdString(error.hint()));
        return;
    }
    start();
}

const std::vector<RunSummary>& Workbench::runs() const
{
    return d->runs;
}

void Workbench::refreshRuns()
{
    if (d->listingRuns) {
        d->listRunsAgain = true;
        return;
    }
    d->listingRuns = true;
    std::vector<std::filesystem::path> elsewhere;
    for (const QString& folder : QSettings().value(QStringLiteral("runs/elsewhere")).toStringList())
        elsewhere.emplace_back(folder.toStdString());
    if (d->history && !d->history->runFolder.empty())
        elsewhere.emplace_back(d->history->runFolder);
    d->runsJob.run<std::vector<RunSummary>>(
        [elsewhere, lister = d->lister](const CancelFlag&) { return lister->list(defaultRunsFolder(), elsewhere); },
        [this](Outcome<std::vector<RunSummary>> outcome) {
            d->listingRuns = false;
            if (outcome.value) {
                d->runs = std::move(*outcome.value);
                Q_EMIT runsChanged();
                Q_EMIT stepsChanged();
            }
            if (std::exchange(d->listRunsAgain, false))
                refreshRuns();
        });
}

void Workbench::removeRun(const QString& folder)
{
    if (d->running && d->history && QFileInfo(QString::fromStdString(d->history->runFolder)) == QFileInfo(folder)) {
        Q_EMIT messageForUser(tr("This run is in progress."), tr("Stop it before it can be removed."));
        return;
    }
    if (!QFile::moveToTrash(folder)) {
        Q_EMIT messageForUser(tr("“%1” could not be moved to the bin.").arg(QFileInfo(folder).fileName()),
                              tr("Its disk may have no bin, or the folder may be read-only. Nothing was removed."));
        return;
    }
    QStringList elsewhere = QSettings().value(QStringLiteral("runs/elsewhere")).toStringList();
    if (elsewhere.removeAll(folder) > 0)
        QSettings().setValue(QStringLiteral("runs/elsewhere"), elsewhere);
    if (d->history && QString::fromStdString(d->history->runFolder) == folder) {
        d->stopFollowing();
        d->history.reset();
        d->historyConfig.reset();
        Q_EMIT runChanged();
    }
    refreshRuns();
}

} // namespace fettle::ui
