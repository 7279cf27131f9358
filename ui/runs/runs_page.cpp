// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/runs_page.h"

#include "ui/bench/run_shelf.h"
#include "ui/bench/run_watch.h"
#include "ui/look/icons.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/button.h"
#include "ui/parts/card.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/runs/run_comparison.h"
#include "ui/runs/run_table.h"

#include <QLineEdit>

namespace fettle::ui
{
namespace
{
/// What happened to a run, in a sentence or two.
QString storyOf(const RunSummary& run, bool isOurs)
{
    const QString step = countText(run.step), most = countText(run.maxSteps);
    const QString steps = counted(run.step, RunsPage::tr("1 step"), RunsPage::tr("%1 steps"));
    switch (run.state) {
    case RunState::Running:
        return RunsPage::tr("At step %1 of %2. “Watch” shows its curves while it goes on.").arg(step, most);
    case RunState::Paused:
        return run.canContinue ? RunsPage::tr("Paused at step %1 of %2. All is saved; it goes on from exactly there.")
                                     .arg(step, most)
               : isOurs ? RunsPage::tr("Paused at step %1 of %2. All is saved; “Resume” on the page Train goes on.")
                              .arg(step, most)
                        : RunsPage::tr(
                              "Paused at step %1 of %2. All is saved; “Resume” on the page Train of the program that "
                              "holds it goes on.")
                              .arg(step, most);
    case RunState::Stopped:
        return run.canContinue
                   ? RunsPage::tr("Stopped at step %1 of %2. It can go on from its last save.").arg(step, most)
                   : RunsPage::tr("Stopped at step %1 of %2, before anything was saved.").arg(step, most);
    case RunState::Finished:
        return run.modelStep ? RunsPage::tr("Finished after %1. Its model, that of step %2, is ready to be tried.")
                                   .arg(steps, countText(*run.modelStep))
                             : RunsPage::tr("Finished after %1. Its model is not in the folder any more.").arg(steps);
    case RunState::Failed:
        if (run.step == 0)
            return RunsPage::tr("It did not start: %1").arg(engineWords(run.problem));
        return RunsPage::tr("Failed at step %1 of %2: %3").arg(step, most, engineWords(run.problem));
    case RunState::Interrupted:
        return run.canContinue ? RunsPage::tr("Cut off at step %1 of %2: the program or the computer was switched off. "
                                              "It can go on from its last save.")
                                     .arg(step, most)
                               : RunsPage::tr("Cut off at step %1 of %2, before anything was saved.").arg(step, most);
    case RunState::Broken:
        break;
    }
    return RunsPage::tr("This folder cannot be read as a run: %1").arg(engineWords(run.problem));
}
} // namespace

RunsPage::RunsPage(RunWatch& shown, RunShelf& shelf, QWidget* parent)
    : Page(PageId::Runs, tr("Runs"),
           tr("Every run is a folder on your disk: check two to compare them, go on from any, or take one with you."),
           parent),
      m_run(shown), m_shelf(shelf)
{
    makeTable();
    makeDetails();
    connect(m_table, &RunTable::selectionMoved, this, &RunsPage::updateDetails);
    connect(&m_table->runs(), &RunListModel::checksChanged, this, &RunsPage::updateDetails);
    connect(&shelf, &RunShelf::changed, this, &RunsPage::updateGroups);
    connect(&Theme::instance(), &Theme::changed, this, &RunsPage::arrange);
    connect(header()->primary(), &QPushButton::clicked, this, [this] {
        if (const auto run = m_table->selectedRun())
            m_table->act(*run);
        else if (!m_shelf.runs().empty())
            showAllRuns();
        else
            Q_EMIT m_run.pageWanted(PageId::Home);
    });
    updateGroups();
    updateDetails();
}

void RunsPage::makeTable()
{
    auto* card = new Card({}, {}, this);
    card->setBodyMargins(0, 10, 0, 5); // the table leaves the round corners alone
    m_tools = makeRow(nullptr, 10, {15, 0, 15, 6});
    auto* finding = makeRow(nullptr, 10);
    auto* doing = makeRow(nullptr, 10);
    m_find = new QLineEdit(card);
    setSize(m_find, ControlSize::Small);
    m_find->setPlaceholderText(tr("Name, text, model"));
    m_find->setAccessibleName(tr("Find a run"));
    m_find->setClearButtonEnabled(true);
    m_find->setMaximumWidth(px(230));
    m_find->addAction(icon(QStringLiteral("search"), Ink::Text2), QLineEdit::LeadingPosition);
    m_groups = new SegmentedControl({tr("All"), tr("Running"), tr("Finished"), tr("Unfinished")}, card);
    m_groups->setAccessibleName(tr("Which runs"));
    m_continue = makeButton(tr("Continue"), Look::Outlined, ControlSize::Small, QStringLiteral("play"), card);
    m_folder = makeButton(tr("Open folder"), Look::Outlined, ControlSize::Small, QStringLiteral("folder"), card);
    m_remove = makeIconButton(QStringLiteral("trash"), tr("Move to the bin"), card);
    finding->addWidget(m_find, 100); // all there is, up to its own most
    finding->addWidget(m_groups);
    finding->addStretch(1);
    doing->addWidget(m_continue);
    doing->addWidget(m_folder);
    doing->addWidget(m_remove);
    doing->addStretch(0);
    m_tools->addLayout(finding, 1);
    m_tools->addLayout(doing);
    card->body()->addLayout(m_tools);

    m_table = new RunTable(m_run, m_shelf,
                           {RunListModel::Name, RunListModel::Started, RunListModel::Model, RunListModel::Text,
                            RunListModel::Curve, RunListModel::State, RunListModel::Steps, RunListModel::Best,
                            RunListModel::Took, RunListModel::Action},
                           card);
    m_table->runs().setCheckable(true);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunListModel::Started, Qt::DescendingOrder);
    card->body()->addWidget(m_table, 1);
    m_empty = new QWidget(card);
    auto* column = new QVBoxLayout(m_empty);
    column->setContentsMargins(16, 30, 16, 40);
    m_emptyTitle = new Label({}, Type::CardTitle, Ink::Text, m_empty);
    m_emptyTitle->setTextFormat(Qt::PlainText); // somebody's search
    m_emptyWords = new Label({}, Type::Body, Ink::Text2, m_empty);
    column->addWidget(m_emptyTitle, 0, Qt::AlignHCenter);
    column->addWidget(m_emptyWords, 0, Qt::AlignHCenter);
    column->addStretch(1);
    card->body()->addWidget(m_empty, 1);
    body()->addWidget(card, 1);

    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_table->filter().setText(text);
        updateGroups();
    });
    connect(m_groups, &SegmentedControl::chosen, this, [this](int group) {
        m_table->filter().setGroup(static_cast<RunFilterModel::Group>(group));
        updateGroups();
    });
    connect(m_continue, &QPushButton::clicked, this, [this] {
        if (const auto run = m_table->selectedRun())
            m_run.continueRun(QString::fromStdString(run->folder.string()));
    });
    connect(m_folder, &QPushButton::clicked, this, [this] {
        if (const auto run = m_table->selectedRun())
            m_table->showFolder(*run);
    });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const auto run = m_table->selectedRun())
            m_table->remove(*run);
    });
}

