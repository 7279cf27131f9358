// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_table.h"

#include "ui/bench/run_shelf.h"
#include "ui/bench/run_watch.h"
#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/look/words.h"
#include "ui/parts/show_folder.h"
#include "ui/runs/ask_dialog.h"
#include "ui/runs/run_delegate.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <numeric>

namespace fettle::ui
{
namespace
{
/// Columns of names, which may be long.
bool isWords(int column)
{
    return column == RunListModel::Name || column == RunListModel::Text || column == RunListModel::Model;
}

/// The columns that a narrow table leaves out, the first one first; the card below the table says them all.
constexpr RunListModel::Column givesWay[] = {RunListModel::Model, RunListModel::Started, RunListModel::Took,
                                             RunListModel::Text,  RunListModel::Curve,   RunListModel::Steps};
} // namespace

bool isWritten(const RunSummary& run)
{
    return run.state == RunState::Running || (run.state == RunState::Paused && !run.canContinue);
}

RunTable::RunTable(RunWatch& shown, RunShelf& shelf, const QList<RunListModel::Column>& columns, QWidget* parent)
    : QTableView(parent), m_shown(shown), m_shelf(shelf), m_columns(columns), m_runs(new RunListModel(this)),
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

    connect(&shelf, &RunShelf::changed, this, &RunTable::updateRuns);
    connect(&shelf, &RunShelf::moved, m_runs, [this](const std::string& from, const std::string& to) {
        m_runs->moved(QString::fromStdString(from), QString::fromStdString(to));
    });
    connect(m_runs, &RunListModel::tooManyChecked, this, [this] {
        Q_EMIT m_shelf.message(tr("%1 runs are compared already.").arg(RunListModel::mostCompared),
                               tr("Take one out, then check this one."));
    });
    connect(&Theme::instance(), &Theme::changed, this, &RunTable::applyTheme);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunTable::selectionMoved);
    connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const auto run = runAt(index))
            open(*run);
    });
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (const auto run = runAt(index); run && index.column() == RunListModel::Action)
            act(*run);
    });
    m_spread.setSingleShot(true);
    connect(&m_spread, &QTimer::timeout, this, &RunTable::spreadColumns);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, signal, &m_spread, qOverload<>(&QTimer::start)); // other rows, other words
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
    const std::optional<RunSummary> before = selectedRun();
    const int row = before ? selectionModel()->selectedRows().front().row() : -1;
    m_runs->setRuns(m_shelf.runs());
    if (!m_selectNext.isEmpty())
        selectRun(m_selectNext);
    else if (before && !selectedRun())
        selectRun(QString::fromStdString(before->folder.string()));
    if (before && !selectedRun() && model()->rowCount() > 0)
        selectRow(std::min(row, model()->rowCount() - 1)); // its neighbour, where it was removed
    spreadColumns();
    updateGeometry();
    Q_EMIT selectionMoved();
}

std::optional<RunSummary> RunTable::runAt(const QModelIndex& index) const
{
    const RunSummary* run = m_runs->run(m_filter->mapToSource(index).row());
    return run ? std::optional(*run) : std::nullopt;
}

std::optional<RunSummary> RunTable::selectedRun() const
{
    const QModelIndexList rows = selectionModel()->selectedRows();
    return rows.isEmpty() ? std::nullopt : runAt(rows.front());
}

void RunTable::selectRun(const QString& folder)
{
    const QModelIndex index = m_filter->mapFromSource(m_runs->index(m_runs->rowOf(folder), 0));
    if (index.isValid())
        selectRow(index.row());
}

void RunTable::compare()
{
    const auto isChecked = [this](int row) {
        return m_filter->index(row, RunListModel::Name).data(Qt::CheckStateRole).toInt() == Qt::Checked;
    };
    const auto check = [this](int row) {
        return m_filter->setData(m_filter->index(row, RunListModel::Name), Qt::Checked, Qt::CheckStateRole);
    };
    const QModelIndexList selected = selectionModel()->selectedRows();
    const int first = selected.isEmpty() ? 0 : selected.front().row(), rows = m_filter->rowCount();
    if (!isChecked(first)) {
        if (const std::vector<CheckedRun> checked = m_runs->checkedRuns(); checked.size() >= 2) {
            QStringList names;
            for (const CheckedRun& each : checked)
                names << QString::fromStdString(each.run.name);
            Q_EMIT m_shelf.message(tr("Compared are those that are checked: %1.").arg(names.join(QStringLiteral(", "))),
                                   tr("Check others in the table to compare them."));
            return;
        }
        check(first);
    }
    for (int step = 1; step < rows && m_runs->checkedRuns().size() < 2; ++step)
        check((first + step) % rows);
}

