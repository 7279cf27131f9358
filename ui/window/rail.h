// SPDX-License-Identifier: GPL-3.0-or-later
// The rail at the left: Home, the five steps with their marks, Runs, and this computer at the foot.
#pragma once

#include "ui/bench/page_id.h"

#include <QWidget>

class QButtonGroup;
class QTimer;

namespace fettle::ui
{

class Label;
class ElidedLabel;
class PlainScroll;
class RailItem;
class Workbench;

class Rail : public QWidget
{
    Q_OBJECT

public:
    explicit Rail(const Workbench& workbench, QWidget* parent = nullptr);

    void setCurrent(PageId page);
    /// Marks over names, without lines: for projectors and very large text.
    void setCompact(bool compact);
    void focusCurrent();

Q_SIGNALS:
    void chosen(fettle::ui::PageId page);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void updateItems();
    void updateMachine();
    void applySize();
    RailItem* add(PageId page, const QString& name, const QString& icon, QWidget* inside);

    const Workbench& m_workbench;
    QList<RailItem*> m_items;
    QButtonGroup* m_group;
    PlainScroll* m_scroll;
    QWidget* m_foot;
    Label* m_machine;
    QWidget *m_nextRun, *m_shownRun; ///< captions over the steps of two different runs
    ElidedLabel* m_shownName;
    bool m_compact = false;
};

} // namespace fettle::ui