void RunsPage::makeDetails()
{
    m_details = new Card(tr("Run"), {}, this);
    m_figuresBox = new QWidget(m_details);
    m_figures = makeRow(m_figuresBox, 24);
    m_curve = new Sparkline(m_details);
    m_best = new Figure({}, tr("best validation loss"), m_details, true);
    m_accuracy = new Figure({}, tr("token accuracy"), m_details, true);
    m_accuracy->setToolTip(tr("The share of the pieces kept aside that its first guess has right."));
    m_steps = new Figure({}, tr("optimizer steps"), m_details, true);
    m_took = new Figure({}, tr("time it took"), m_details, true);
    m_figures->addWidget(m_curve);
    for (Figure* figure : {m_best, m_accuracy, m_steps, m_took}) {
        auto* line = new Line(Qt::Vertical, m_details);
        m_figures->addWidget(line);
        m_figures->addWidget(figure);
        if (figure == m_accuracy)
            m_accuracyLine = line;
    }
    m_figures->addStretch(1);
    m_details->body()->addWidget(m_figuresBox);
    m_words = new Label({}, Type::Body, Ink::Text, m_details);
    m_words->wrapped();
    m_place = new Label({}, Type::Mono, Ink::Text2, m_details);
    m_place->wrapped();
    m_place->selectable();
    m_details->body()->addWidget(m_words);
    m_details->body()->addWidget(m_place);
    body()->addWidget(m_details);
    m_comparison = new RunComparison(this);
    m_comparison->hide();
    body()->addWidget(m_comparison);
}

void RunsPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    arrange();
}