void RunTable::open(RunSummary run)
{
    if (actionOf(run) == RunAction::Continue) // only who says so trains it
        m_shown.open(QString::fromStdString(run.folder.string()));
    else
        act(std::move(run));
}

void RunTable::act(RunSummary run)
{
    const QString folder = QString::fromStdString(run.folder.string());
    switch (actionOf(run)) {
    case RunAction::Watch:
        m_shown.open(folder);
        break;
    case RunAction::Continue:
        m_shown.continueRun(folder);
        break;
    case RunAction::Try:
        m_shown.open(folder, PageId::Try);
        break;
    case RunAction::Explain:
        if (run.state == RunState::Broken)
            Q_EMIT m_shelf.message(
                tr("“%1” cannot be read: %2").arg(QString::fromStdString(run.name), engineWords(run.problem)),
                tr("The folder was left as it is."));
        else
            m_shown.open(folder);
        break;
    case RunAction::None:
        break;
    }
}

void RunTable::remove(RunSummary run)
{
    const QString name = QString::fromStdString(run.name), folder = QString::fromStdString(run.folder.string());
    if (isWritten(run)) { // said before it is asked
        Q_EMIT m_shelf.message(tr("“%1” is being written.").arg(name), tr("Stop it before it can be removed."));
        return;
    }
    auto* ask = new AskDialog(tr("Remove a run"),
                              (run.modelStep ? tr("Move “%1” to the bin, with its checkpoints and its model?")
                                             : tr("Move “%1” to the bin, with all that it has saved?"))
                                  .arg(name),
                              this);
    ask->setMore(placeText(folder));
    ask->setAnswers(tr("Move to the bin"), tr("Keep it"), AskDialog::Choice::No);
    connect(ask, &QDialog::accepted, this, [this, folder] { m_shelf.remove(folder); });
    ask->open();
}

void RunTable::rename(RunSummary run)
{
    const QString name = QString::fromStdString(run.name), folder = QString::fromStdString(run.folder.string());
    if (isWritten(run)) {
        Q_EMIT m_shelf.message(tr("“%1” is being written.").arg(name), tr("It can be renamed when it has ended."));
        return;
    }
    auto* ask = new AskDialog(tr("Rename a run"), tr("Another name for “%1”").arg(name), this);
    ask->setMore(tr("Its folder is renamed with it: %1").arg(placeText(folder)));
    ask->setField(tr("Name of the run"), name, [this, run, folder](const QString& wanted) {
        m_selectNext = QString::fromStdString((run.folder.parent_path() / wanted.trimmed().toStdString()).string());
        const QString problem = m_shelf.rename(folder, wanted);
        m_selectNext.clear();
        return problem;
    });
    ask->setAnswers(tr("Rename"), tr("Cancel"), AskDialog::Choice::Yes);
    ask->open();
}

