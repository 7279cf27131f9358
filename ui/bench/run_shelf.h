// SPDX-License-Identifier: GPL-3.0-or-later
// The runs that there are: those in ~/Fettle, and others that were opened, listed again every few seconds.
#pragma once

#include "core/runs/run_summary.h"
#include "ui/bench/background.h"
#include "ui/bench/run_lister.h"

#include <QTimer>
#include <memory>
#include <vector>

namespace fettle::ui
{

class RunWatch;

class RunShelf : public QObject
{
    Q_OBJECT

public:
    RunShelf(RunWatch& shown, BackgroundPool& pool);

    const std::vector<RunSummary>& runs() const { return m_runs; }
    void refresh();
    void remember(const QString& folder); ///< a run that may lie elsewhere stays in the list
    void remove(const QString& folder);   ///< to the bin
    /// The run's folder gets this name; what is shown and chosen of it follows. Empty where it worked, else why not.
    QString rename(const QString& folder, const QString& name);

Q_SIGNALS:
    void changed();
    void moved(const std::string& from, const std::string& to); ///< just before `changed`
    void message(const QString& message, const QString& hint);

private:
    void listAnew();        ///< a run was renamed or removed
    void refreshIfWanted(); ///< what was asked for while it was listing

    RunWatch& m_shown;
    std::vector<RunSummary> m_runs;
    std::shared_ptr<RunLister> m_lister = std::make_shared<RunLister>(); ///< used by one job at a time
    bool m_isListing = false, m_listAgain = false;
    bool m_isListed = false;     ///< at least once
    bool m_listingIsOld = false; ///< the one under way began before a run was renamed or removed: it is not shown
    QTimer m_timer;
    BackgroundSlot m_job;
};

} // namespace fettle::ui
