// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a run, as actions: menus and buttons have their words and states from here, and never differ.
#pragma once

#include <QObject>

class QAction;

namespace fettle::ui
{

class Workbench;

class RunActions : public QObject
{
    Q_OBJECT

public:
    explicit RunActions(Workbench& workbench);

    QAction *start, *pause, *resume, *saveNow;
    QAction *stopAndSave, *keepBest, *discard;

private:
    void update();

    Workbench& m_workbench;
};

} // namespace fettle::ui
