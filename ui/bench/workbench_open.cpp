// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped or chosen: a run, a run file, a model folder or a text; and the list of runs.
#include "ui/bench/bin.h"
#include "ui/bench/rename_run.h"
#include "ui/bench/workbench_private.h"

#include <algorithm>
#include <utility>

#include "core/base/files.h"
#include "core/base/folder_lock.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QSettings>

namespace fettle::ui
{
namespace
{
/// A run file says so in its first lines; other .json files are texts.
bool isRunFile(const QString& path)
{
    constexpr qint64 enough = 4096;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return true; // its reader says what is wrong
    const QByteArray start = file.read(enough).trimmed();
    return start.startsWith('{') && (start.contains("\"fettle\"") || start.contains("\"arguments\""));
}

bool isRunFolder(const QString& path)
{
    const QDir folder(path);
    // A model may lie beside the journal of its making; a run's folder holds its settings as well.
    return folder.exists(QStringLiteral("run.json"))
               ? folder.exists(QStringLiteral("journal.jsonl")) || folder.exists(QStringLiteral("passport.json"))
               : folder.exists(QStringLiteral("journal.jsonl")) && !folder.exists(QStringLiteral("config.json"));
}

bool isModelFolder(const QString& path)
{
    const QDir folder(path);
    return folder.exists(QStringLiteral("config.json")) || folder.exists(QStringLiteral("adapter_config.json")) ||
           !folder.entryList({QStringLiteral("*.safetensors"), QStringLiteral("*.bin")}).isEmpty();
}

/// Throws where a file cannot be a text.
void lookAtText(const std::string& path)
{
    requirePlainFiles({path});
    if (!QFileInfo(QString::fromStdString(path)).isDir()) {
        recogniseFile(resolveText(path));
        return;
    }
    DataConfig folder;
    folder.train = {path};
    previewColumns(folder);
}
} // namespace

void requirePlainFiles(const std::vector<std::string>& texts)
{
    for (const std::string& text : texts) {
        const QFileInfo file(QString::fromStdString(text));
        if (file.exists() && !file.isFile() && !file.isDir())
            throw badInput(text + " is no file but a pipe or a device.",
                           "Write what it gives into a file, and open that.", "data");
    }
}

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
    if (d->refuses())
        return;
    try {
        requirePlainFiles({file.toStdString()}); // a pipe would be waited for
        setConfig(readRunConfig(file.toStdString()));
        if (const QFileInfo model(QString::fromStdString(d->config.model)); model.isDir())
            addModelFolder(model.absoluteFilePath()); // into the list of models, where it is the chosen one
        Q_EMIT pageWanted(QStringLiteral("settings"));
    } catch (const Error& error) {
        Q_EMIT messageForUser(QString::fromStdString(error.message()), QString::fromStdString(error.hint()));
    }
}

void Workbench::openPath(const QString& path)
{
    const QFileInfo info(path);
    if (!info.exists()) {
        Q_EMIT messageForUser(tr("There is no “%1”.").arg(path), tr("It may have been moved or renamed."));
    } else if (info.isDir() && isRunFolder(path)) {
        openRun(info.absoluteFilePath());
    } else if (info.isDir() && isModelFolder(path)) {
        takeModelFolder(info.absoluteFilePath());
    } else if (info.isDir() && QDirIterator(path, QDir::Files, QDirIterator::Subdirectories).hasNext()) {
        offerTexts({info.absoluteFilePath()}); // a folder of texts
    } else if (info.isDir()) {
        Q_EMIT messageForUser(tr("“%1” is neither a run nor a model, and holds no text.").arg(info.fileName()),
                              tr("A run folder holds run.json, a model folder config.json."));
    } else if (!info.isFile()) {
        Q_EMIT messageForUser(tr("“%1” is no file but a pipe or a device.").arg(info.fileName()),
                              tr("Write what it gives into a file, and open that."));
    } else if (info.fileName() == QLatin1String("config.json") || info.suffix() == QLatin1String("safetensors")) {
        openPath(info.absolutePath());
    } else if (info.fileName() == QLatin1String("journal.jsonl")) {
        openRun(info.absolutePath());
    } else if (info.suffix() == QLatin1String("json") && isRunFile(path)) {
        openRunFile(info.absoluteFilePath());
    } else {
        offerTexts({info.absoluteFilePath()});
    }
}

void Workbench::takeModelFolder(const QString& folder)
{
    addModelFolder(folder);
    if (QDir(folder).exists(QStringLiteral("config.json")) && !d->running)
        setModel(folder);
    Q_EMIT pageWanted(QStringLiteral("model"));
}

void Workbench::openRunFolder(const QString& folder)
{
    const QFileInfo info(folder);
    if (isRunFolder(folder))
        openRun(info.absoluteFilePath());
    else if (isModelFolder(folder))
        Q_EMIT otherOffered(tr("“%1” is a model, not a run.").arg(info.fileName()), tr("Open the model"),
                            info.absoluteFilePath(), false);
    else
        Q_EMIT messageForUser(tr("“%1” is no run.").arg(info.fileName()),
                              tr("A run folder holds run.json and journal.jsonl."));
}

void Workbench::openModelFolder(const QString& folder)
{
    const QFileInfo info(folder);
    const bool isModel = isModelFolder(folder), isRun = isRunFolder(folder);
    if (isModel)
        takeModelFolder(info.absoluteFilePath());
    if (isRun)
        Q_EMIT otherOffered(isModel ? tr("“%1” is a run too.").arg(info.fileName())
                                    : tr("“%1” is a run without a finished model.").arg(info.fileName()),
                            tr("Open the run"), info.absoluteFilePath(), true);
    else if (!isModel)
        Q_EMIT messageForUser(tr("“%1” is no model.").arg(info.fileName()), tr("A model folder holds config.json."));
}

