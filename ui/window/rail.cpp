// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/rail.h"

#include "core/base/machine.h"
#include "ui/bench/workbench.h"
#include "ui/look/words.h"
#include "ui/parts/label.h"
#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"
#include "ui/window/rail_item.h"
#include "ui/window/rail_lines.h"

#include <QButtonGroup>
#include <QPainter>
#include <QTimer>

namespace fettle::ui
{
namespace
{
QString wordsOf(Mark mark)
{
    switch (mark) {
    case Mark::Tick:
        return Rail::tr("ready");
    case Mark::Warning:
        return Rail::tr("done, with a warning");
    case Mark::Arc:
        return Rail::tr("at work");
    case Mark::Bars:
        return Rail::tr("waiting");
    case Mark::Alert:
        return Rail::tr("something to mend");
    case Mark::Ring:
        break;
    }
    return Rail::tr("to do");
}

/// A line over some steps, hidden at first; the label is its only child.
QWidget* caption(ElidedLabel* words, QWidget* parent)
{
    auto* holder = new QWidget(parent);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(16, 8, 8, 3);
    row->addWidget(words);
    holder->hide();
    return holder;
}

QWidget* separator(QWidget* parent)
{
    auto* holder = new QWidget(parent);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(12, 8, 12, 8);
    row->addWidget(new Line(Qt::Horizontal, holder));
    return holder;
}
} // namespace

Rail::Rail(const Workbench& workbench, QWidget* parent)
    : QWidget(parent), m_workbench(workbench), m_group(new QButtonGroup(this)), m_scroll(new PlainScroll(this))
{
    auto* column = makeColumn(this, 0, {0, 0, 1, 0});
    auto* inside = new QWidget(m_scroll);
    auto* list = makeColumn(inside, 0, {0, 10, 0, 0});
    list->addWidget(add(PageId::Home, tr("Home"), QStringLiteral("home"), inside));
    list->addWidget(separator(inside));
    list->addWidget(m_nextRun = caption(new ElidedLabel(tr("The next run"), Type::HelpStrong, Ink::Text2), inside));
    list->addWidget(add(PageId::Model, tr("Model"), {}, inside));
    list->addWidget(add(PageId::Data, tr("Data"), {}, inside));
    list->addWidget(add(PageId::Settings, tr("Settings"), {}, inside));
    list->addWidget(m_shownRun = caption(m_shownName = new ElidedLabel({}, Type::HelpStrong, Ink::Text2), inside));
    list->addWidget(add(PageId::Train, tr("Train"), {}, inside));
    list->addWidget(add(PageId::Try, tr("Try"), {}, inside));
    list->addWidget(separator(inside));
    list->addWidget(add(PageId::Runs, tr("Runs"), QStringLiteral("chart"), inside));
    list->addStretch(1);
    m_scroll->setContent(inside);
    column->addWidget(m_scroll, 1);

    m_foot = new QWidget(this);
    auto* foot = makeColumn(m_foot, 0, {16, 0, 12, 12});
    foot->addWidget(new Line(Qt::Horizontal, m_foot));
    foot->addSpacing(10);
    auto* name = new Label(tr("This computer"), Type::HelpStrong, Ink::Text, m_foot);
    m_machine = new Label({}, Type::Help, Ink::Text2, m_foot);
    m_machine->wrapped();
    foot->addWidget(name);
    foot->addWidget(m_machine);
    column->addWidget(m_foot);

    connect(m_group, &QButtonGroup::buttonClicked, this,
            [this](QAbstractButton* button) { Q_EMIT chosen(static_cast<RailItem*>(button)->page()); });
    connect(&workbench, &Workbench::changed, this, &Rail::updateItems);
    connect(&Theme::instance(), &Theme::changed, this, &Rail::applySize);
    auto* clock = new QTimer(this);
    connect(clock, &QTimer::timeout, this, &Rail::updateMachine);
    clock->start(5000);
    updateItems();
    updateMachine();
    applySize();
}

RailItem* Rail::add(PageId page, const QString& name, const QString& icon, QWidget* inside)
{
    auto* item = new RailItem(page, name, icon, inside);
    m_items << item;
    m_group->addButton(item);
    return item;
}

void Rail::setCurrent(PageId page)
{
    for (RailItem* item : m_items)
        if (item->page() == page)
            item->setChecked(true);
}

void Rail::setCompact(bool compact)
{
    if (compact == m_compact)
        return;
    m_compact = compact;
    for (RailItem* item : m_items)
        item->setCompact(compact);
    m_foot->setVisible(!compact);
    updateItems();
    applySize();
}

void Rail::focusCurrent()
{
    for (RailItem* item : m_items)
        if (item->isChecked())
            item->setFocus(Qt::TabFocusReason);
}

void Rail::updateItems()
{
    // Three steps of one run and two of another: then each part says whose it is, and nothing joins them.
    const bool apart = m_workbench.run.isOtherNext() && m_workbench.run.history();
    if (apart)
        m_shownName->setText((m_workbench.run.isRunning() ? tr("Running: %1") : tr("Opened: %1"))
                                 .arg(QString::fromStdString(m_workbench.run.history()->name)));
    m_nextRun->setVisible(apart && !m_compact);
    m_shownRun->setVisible(apart && !m_compact);
    for (RailItem* item : m_items) {
        const PageId page = item->page();
        if (page == PageId::Home)
            continue;
        item->setConnected(page != PageId::Model && !(apart && page == PageId::Train),
                           page != PageId::Try && !(apart && page == PageId::Settings));
        const Mark mark = railMark(m_workbench, page);
        const double fraction = page == PageId::Train  ? m_workbench.run.progress()
                                : page == PageId::Data ? std::max(0.1, m_workbench.text.fraction())
                                                       : 0.3;
        item->setState(mark, fraction, page == PageId::Runs ? QString() : wordsOf(mark), railLine(m_workbench, page));
    }
}

void Rail::updateMachine()
{
    const int cores = machine().cores;
    m_machine->setText(tr("%1 · %2 free · offline")
                           .arg(counted(cores, tr("1 core"), tr("%1 cores")), bytesText(availableMemoryBytes())));
}

void Rail::applySize()
{
    setFixedWidth(m_compact ? px(56) + 1 : px(224));
    update();
}

void Rail::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors().rail);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), colors().hairline);
}

} // namespace fettle::ui