void RunsPage::arrange()
{
    const double room = width() / Theme::instance().textScale();
    int oneLine = m_find->fontMetrics().horizontalAdvance(m_find->placeholderText()) + px(50) + px(120); // and gaps
    for (const QWidget* tool : std::initializer_list<QWidget*>{m_groups, m_continue, m_folder, m_remove})
        oneLine += tool->sizeHint().width();
    m_tools->setDirection(width() < oneLine ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_curve->setVisible(room > 700);
    m_figures->setSpacing(room > 700 ? 24 : 12);
}

QWidget* RunsPage::focusPlace()
{
    return m_table->isVisible() ? static_cast<QWidget*>(m_table) : Page::focusPlace();
}

void RunsPage::refresh()
{
    m_shelf.refresh();
    selectShown();
}

void RunsPage::selectShown()
{
    // A run that was begun or opened is the one that is meant now; after that a person's own choice holds.
    const RunHistory* history = m_run.history();
    const uint64_t mark = history && !history->runFolder.empty() ? history->mark : 0;
    if (mark != 0 && mark != m_selectedFor) {
        const QString folder = QString::fromStdString(history->runFolder);
        m_table->selectRun(folder);
        const std::optional<RunSummary> run = m_table->selectedRun();
        if (run && QString::fromStdString(run->folder.string()) == folder)
            m_selectedFor = mark;
    }
    if (!m_table->selectedRun() && m_table->model()->rowCount() > 0)
        m_table->selectRow(0);
}

void RunsPage::updateGroups()
{
    const auto& runs = m_shelf.runs();
    m_groups->setChoiceText(0,
                            runs.empty() ? tr("All") : tr("All %1").arg(countText(static_cast<int64_t>(runs.size()))));
    const bool none = m_table->model()->rowCount() == 0;
    m_table->setVisible(!none);
    m_empty->setVisible(none);
    const QString text = m_find->text().trimmed();
    m_emptyTitle->setText(runs.empty()     ? tr("No runs yet")
                          : text.isEmpty() ? tr("No run of this kind")
                                           : tr("No run here holds “%1”").arg(text.left(40)));
    m_emptyWords->setText(runs.empty()
                              ? tr("Each training leaves a folder here, with its curve, its samples and its model.")
                          : text.isEmpty() ? tr("“All” shows every run.")
                                           : tr("Looked for in its name, its text, its model and its state."));
    selectShown();
    updateDetails();
}

void RunsPage::showAllRuns()
{
    m_find->clear();
    m_groups->setCurrent(0);
    m_table->filter().setGroup(RunFilterModel::All);
    updateGroups();
}

void RunsPage::compare()
{
    showAllRuns();
    m_table->compare();
    m_table->setFocus(Qt::OtherFocusReason);
}

void RunsPage::updateComparison()
{
    const std::vector<CheckedRun> runs = m_table->runs().checkedRuns();
    m_comparison->setVisible(runs.size() > 1);
    if (runs.size() > 1)
        m_comparison->showRuns(runs);
}

void RunsPage::updateDetails()
{
    const std::optional<RunSummary> run = m_table->selectedRun();
    QPushButton* primary = header()->primary();
    const RunAction action = run ? actionOf(*run) : RunAction::None;
    updateComparison();
    m_details->setVisible(run.has_value() && m_comparison->isHidden());
    m_continue->setEnabled(run && run->canContinue && !m_run.isRunning());
    m_folder->setEnabled(run.has_value());
    m_remove->setEnabled(run && !isWritten(*run));
    primary->setEnabled(!run || action != RunAction::None);
    if (!run) {
        const bool none = m_shelf.runs().empty();
        primary->setText(none ? tr("Begin on Home") : tr("Show all runs"));
        setButtonIcon(primary, none ? QStringLiteral("home") : QStringLiteral("chart"));
        return;
    }
    const QString name = QString::fromStdString(run->name);
    const RunHistory* shown = m_run.history();
    const bool isOurs = m_run.isRunning() && shown && run->folder == std::filesystem::path(shown->runFolder);
    m_figuresBox->setVisible(run->state != RunState::Broken); // nothing is known of it
    primary->setText(action == RunAction::Try        ? tr("Try %1").arg(name)
                     : action == RunAction::Continue ? tr("Continue %1").arg(name)
                     : action == RunAction::Watch    ? tr("Watch %1").arg(name)
                                                     : tr("What happened?"));
    setButtonIcon(primary, action == RunAction::Explain ? QStringLiteral("info") : QStringLiteral("play"));
    m_details->setTitle(name);
    QStringList kinds;
    if (!run->objective.empty())
        kinds << (run->objective == "masked" ? tr("fills in blanks (masked)") : tr("writes on (causal)"));
    if (run->isAdapter)
        kinds << tr("an addition learns, not the model (LoRA)");
    m_details->setSubtitle(kinds.join(QStringLiteral(" · ")));
    m_curve->setValues(run->validationLosses, run->isValidation);
    m_best->setNumber(lossOf(*run) ? lossText(*lossOf(*run)) : QStringLiteral("–"));
    m_best->setCaption(run->modelStep     ? tr("validation loss of its model")
                       : run->checkedStep ? tr("validation loss, step %1").arg(countText(*run->checkedStep))
                                          : tr("validation loss"));
    m_best->setToolTip(lossMeaning(*run));
    const std::optional<double> accuracy = accuracyOf(*run);
    m_accuracy->setNumber(accuracy ? shareText(*accuracy) : QString());
    m_accuracy->setVisible(accuracy.has_value());
    m_accuracyLine->setVisible(accuracy.has_value());
    m_steps->setNumber(run->maxSteps > 0 ? tr("%1 of %2").arg(countText(run->step), countText(run->maxSteps))
                                         : countText(run->step));
    m_took->setNumber(clockText(run->seconds));
    m_words->setText((QStringList(storyOf(*run, isOurs)) + lossRemarks(*run)).join(QLatin1Char(' ')));
    m_place->setText(placeText(QString::fromStdString(run->folder.string())));
}

} // namespace fettle::ui