void Workbench::openPaths(const QStringList& paths)
{
    const bool files =
        std::none_of(paths.begin(), paths.end(), [](const QString& path) { return QFileInfo(path).isDir(); });
    if (paths.size() > 1 && files)
        return offerTexts(paths); // several texts are learned together
    for (const QString& path : paths)
        openPath(path);
}

void Workbench::offerTexts(const QStringList& paths)
{
    const QString name =
        paths.size() == 1 ? QFileInfo(paths.front()).fileName() : tr("%n files", nullptr, paths.size());
    if (d->running) {
        Q_EMIT messageForUser(tr("“%1” was not taken: a run is in progress, and it uses the text that stands on the "
                                 "page Data.")
                                  .arg(name),
                              tr("Drop it again when the run has ended, for the next one."));
        return;
    }
    d->offerJob.run<bool>(
        [paths](const CancelFlag&) {
            for (const QString& path : paths)
                lookAtText(path.toStdString());
            return true;
        },
        [this, paths](Outcome<bool> outcome) {
            const bool standsWell = !d->config.data.train.empty() && !d->dataProblem;
            if (outcome.problem && standsWell) {
                const QString stays = tr("Your %1 stays.").arg(textName(d->config.data));
                Q_EMIT messageForUser(outcome.problem->message, outcome.problem->hint.isEmpty()
                                                                    ? stays
                                                                    : outcome.problem->hint + QLatin1Char(' ') + stays);
                return;
            }
            setTexts(paths);
            Q_EMIT pageWanted(QStringLiteral("data"));
        });
}

void Workbench::startDemo(const QString& name)
{
    if (d->running) {
        Q_EMIT messageForUser(tr("A run is in progress."), tr("Stop it first, then try the demo."));
        return;
    }
    try {
        RunConfig demo = readRunConfig(resourceFolder() / "demos" / (name.toStdString() + ".json"));
        // As for all runs begun in the window: where rows are kept aside, the best state stays on disk.
        demo.arguments.load_best_model_at_end = demo.data.validationFraction > 0;
        setConfig(demo);
        d->borrowed = true;
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
            const bool isOld = std::exchange(d->listingIsOld, false);
            if (outcome.value && !isOld) {
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
    const QString name = QFileInfo(folder).fileName();
    if (d->running && d->history && QFileInfo(QString::fromStdString(d->history->runFolder)) == QFileInfo(folder)) {
        Q_EMIT messageForUser(tr("This run is in progress."), tr("Stop it before it can be removed."));
        return;
    }
    if (FolderLock::isHeld(folder.toStdString())) {
        Q_EMIT messageForUser(tr("“%1” is being written by another program.").arg(name),
                              tr("Stop it there before it can be removed."));
        return;
    }
    if (const QString problem = moveToBin(folder); !problem.isEmpty()) {
        Q_EMIT messageForUser(tr("“%1” could not be moved to the bin.").arg(name),
                              tr("%1 Nothing was removed.").arg(problem));
        refreshRuns();
        return;
    }
    QStringList elsewhere = QSettings().value(QStringLiteral("runs/elsewhere")).toStringList();
    if (elsewhere.removeAll(folder) > 0)
        QSettings().setValue(QStringLiteral("runs/elsewhere"), elsewhere);
    if (d->history && QString::fromStdString(d->history->runFolder) == folder)
        closeRun();
    d->listRunsAnew();
}

void Workbench::Private::listRunsAnew()
{
    listingIsOld = listingRuns;
    q.refreshRuns();
}

QString Workbench::renameRun(const QString& folder, const QString& name)
{
    const QString wanted = name.trimmed();
    if (const QString problem = renameRunFolder(folder, wanted); !problem.isEmpty())
        return problem;
    const std::filesystem::path from = folder.toStdString();
    d->runMoved(from.string(), from.parent_path() / wanted.toStdString());
    return {};
}

void Workbench::Private::runMoved(const std::string& from, const std::string& to)
{
    const auto moved = [&](const std::string& path) {
        return path == from || path.starts_with(from + '/') ? to + path.substr(from.size()) : path;
    };
    for (RunSummary& run : runs)
        if (run.folder == from) {
            run.folder = to;
            run.name = run.folder.filename().string();
        }
    QStringList elsewhere = QSettings().value(QStringLiteral("runs/elsewhere")).toStringList();
    for (QString& folder : elsewhere)
        folder = QString::fromStdString(moved(folder.toStdString()));
    QSettings().setValue(QStringLiteral("runs/elsewhere"), elsewhere);
    if (history && history->runFolder == from) {
        stopFollowing(); // nobody writes it, or it could not have been renamed
        history->runFolder = to;
        history->name = std::filesystem::path(to).filename().string();
        historyConfig->arguments.output_dir = to;
    }
    if (historyConfig)
        historyConfig->model = moved(historyConfig->model);
    if (moved(config.model) != config.model && !running)
        q.setModel(QString::fromStdString(moved(config.model)));
    scheduleForecast(); // where the next run would lie
    Q_EMIT q.runsChanged();
    Q_EMIT q.runChanged();
    Q_EMIT q.stepsChanged();
    listRunsAnew();
}

} // namespace fettle::ui
