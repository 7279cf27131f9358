// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_list_model.h"

#include "ui/look/words.h"

#include <algorithm>

namespace fettle::ui
{
namespace
{
double fractionOf(const RunSummary& run)
{
    return run.maxSteps > 0 ? static_cast<double>(run.step) / static_cast<double>(run.maxSteps) : 0;
}

QString folderOf(const RunSummary& run)
{
    return QString::fromStdString(run.folder.string());
}

/// Its model is no better than the untouched one was.
bool wasInVain(const RunSummary& run)
{
    return run.isValidation && run.modelLoss && run.validationLosses.size() > 1 &&
           *run.modelLoss >= run.validationLosses.front();
}
} // namespace

RunAction actionOf(const RunSummary& run)
{
    switch (run.state) {
    case RunState::Running:
        return RunAction::Watch;
    case RunState::Finished:
        return run.modelStep ? RunAction::Try : RunAction::Explain; // its model was moved away
    case RunState::Failed:
    case RunState::Broken:
        return RunAction::Explain;
    case RunState::Paused:
        return run.canContinue ? RunAction::Continue : RunAction::Watch; // a program still holds it
    case RunState::Stopped:
    case RunState::Interrupted:
        return run.canContinue ? RunAction::Continue : RunAction::Explain;
    }
    return RunAction::None;
}

QString actionWords(RunAction action)
{
    switch (action) {
    case RunAction::Watch:
        return RunListModel::tr("Watch");
    case RunAction::Continue:
        return RunListModel::tr("Continue");
    case RunAction::Try:
        return RunListModel::tr("Try model");
    case RunAction::Explain:
        return RunListModel::tr("What happened?");
    case RunAction::None:
        break;
    }
    return {};
}

QString stateWords(const RunSummary& run)
{
    const QString percent = percentText(fractionOf(run));
    switch (run.state) {
    case RunState::Running:
        return RunListModel::tr("running · %1").arg(percent);
    case RunState::Paused:
        return RunListModel::tr("paused at %1").arg(percent);
    case RunState::Stopped:
        return RunListModel::tr("stopped at %1").arg(percent);
    case RunState::Finished:
        return RunListModel::tr("finished");
    case RunState::Failed:
        return run.step == 0 ? RunListModel::tr("did not start") : RunListModel::tr("failed at %1").arg(percent);
    case RunState::Interrupted:
        return RunListModel::tr("cut off at %1").arg(percent);
    case RunState::Broken:
        break;
    }
    return RunListModel::tr("cannot be read");
}

StateBadge::Kind stateKind(const RunSummary& run)
{
    switch (run.state) {
    case RunState::Finished:
        return wasInVain(run) ? StateBadge::Warning : StateBadge::Good;
    case RunState::Running:
        return StateBadge::Good;
    case RunState::Paused:
    case RunState::Interrupted:
        return StateBadge::Warning;
    case RunState::Stopped:
        return StateBadge::Neutral;
    case RunState::Failed:
    case RunState::Broken:
        break;
    }
    return StateBadge::Error;
}

std::optional<double> lossOf(const RunSummary& run)
{
    // A model that was not checked has no loss: those on the way are of others.
    if (run.modelLoss || run.modelStep)
        return run.modelLoss;
    return run.step > 0 ? run.checkedLoss : run.bestLoss;
}

std::optional<double> accuracyOf(const RunSummary& run)
{
    return run.modelLoss || run.modelStep ? run.modelAccuracy : run.checkedAccuracy;
}

QString lossMeaning(const RunSummary& run)
{
    if (!run.bestLoss)
        return {};
    if (!run.modelStep) {
        if (!lossOf(run))
            return {};
        if (run.step == 0)
            return RunListModel::tr("Validation loss before any training.");
        const QString words = RunListModel::tr("Validation loss at step %1.").arg(countText(*run.checkedStep));
        return run.state == RunState::Finished ? words + RunListModel::tr(" The model is not there any more.") : words;
    }
    QStringList parts = lossRemarks(run);
    if (run.modelLoss)
        parts.prepend(RunListModel::tr("Validation loss of its model, step %1.").arg(countText(*run.modelStep)));
    return parts.join(QLatin1Char(' '));
}

QStringList lossRemarks(const RunSummary& run)
{
    if (!run.bestLoss || !run.modelStep)
        return {};
    QStringList remarks;
    const bool vain = wasInVain(run);
    if (!run.modelLoss)
        remarks << RunListModel::tr("Its model, of step %1, was not checked.").arg(countText(*run.modelStep));
    else if (vain)
        remarks << RunListModel::tr("No better than before training: %1.").arg(lossText(run.validationLosses.front()));
    if (run.bestLoss != run.modelLoss && !(vain && *run.bestLoss >= run.validationLosses.front()))
        remarks << RunListModel::tr("Lowest on the way: %1.").arg(lossText(*run.bestLoss));
    return remarks;
}

RunListModel::RunListModel(QObject* parent) : QAbstractTableModel(parent) {}

void RunListModel::setRuns(std::vector<RunSummary> runs)
{
    for (QString& folder : m_checked)
        if (std::none_of(runs.begin(), runs.end(), [&](const RunSummary& run) { return folderOf(run) == folder; }))
            folder.clear();
    const bool same = std::equal(runs.begin(), runs.end(), m_runs.begin(), m_runs.end(),
                                 [](const RunSummary& a, const RunSummary& b) { return a.folder == b.folder; });
    if (same) {
        m_runs = std::move(runs);
        if (!m_runs.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

void RunListModel::setCheckable(bool checkable)
{
    m_isCheckable = checkable;
}

void RunListModel::setChecked(const QString& folder, bool checked)
{
    const auto at = std::find(m_checked.begin(), m_checked.end(), folder);
    if (checked == (at != m_checked.end()))
        return;
    const auto place = checked ? std::find(m_checked.begin(), m_checked.end(), QString()) : at;
    if (place == m_checked.end()) {
        Q_EMIT tooManyChecked();
        return;
    }
    *place = checked ? folder : QString();
    if (const int row = rowOf(folder); row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    Q_EMIT checksChanged();
}

void RunListModel::moved(const QString& from, const QString& to)
{
    std::replace(m_checked.begin(), m_checked.end(), from, to);
}

std::vector<CheckedRun> RunListModel::checkedRuns() const
{
    std::vector<CheckedRun> runs;
    for (size_t color = 0; color < m_checked.size(); ++color)
        if (const RunSummary* found = run(rowOf(m_checked[color])); found && canBeCompared(*found))
            runs.push_back({*found, static_cast<int>(color)});
    return runs;
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    const RunSummary* found = index.isValid() ? run(index.row()) : nullptr;
    const bool checks = found && index.column() == Name && canBeCompared(*found);
    return QAbstractTableModel::flags(index) | (checks ? Qt::ItemIsUserCheckable : Qt::NoItemFlags);
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable))
        return false;
    setChecked(index.data(FolderRole).toString(), value.toInt() == Qt::Checked);
    return true;
}

const RunSummary* RunListModel::run(int row) const
{
    return row >= 0 && row < rowCount() ? &m_runs[static_cast<size_t>(row)] : nullptr;
}

int RunListModel::rowOf(const QString& folder) const
{
    for (int row = 0; row < rowCount(); ++row)
        if (folderOf(m_runs[static_cast<size_t>(row)]) == folder)
            return row;
    return -1;
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    const RunSummary* found = index.isValid() ? run(index.row()) : nullptr;
    if (!found)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(*found, index.column());
    case Qt::ToolTipRole:
        if (index.column() == State && !found->problem.empty())
            return engineWords(found->problem);
        if (index.column() == Best)
            return lossMeaning(*found);
        if (index.column() == Curve)
            return text(*found, Curve);
        if (index.column() == Name)
            return text(*found, Name).toString() + QLatin1Char('\n') + placeText(folderOf(*found)) +
                   (found->isAdapter ? tr("\nAn addition learnt, not the model itself (LoRA).") : QString());
        return index.column() == Model || index.column() == Text ? text(*found, index.column()) : QVariant();
    case Qt::CheckStateRole:
        if (index.column() != Name || !canBeCompared(*found))
            return {};
        return checkColor(*found) >= 0 ? Qt::Checked : Qt::Unchecked;
    case MarkRole:
        return index.column() == Name && found->isAdapter ? tr("LoRA") : QString();
    case ColorRole:
        return checkColor(*found);
    case Qt::TextAlignmentRole:
        return index.column() == Steps || index.column() == Best || index.column() == Took || index.column() == Action
                   ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                   : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case FolderRole:
        return folderOf(*found);
    case SortRole:
        return sortKey(*found, index.column());
    case BadgeKindRole:
        return stateKind(*found);
    case CurveRole:
        return QVariant::fromValue(QList<double>(found->validationLosses.begin(), found->validationLosses.end()));
    case IsValidationRole:
        return found->isValidation;
    case FractionRole:
        return found->state == RunState::Finished ? 1.0 : fractionOf(*found);
    default:
        return {};
    }
}

int RunListModel::checkColor(const RunSummary& run) const
{
    const auto at = std::find(m_checked.begin(), m_checked.end(), folderOf(run));
    return at == m_checked.end() ? -1 : static_cast<int>(at - m_checked.begin());
}

QVariant RunListModel::text(const RunSummary& run, int column) const
{
    const bool broken = run.state == RunState::Broken;
    switch (column) {
    case Name:
        return QString::fromStdString(run.name);
    case Curve:
        if (run.validationLosses.empty())
            return {};
        return (run.isValidation ? tr("validation loss from %1 to %2") : tr("training loss from %1 to %2"))
            .arg(lossText(run.validationLosses.front()), lossText(run.validationLosses.back()));
    case Started:
        return broken ? QString() : dayText(run.started);
    case Model:
        return run.isAdapter ? tr("%1 + addition (LoRA)").arg(QString::fromStdString(run.model))
                             : QString::fromStdString(run.model);
    case Text:
        return QString::fromStdString(run.data);
    case State:
        return stateWords(run);
    case Steps:
        return broken ? QString() : countText(run.step);
    case Best:
        return lossOf(run) ? lossText(*lossOf(run)) : QString();
    case Took:
        return broken ? QString() : clockText(run.seconds);
    case Changed:
        return dayText(run.changed);
    case Action:
        return actionWords(actionOf(run));
    default:
        return {};
    }
}

QVariant RunListModel::sortKey(const RunSummary& run, int column) const
{
    constexpr double none = 1e300;
    switch (column) {
    case Started:
        return run.started;
    case Steps:
        return static_cast<qlonglong>(run.step);
    case Best:
    case Curve:
        return lossOf(run).value_or(none);
    case Took:
        return run.seconds;
    case Changed:
        return run.changed;
    default:
        return text(run, column).toString().toLower();
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == Steps || section == Best || section == Took ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                                                      : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Run");
    case Curve:
        return tr("Course");
    case Started:
        return tr("Started");
    case Model:
        return tr("Model");
    case Text:
        return tr("Text");
    case State:
        return tr("State");
    case Steps:
        return tr("Steps");
    case Best:
        return tr("Loss");
    case Took:
        return tr("Took");
    case Changed:
        return tr("Last change");
    default:
        return QString();
    }
}

RunFilterModel::RunFilterModel(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(RunListModel::SortRole);
    setDynamicSortFilter(true);
}

void RunFilterModel::setText(const QString& text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void RunFilterModel::setGroup(Group group)
{
    m_group = group;
    invalidateFilter();
}

void RunFilterModel::setMostRows(int rows)
{
    m_most = rows;
    invalidateFilter();
}

bool RunFilterModel::belongs(const RunSummary& run, Group group)
{
    switch (group) {
    case All:
        return true;
    case Running:
        return run.state == RunState::Running;
    case Finished:
        return run.state == RunState::Finished;
    case Unfinished:
        return run.state != RunState::Finished && run.state != RunState::Running;
    }
    return true;
}

bool RunFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_most > 0 && row >= m_most)
        return false;
    const auto* runs = static_cast<const RunListModel*>(sourceModel());
    const RunSummary* run = runs->run(row);
    if (!run || !belongs(*run, m_group))
        return false;
    if (m_text.isEmpty())
        return true;
    for (int column : {RunListModel::Name, RunListModel::Model, RunListModel::Text, RunListModel::State})
        if (runs->data(runs->index(row, column, parent), Qt::DisplayRole)
                .toString()
                .contains(m_text, Qt::CaseInsensitive))
            return true;
    return false;
}

} // namespace fettle::ui
