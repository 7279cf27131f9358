// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/opener.h"

#include "core/base/files.h"
#include "core/data/preview.h"
#include "core/runs/run_folder.h"
#include "ui/bench/choices.h"
#include "ui/bench/model_shelf.h"
#include "ui/bench/run_watch.h"
#include "ui/bench/text_reading.h"
#include "ui/look/words.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <algorithm>

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
    return RunFolder(path.toStdString()).isMeantAsRun();
}

bool isModelFolder(const QString& path)
{
    const QDir folder(path);
    return folder.exists(QStringLiteral("config.json")) || folder.exists(QStringLiteral("adapter_config.json")) ||
           !folder.entryList({QStringLiteral("*.safetensors"), QStringLiteral("*.bin")}).isEmpty();
}

bool holdsFiles(const QString& folder)
{
    return QDirIterator(folder, QDir::Files, QDirIterator::Subdirectories).hasNext();
}

/// By the names in it; whether they can be read is seen later, beside the window's thread.
bool holdsTexts(const QString& folder)
{
    const QStringList names = QString::fromLatin1(usualTextNames).split(QLatin1Char(' '));
    return !QDir(folder).entryList(names, QDir::Files).isEmpty();
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

Opener::Opener(Choices& choices, ModelShelf& models, const TextReading& text, RunWatch& run, BackgroundPool& pool)
    : m_choices(choices), m_models(models), m_text(text), m_run(run), m_job(pool)
{
}

void Opener::openRunFile(const QString& file)
{
    if (m_choices.refuses())
        return;
    try {
        requirePlainFiles({file.toStdString()}); // a pipe would be waited for
        m_choices.set(readRunConfig(file.toStdString()));
        if (const QFileInfo model(QString::fromStdString(m_choices.config().model)); model.isDir())
            m_models.add(model.absoluteFilePath()); // into the list of models, where it is the chosen one
        Q_EMIT pageWanted(PageId::Settings);
    } catch (const Error& error) {
        Q_EMIT message(engineWords(error.message()), engineWords(error.hint()));
    }
}

void Opener::openPath(const QString& path)
{
    const QFileInfo info(QDir::cleanPath(path)); // "run/" is "run", and called so
    if (!info.exists())
        Q_EMIT message(tr("There is no “%1”.").arg(path), tr("It may have been moved or renamed."));
    else if (info.isDir())
        openFolder(info.absoluteFilePath());
    else
        openFile(info.absoluteFilePath());
}

void Opener::openFolder(const QString& folder)
{
    if (isRunFolder(folder)) {
        m_run.open(folder);
    } else if (isModelFolder(folder)) {
        takeModelFolder(folder);
    } else if (holdsFiles(folder)) {
        offerTexts({folder});
    } else {
        Q_EMIT message(tr("“%1” is neither a run nor a model, and holds no text.").arg(QFileInfo(folder).fileName()),
                       tr("A run folder holds run.json, a model folder config.json."));
    }
}

void Opener::openFile(const QString& path)
{
    const QFileInfo info(path);
    if (!info.isFile()) {
        Q_EMIT message(tr("“%1” is no file but a pipe or a device.").arg(info.fileName()),
                       tr("Write what it gives into a file, and open that."));
    } else if (info.fileName() == QLatin1String("config.json") || info.suffix() == QLatin1String("safetensors")) {
        openFolder(info.absolutePath());
    } else if (info.fileName() == QLatin1String(RunFolder::journalName)) {
        m_run.open(info.absolutePath());
    } else if (info.suffix() == QLatin1String("json") && isRunFile(path)) {
        openRunFile(path);
    } else {
        offerTexts({path});
    }
}

void Opener::takeModelFolder(const QString& folder)
{
    m_models.add(folder);
    if (QDir(folder).exists(QStringLiteral("config.json")) && !m_run.isRunning())
        m_choices.setModel(folder);
    Q_EMIT pageWanted(PageId::Model);
}

void Opener::openRunFolder(const QString& folder)
{
    const QFileInfo info(QDir::cleanPath(folder));
    if (isRunFolder(folder))
        m_run.open(info.absoluteFilePath());
    else if (isModelFolder(folder))
        Q_EMIT otherOffered(tr("“%1” is a model, not a run.").arg(info.fileName()), tr("Open the model"),
                            info.absoluteFilePath(), FolderKind::Model, FolderKind::Run);
    else if (holdsTexts(folder))
        Q_EMIT otherOffered(tr("“%1” is no run: it holds texts.").arg(info.fileName()), tr("Open as text"),
                            info.absoluteFilePath(), FolderKind::Texts, FolderKind::Run);
    else
        Q_EMIT message(tr("“%1” is no run.").arg(info.fileName()),
                       tr("A run folder holds run.json and journal.jsonl."));
}

void Opener::openModelFolder(const QString& folder)
{
    const QFileInfo info(folder);
    const bool isModel = isModelFolder(folder), isRun = isRunFolder(folder);
    if (isModel)
        takeModelFolder(info.absoluteFilePath());
    if (isRun)
        Q_EMIT otherOffered(isModel ? tr("“%1” is a run too.").arg(info.fileName())
                                    : tr("“%1” is a run without a finished model.").arg(info.fileName()),
                            tr("Open the run"), info.absoluteFilePath(), FolderKind::Run, FolderKind::Model);
    else if (!isModel && holdsTexts(folder))
        Q_EMIT otherOffered(tr("“%1” is no model: it holds texts.").arg(info.fileName()), tr("Open as text"),
                            info.absoluteFilePath(), FolderKind::Texts, FolderKind::Model);
    else if (!isModel)
        Q_EMIT message(tr("“%1” is no model.").arg(info.fileName()), tr("A model folder holds config.json."));
}

void Opener::openTextFolder(const QString& folder, const QStringList& beside)
{
    const QFileInfo info(folder);
    if (isRunFolder(folder))
        Q_EMIT otherOffered(tr("“%1” is a run, not a folder of texts.").arg(info.fileName()), tr("Open the run"),
                            info.absoluteFilePath(), FolderKind::Run, FolderKind::Texts);
    else if (isModelFolder(folder))
        Q_EMIT otherOffered(tr("“%1” is a model, not a folder of texts.").arg(info.fileName()), tr("Open the model"),
                            info.absoluteFilePath(), FolderKind::Model, FolderKind::Texts);
    else if (!holdsFiles(folder))
        Q_EMIT message(tr("“%1” holds no file.").arg(info.fileName()), tr("Choose a folder with texts in it."));
    else if (!beside.contains(info.absoluteFilePath()))
        offerTexts(beside + QStringList{info.absoluteFilePath()});
}

void Opener::openFolderAs(FolderKind kind, const QString& folder)
{
    switch (kind) {
    case FolderKind::Run:
        return openRunFolder(folder);
    case FolderKind::Model:
        return openModelFolder(folder);
    case FolderKind::Texts:
        return openTextFolder(folder);
    }
}

void Opener::openPaths(const QStringList& paths)
{
    const bool files =
        std::none_of(paths.begin(), paths.end(), [](const QString& path) { return QFileInfo(path).isDir(); });
    if (paths.size() > 1 && files)
        return offerTexts(paths); // several texts are learned together
    for (const QString& path : paths)
        openPath(path);
}

void Opener::offerTexts(const QStringList& paths)
{
    const QString name =
        paths.size() == 1 ? QFileInfo(paths.front()).fileName() : tr("%n files", nullptr, paths.size());
    if (m_run.isRunning()) {
        Q_EMIT message(tr("“%1” was not taken: a run is in progress, and it uses the text that stands on the "
                          "page Data.")
                           .arg(name),
                       tr("Drop it again when the run has ended, for the next one."));
        return;
    }
    m_job.run<bool>(
        [paths](const CancelFlag&) {
            for (const QString& path : paths)
                lookAtText(path.toStdString());
            return true;
        },
        [this, paths](Outcome<bool> outcome) {
            const bool standsWell = !m_choices.config().data.train.empty() && !m_text.problem();
            if (outcome.problem && standsWell) {
                const QString stays = tr("Your %1 stays.").arg(textName(m_choices.config().data));
                Q_EMIT message(outcome.problem->message, outcome.problem->hint.isEmpty()
                                                             ? stays
                                                             : outcome.problem->hint + QLatin1Char(' ') + stays);
                return;
            }
            m_choices.setTexts(paths);
            Q_EMIT pageWanted(PageId::Data);
        });
}

} // namespace fettle::ui
