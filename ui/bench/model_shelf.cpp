// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/model_shelf.h"

#include "core/models/inspect.h"

#include <QSettings>
#include <tuple>

namespace fettle::ui
{
namespace
{
const QString foldersKey = QStringLiteral("models/folders");
} // namespace

ModelShelf::ModelShelf(BackgroundPool& pool)
    : m_folders(QSettings().value(foldersKey).toStringList()), m_bundledJob(pool), m_ownJob(pool)
{
}

void ModelShelf::read()
{
    m_bundledJob.run<std::vector<ModelFacts>>([](const CancelFlag&) { return bundledModels(); },
                                              [this](Outcome<std::vector<ModelFacts>> outcome) {
                                                  if (outcome.value)
                                                      m_bundled = std::move(*outcome.value);
                                                  else
                                                      Q_EMIT message(outcome.problem->message, outcome.problem->hint);
                                                  Q_EMIT changed();
                                              });
    readOwn();
}

void ModelShelf::readOwn()
{
    using Lists = std::pair<std::vector<ModelFacts>, std::vector<Problem>>;
    m_ownJob.run<Lists>(
        [folders = m_folders](const CancelFlag& cancel) {
            Lists lists;
            for (const QString& folder : folders) {
                if (*cancel)
                    break;
                try {
                    lists.first.push_back(inspectModel(folder.toStdString()));
                } catch (const Error& error) {
                    lists.second.push_back(
                        {folder, QString::fromStdString(error.message()), QString::fromStdString(error.hint())});
                }
            }
            return lists;
        },
        [this](Outcome<Lists> outcome) {
            if (outcome.value)
                std::tie(m_own, m_problems) = std::move(*outcome.value);
            Q_EMIT changed();
        });
}

void ModelShelf::add(const QString& folder)
{
    setFolders(m_folders.contains(folder) ? m_folders : m_folders + QStringList{folder});
}

void ModelShelf::remove(const QString& folder)
{
    QStringList left = m_folders;
    left.removeAll(folder);
    setFolders(left);
}

void ModelShelf::setFolders(const QStringList& folders)
{
    if (folders != std::exchange(m_folders, folders))
        QSettings().setValue(foldersKey, m_folders);
    readOwn();
}

} // namespace fettle::ui
