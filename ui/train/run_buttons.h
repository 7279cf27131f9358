// SPDX-License-Identifier: GPL-3.0-or-later
// The buttons in the header of the page Train: what can be done with the run on show, and how the next one begins.
#pragma once

#include <QElapsedTimer>
#include <QObject>

class QAction;
class QMenu;
class QPushButton;

namespace fettle::ui
{

class PageHeader;
class Workbench;
struct RunHistory;

class RunButtons : public QObject
{
    Q_OBJECT

public:
    RunButtons(Workbench& workbench, PageHeader* header); ///< the header owns it

    /// `history`: the run on show, or null; `lives`: steps may still come, from here or from another process.
    void show(const RunHistory* history, bool lives);

Q_SIGNALS:
    void tryWanted();
    void continueWanted();

private:
    enum class Primary { Start, Pause, Resume, TryIt, Continue };
    Primary roleOf(const RunHistory* history, bool lives) const;
    QAction* primaryAction() const; ///< null: it does something that only this page does
    void showPrimary();
    void showAgain();
    void pressPrimary();

    Workbench& m_workbench;
    PageHeader* m_header;
    Primary m_role = Primary::Start;
    bool m_hasRun = false; ///< one is on show
    QPushButton *m_stop, *m_again;
    QMenu* m_againMenu;
    QElapsedTimer m_justEnded;
};

} // namespace fettle::ui