void RunTable::showFolder(RunSummary run)
{
    ui::showFolder(
        QString::fromStdString(run.folder.string()), &m_shelf,
        [shelf = &m_shelf](const QString& message, const QString& hint) { Q_EMIT shelf->message(message, hint); });
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

QList<int> RunTable::fullWidths() const
{
    QList<int> widths;
    const QFontMetrics head(ui::font(Type::HelpStrong));
    for (RunListModel::Column column : m_columns) {
        const QString title = m_runs->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int words = std::max(sizeHintForColumn(column), head.horizontalAdvance(title) + px(20));
        const bool edge = column == m_columns.front() || column == m_columns.back();
        widths << words + (edge ? px(12) : 0);
    }
    return widths;
}

void RunTable::spreadColumns()
{
    if (m_columns.isEmpty() || !viewport())
        return;
    const QList<int> full = fullWidths();
    QList<int> widths = full;
    // Long names of texts and models may be cut, and a run's own name where it is very long; figures never are.
    for (int i = 0; i < widths.size(); ++i)
        if (isWords(m_columns[i]))
            widths[i] = std::min(widths[i], m_columns[i] == RunListModel::Name ? px(420) : px(170));
    int room = viewport()->width() - std::accumulate(widths.begin(), widths.end(), 0);
    for (RunListModel::Column column : givesWay)
        if (const qsizetype at = m_columns.indexOf(column); room < 0 && at >= 0) {
            room += widths[at];
            widths[at] = 0;
        }
    for (int i = 0; i < widths.size(); ++i)
        setColumnHidden(m_columns[i], widths[i] == 0);
    // What is left over goes to names that are cut, then to all.
    for (int i = 0; i < widths.size() && room > 0; ++i)
        if (const int more = std::min(room, full[i] - widths[i]); widths[i] > 0 && more > 0) {
            widths[i] += more;
            room -= more;
        }
    int shares = 0;
    for (int i = 0; i < widths.size(); ++i)
        shares += widths[i] == 0 ? 0 : isWords(m_columns[i]) ? 2 : 1;
    int used = 0, last = 0;
    for (int i = 0; i < widths.size(); ++i) {
        if (widths[i] == 0)
            continue;
        last = i;
        if (room > 0)
            widths[i] += room * (isWords(m_columns[i]) ? 2 : 1) / shares;
        else if (m_columns[i] == RunListModel::Name)
            widths[i] = std::max(px(120), widths[i] + room);
        used += widths[i];
    }
    widths[last] += viewport()->width() - used; // no gap at the right edge
    horizontalHeader()->setStretchLastSection(false);
    for (int i = 0; i < widths.size(); ++i)
        if (widths[i] > 0)
            setColumnWidth(m_columns[i], std::max(px(30), widths[i]));
}

void RunTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    spreadColumns();
}

void RunTable::mouseDoubleClickEvent(QMouseEvent* event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    if (RunDelegate::checkBox(visualRect(index), index).contains(event->position().toPoint()))
        mousePressEvent(event); // two clicks, not one that opens the run
    else
        QTableView::mouseDoubleClickEvent(event);
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
    const std::optional<RunSummary> run = selectedRun();
    const bool plain = !(event->modifiers() & ~Qt::KeypadModifier);
    if (run && plain && event->key() == Qt::Key_Space) {
        const QModelIndex box = m_filter->index(selectionModel()->selectedRows().front().row(), RunListModel::Name);
        m_filter->setData(box, box.data(Qt::CheckStateRole).toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked,
                          Qt::CheckStateRole);
    } else if (run && plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        open(*run);
    else if (run && plain && event->key() == Qt::Key_Delete)
        remove(*run);
    else if (run && plain && event->key() == Qt::Key_F2)
        rename(*run);
    else if (!plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        event->ignore(); // Ctrl+Enter is the page's
    else
        QTableView::keyPressEvent(event);
}

void RunTable::contextMenuEvent(QContextMenuEvent* event)
{
    const std::optional<RunSummary> found = runAt(indexAt(event->pos()));
    if (!found)
        return;
    const RunSummary run = *found;
    const QString folder = QString::fromStdString(run.folder.string());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (run.state != RunState::Broken)
        menu->addAction(tr("Open"), this, [this, folder] { m_shown.open(folder); });
    if (run.canContinue)
        menu->addAction(tr("Continue"), this, [this, folder] { m_shown.continueRun(folder); });
    if (actionOf(run) == RunAction::Try)
        menu->addAction(tr("Try its model"), this, [this, folder] { m_shown.open(folder, PageId::Try); });
    menu->addAction(icon(QStringLiteral("folder")), tr("Show its folder"), this, [this, run] { showFolder(run); });
    QAction* renaming = menu->addAction(tr("Rename…"), this, [this, run] { rename(run); });
    renaming->setEnabled(!isWritten(run));
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("trash")), tr("Move to the bin…"), this, [this, run] { remove(run); })
        ->setEnabled(!isWritten(run));
    menu->popup(event->globalPos());
}

} // namespace fettle::ui
