// SPDX-License-Identifier: GPL-3.0-or-later
// Home: begin, or go on. Two demos, the own text, recent runs, three doubts answered.
#pragma once

#include "ui/parts/page.h"

#include <functional>

class QBoxLayout;

namespace fettle::ui
{

class Card;
class DemoTile;
class Label;
class RunTable;
class Workbench;

class HomePage : public Page
{
    Q_OBJECT

public:
    HomePage(Workbench& workbench, QWidget* parent);

    void refresh() override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeDemos();
    QWidget* makeOwnText();
    QWidget* makeRecent();
    QWidget* makeDoubts();
    QWidget* makeWay(const QString& icon, const QString& title, const QString& sentence, std::function<void()> does);
    void updateRuns();
    void updateButton();
    void updateTimes();
    QString demoTime(const QString& name) const; ///< "about 35 s", "20 s to 2 min", empty
    void arrange();

    Workbench& m_workbench;
    QBoxLayout* m_top;
    QBoxLayout* m_tiles;
    QBoxLayout* m_doubts;
    QList<DemoTile*> m_demos;
    RunTable* m_table;
    QPushButton* m_all;
    Label* m_none;
};

} // namespace fettle::ui
