// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_table.h"

#include "ui/bridge/workbench.h"
#include "ui/models/run_delegate.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/style.h"

#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

namespace fettle::ui
{
namespace
{
/// A person's wish that a column keep its words whole; names and texts give way first.
int weightOf(int column)
{
    return column == RunListModel::Name || column == RunListModel::Text || column == RunListModel::Model ? 2 : 1;
}
} // namespace

RunTable::RunTable(Workbench& workbench, const QList<RunListModel::Column>& columns, QWidget* parent)
    : QTableView(parent), m_workbench(workbench), m_columns(columns), m_runs(new RunListModel(this)),
      m_filter(new RunFilterModel(this))
{
    m_filter->setSourceModel(m_runs);
    setModel(m_filter);
    setItemDelegate(new RunDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setAccessibleName(tr("Runs"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusRadius(this, 3);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(10);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(30);
    horizontalHeader()->setSectionsClickable(true);
    for (int column = 0; column < RunListModel::ColumnCount; ++column)
        setColumnHidden(column, !columns.contains(static_cast<RunListModel::Column>(column)));
    int visual = 0;
    for (RunListModel::Column column : columns)
        horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), visual++);

    connect(&workbench, &Workbench::runsChanged, this, &RunTable::updateRuns);
    connect(&Theme::instance(), &Theme::changed, this, &RunTable::applyTheme);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunTable::selectionMoved);
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const RunSummary* run = m_runs->run(m_filter->mapToSource(index).row()))
            act(*run);
    });
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        const RunSummary* run = m_runs->run(m_filter->mapToSource(index).row());
        if (run && index.column() == RunListModel::Action)
            act(*run);
    });
    applyTheme();
    updateRuns();
}

void RunTable::applyTheme()
{
    verticalHeader()->setDefaultSectionSize(px(36));
    horizontalHeader()->setFixedHeight(px(30));
    horizontalHeader()->setFont(ui::font(Type::HelpStrong));
    spreadColumns();
    updateGeometry();
}

void RunTable::updateRuns()
{
    const RunSummary* before = selectedRun();
    const QString folder = before ? QString::fromStdString(before->folder.string()) : QString();
    m_runs->setRuns(m_workbench.runs());
    if (!folder.isEmpty() && !selectedRun()) {
        const QModelIndex index = m_filter->mapFromSource(m_runs->index(m_runs->rowOf(folder), 0));
        if (index.isValid())
            selectRow(index.row());
    }
    spreadColumns();
    updateGeometry();
    Q_EMIT selectionMoved();
}

const RunSummary* RunTable::selectedRun() const
{
    const QModelIndexList rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : m_runs->run(m_filter->mapToSource(rows.front()).row());
}

void RunTable::act(const RunSummary& run)
{
    const QString folder = QString::fromStdString(run.folder.string());
    switch (actionOf(run)) {
    case RunAction::Watch:
        m_workbench.openRun(folder);
        break;
    case RunAction::Continue:
        m_workbench.continueRun(folder);
        break;
    case RunAction::Try:
        m_workbench.openRun(folder, QStringLiteral("try"));
        break;
    case RunAction::Explain:
        if (run.state == RunState::Broken)
            Q_EMIT m_workbench.messageForUser(
                tr("“%1” cannot be read: %2")
                    .arg(QString::fromStdString(run.name), QString::fromStdString(run.problem)),
                tr("The folder was left as it is."));
        else
            m_workbench.openRun(folder);
        break;
    case RunAction::None:
        break;
    }
}

void RunTable::remove(const RunSummary& run)
{
    QMessageBox box(
        QMessageBox::NoIcon, tr("Remove a run"),
        tr("Move “%1” to the bin, with its checkpoints and its model?").arg(QString::fromStdString(run.name)),
        QMessageBox::NoButton, this);
    const QAbstractButton* yes = box.addButton(tr("Move to the bin"), QMessageBox::AcceptRole);
    QPushButton* no = box.addButton(tr("Keep it"), QMessageBox::RejectRole);
    box.setDefaultButton(no);
    box.exec();
    if (box.clickedButton() == yes)
        m_workbench.removeRun(QString::fromStdString(run.folder.string()));
}

void RunTable::showFolder(const RunSummary& run)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(run.folder.string())));
}

void RunTable::setFitsRows(bool fits)
{
    m_fits = fits;
    setVerticalScrollBarPolicy(fits ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, fits ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    updateGeometry();
}

QSize RunTable::sizeHint() const
{
    const int rows = m_filter->rowCount();
    return {px(600), px(30) + px(36) * (m_fits ? rows : std::max(rows, 5)) + 1};
}

QSize RunTable::minimumSizeHint() const
{
    return {px(200), m_fits ? sizeHint().height() : px(30) + px(36) * 3};
}

void RunTable::spreadColumns()
{
    if (m_columns.isEmpty() || !viewport())
        return;
    // Every column gets what its words need; what is left over goes to names and texts.
    QList<int> widths;
    int needed = 0, weights = 0;
    const QFontMetrics head(ui::font(Type::HelpStrong));
    for (RunListModel::Column column : m_columns) {
        const QString title = m_runs->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int words = std::max(sizeHintForColumn(column), head.horizontalAdvance(title) + px(20));
        const bool edge = column == m_columns.front() || column == m_columns.back();
        widths << words + (edge ? px(12) : 0);
        needed += widths.back();
        weights += weightOf(column);
    }
    const int room = viewport()->width() - needed;
    for (int i = 0; i < m_columns.size(); ++i) {
        int width = widths[i];
        if (room > 0)
            width += room * weightOf(m_columns[i]) / weights;
        else if (weightOf(m_columns[i]) > 1)
            width = std::max(px(60), width + room * weightOf(m_columns[i]) / 6);
        setColumnWidth(m_columns[i], width);
    }
    horizontalHeader()->setStretchLastSection(false);
    const int last = m_columns.back();
    int used = 0;
    for (RunListModel::Column column : m_columns)
        used += column == last ? 0 : columnWidth(column);
    setColumnWidth(last, std::max(px(40), viewport()->width() - used));
}

void RunTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    spreadColumns();
}

void RunTable::mouseMoveEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    const bool link = index.column() == RunListModel::Action && !index.data().toString().isEmpty();
    viewport()->setCursor(link ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QTableView::mouseMoveEvent(event);
}

void RunTable::keyPressEvent(QKeyEvent* event)
{
    const RunSummary* run = selectedRun();
    if (run && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        act(*run);
    else if (run && event->key() == Qt::Key_Delete)
        remove(*run);
    else
        QTableView::keyPressEvent(event);
}

void RunTable::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    const RunSummary* found = m_runs->run(m_filter->mapToSource(index).row());
    if (!found)
        return;
    const RunSummary run = *found; // the list may change while the menu is open
    const QString folder = QString::fromStdString(run.folder.string());
    QMenu menu(this);
    if (run.state != RunState::Broken)
        menu.addAction(tr("Open"), this, [&] { m_workbench.openRun(folder); });
    if (run.canContinue)
        menu.addAction(tr("Continue"), this, [&] { m_workbench.continueRun(folder); });
    if (run.state == RunState::Finished)
        menu.addAction(tr("Try its model"), this, [&] { m_workbench.openRun(folder, QStringLiteral("try")); });
    menu.addAction(icon(QStringLiteral("folder")), tr("Show its folder"), this, [&] { showFolder(run); });
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("trash")), tr("Move to the bin…"), this, [&] { remove(run); });
    menu.exec(event->globalPos());
}

} // namespace fettle::ui
