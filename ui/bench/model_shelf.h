// SPDX-License-Identifier: GPL-3.0-or-later
// The models one can start from: those that come along, and the folders that the user added, remembered.
#pragma once

#include "core/base/model_facts.h"
#include "ui/bench/background.h"

#include <QStringList>
#include <vector>

namespace fettle::ui
{

class ModelShelf : public QObject
{
    Q_OBJECT

public:
    explicit ModelShelf(BackgroundPool& pool);

    const std::vector<ModelFacts>& bundled() const { return m_bundled; }
    const std::vector<ModelFacts>& own() const { return m_own; }
    const std::vector<Problem>& problems() const { return m_problems; } ///< unreadable folders (subject: the folder)
    void add(const QString& folder);
    void remove(const QString& folder);
    void read();

Q_SIGNALS:
    void changed();
    void message(const QString& message, const QString& hint);

private:
    void setFolders(const QStringList& folders);
    void readOwn();

    std::vector<ModelFacts> m_bundled, m_own;
    std::vector<Problem> m_problems;
    QStringList m_folders;
    BackgroundSlot m_bundledJob, m_ownJob;
};

} // namespace fettle::ui
