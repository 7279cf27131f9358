// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_shelf.h"

#include "core/base/folder_lock.h"
#include "ui/bench/bin.h"
#include "ui/bench/rename_run.h"
#include "ui/bench/run_watch.h"

#include <QFileInfo>
#include <QSettings>
#include <utility>

namespace fettle::ui
{
namespace
{
const QString elsewhereKey = QStringLiteral("runs/elsewhere");

QStringList foldersElsewhere()
{
    return QSettings().value(elsewhereKey).toStringList();
}
} // namespace

RunShelf::RunShelf(RunWatch& shown, BackgroundPool& pool) : m_shown(shown), m_job(pool)
{
    m_timer.setInterval(3000);
    connect(&m_timer, &QTimer::timeout, this, &RunShelf::refresh);
    connect(&shown, &RunWatch::changed, this, &RunShelf::refresh);
    refresh();
    m_timer.start();
}

void RunShelf::refresh()
{
    if (m_isListing) {
        m_listAgain = true;
        return;
    }
    m_isListing = true;
    std::vector<std::filesystem::path> elsewhere;
    for (const QString& folder : foldersElsewhere())
        elsewhere.emplace_back(folder.toStdString());
    if (const RunHistory* history = m_shown.history(); history && !history->runFolder.empty())
        elsewhere.emplace_back(history->runFolder);
    m_job.run<std::vector<RunSummary>>(
        [elsewhere, lister = m_lister](const CancelFlag&) { return lister->list(defaultRunsFolder(), elsewhere); },
        [this](Outcome<std::vector<RunSummary>> outcome) {
            m_isListing = false;
            const bool isOld = std::exchange(m_listingIsOld, false);
            if (outcome.value && !isOld) {
                // Only what changed is told: whoever shows it anew takes the keyboard away from it.
                if (std::exchange(m_isListed, true) && *outcome.value == m_runs)
                    return refreshIfWanted();
                m_runs = std::move(*outcome.value);
                Q_EMIT changed();
            }
            refreshIfWanted();
        });
}

void RunShelf::refreshIfWanted()
{
    if (std::exchange(m_listAgain, false))
        refresh();
}

void RunShelf::remember(const QString& folder)
{
    constexpr int most = 50;
    QStringList elsewhere = foldersElsewhere();
    if (std::filesystem::path(folder.toStdString()).parent_path() == defaultRunsFolder() || elsewhere.contains(folder))
        return;
    elsewhere.prepend(folder);
    QSettings().setValue(elsewhereKey, elsewhere.mid(0, most));
}

void RunShelf::remove(const QString& folder)
{
    const QString name = QFileInfo(folder).fileName();
    const RunHistory* history = m_shown.history();
    if (m_shown.isRunning() && history && QFileInfo(QString::fromStdString(history->runFolder)) == QFileInfo(folder)) {
        Q_EMIT message(tr("This run is in progress."), tr("Stop it before it can be removed."));
        return;
    }
    if (FolderLock::isHeld(folder.toStdString())) {
        Q_EMIT message(tr("“%1” is being written by another program.").arg(name),
                       tr("Stop it there before it can be removed."));
        return;
    }
    if (const QString problem = moveToBin(folder); !problem.isEmpty()) {
        Q_EMIT message(tr("“%1” could not be moved to the bin.").arg(name), tr("%1 Nothing was removed.").arg(problem));
        refresh();
        return;
    }
    QStringList elsewhere = foldersElsewhere();
    if (elsewhere.removeAll(folder) > 0)
        QSettings().setValue(elsewhereKey, elsewhere);
    if (history && QString::fromStdString(history->runFolder) == folder)
        m_shown.close();
    listAnew();
}

void RunShelf::listAnew()
{
    m_listingIsOld = m_isListing;
    refresh();
}

QString RunShelf::rename(const QString& folder, const QString& name)
{
    const QString wanted = name.trimmed();
    if (const QString problem = renameRunFolder(folder, wanted); !problem.isEmpty())
        return problem;
    const std::string from = folder.toStdString();
    const std::string to = std::filesystem::path(from).parent_path() / wanted.toStdString();
    for (RunSummary& run : m_runs)
        if (run.folder == from) {
            run.folder = to;
            run.name = run.folder.filename().string();
        }
    QStringList elsewhere = foldersElsewhere();
    for (QString& other : elsewhere)
        other = QString::fromStdString(movedPath(other.toStdString(), from, to));
    QSettings().setValue(elsewhereKey, elsewhere);
    Q_EMIT moved(from, to);
    Q_EMIT changed();
    listAnew();
    return {};
}

} // namespace fettle::ui
