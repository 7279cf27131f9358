// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_page.h"

#include "core/base/machine.h"
#include "ui/bench/workbench.h"
#include "ui/charts/loss_chart.h"
#include "ui/charts/run_charts.h"
#include "ui/look/theme.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/rows.h"
#include "ui/parts/show_folder.h"
#include "ui/train/fills_panel.h"
#include "ui/train/run_buttons.h"
#include "ui/train/sample_steps.h"
#include "ui/train/samples_panel.h"
#include "ui/train/shown_run.h"
#include "ui/train/train_empty.h"
#include "ui/train/train_notices.h"

#include <QKeyEvent>
#include <QShortcut>
#include <QStackedWidget>
#include <algorithm>

namespace fettle::ui
{

namespace
{
constexpr int kHeightForLinked = 690; ///< of the page, for the linked charts to stand open by themselves
} // namespace

TrainPage::TrainPage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Train, tr("Train"), tr("Watch it learn."), parent), m_workbench(workbench)
{
    m_buttons = new RunButtons(workbench, header());
    connect(m_buttons, &RunButtons::tryWanted, this, [this] { act(WordAction::TryIt); });
    connect(m_buttons, &RunButtons::continueWanted, this, [this] { act(WordAction::Continue); });

    m_stack = new QStackedWidget(this);
    m_empty = new TrainEmpty(workbench, m_stack);
    m_stack->addWidget(m_empty);
    m_run = new QWidget(m_stack);
    m_stack->addWidget(m_run);
    buildRun();
    body()->addWidget(m_stack, 1);

    connect(&workbench.run, &RunWatch::changed, this, &TrainPage::onRunChanged);
    connect(&workbench.run, &RunWatch::updated, this, &TrainPage::onRunUpdated);
    const auto follow = [this] {
        if (isVisible())
            onRunChanged();
    };
    connect(&workbench.choices, &Choices::changed, this, follow);
    connect(&workbench.model, &ModelReading::changed, this, follow);
    connect(&workbench.text, &TextReading::changed, this, follow);
    connect(&workbench.forecasts, &Forecasts::changed, this, follow);
    connect(&workbench.runs, &RunShelf::changed, this, follow);
    const auto fail = [this](const Problem& problem, bool goesOn) {
        m_empty->setFailure(problem);
        m_notices->setFailure(problem, goesOn);
        onRunChanged();
    };
    connect(&workbench, &Workbench::startFailed, this, [fail](const Problem& problem) { fail(problem, false); });
    connect(&workbench, &Workbench::continueFailed, this, [fail](const Problem& problem) { fail(problem, true); });
    connect(&workbench, &Workbench::startFailureOver, this, [this] {
        m_empty->setFailure(std::nullopt);
        m_notices->endFailure();
        onRunChanged();
    });
    connect(&Theme::instance(), &Theme::changed, this,
            [this] { m_charts->setRoomForLinked(height() >= px(kHeightForLinked)); });
    makeKeys();
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, &TrainPage::onRunUpdated);
    onRunChanged();
}

void TrainPage::buildRun()
{
    auto* column = makeColumn(m_run, 12);
    m_strip = new TrainStrip(m_run);
    column->addWidget(m_strip);
    m_split = new MainSideSplit(QStringLiteral("train"), tr("Curves"), tr("What it writes"), m_run);
    m_charts = new RunCharts(m_split);
    m_side = new QStackedWidget(m_split);
    m_samples = new SamplesPanel(m_side);
    m_fills = new FillsPanel(m_side);
    m_side->addWidget(m_samples);
    m_side->addWidget(m_fills);
    m_side->setMinimumWidth(px(250));
    m_split->setMain(m_charts);
    m_split->setSide(m_side);
    column->addWidget(m_split, 1);
    m_notices = new TrainNotices(m_run);
    column->addWidget(m_notices);

    connect(m_charts, &RunCharts::cursorMoved, this, [this](qint64 step) {
        const RunHistory* history = shownHistory();
        const bool newest = history && !history->samples.empty() && step == history->samples.back().step;
        moveTo(step, m_follow && newest);
    });
    // What is followed is seen: whoever looks at another stretch follows no more.
    connect(m_charts, &RunCharts::cursorLeft, this, [this] {
        m_follow = false;
        showCursor();
    });
    for (SampleSteps* steps : {m_samples->steps(), m_fills->steps()}) {
        connect(steps, &SampleSteps::stepWanted, this, [this](qint64 step) { moveTo(step, false); });
        connect(steps, &SampleSteps::followWanted, this, [this](bool follow) {
            m_follow = follow;
            onRunUpdated();
        });
    }
    connect(m_notices, &TrainNotices::wanted, this, &TrainPage::act);
    connect(m_notices, &TrainNotices::mendWanted, this, [this](const QString& subject) {
        if (subject == QLatin1String("data"))
            showTextOfRun(m_workbench);
        else
            Q_EMIT m_workbench.mendWanted(subject);
    });
}

void TrainPage::refresh()
{
    onRunChanged();
}

QWidget* TrainPage::focusPlace()
{
    return m_stack->currentWidget() == m_run ? static_cast<QWidget*>(m_charts->lossChart()) : Page::focusPlace();
}

const RunHistory* TrainPage::shownHistory() const
{
    const RunHistory* history = m_workbench.run.history();
    return history && history->mark == m_shown ? history : nullptr;
}

void TrainPage::onRunChanged()
{
    const RunHistory* history = m_workbench.run.history();
    // A start that failed before anything was read leaves nothing to look at but its reason.
    const bool nothing = !history || (!livesOn(m_workbench) && history->steps.empty() && history->samples.empty() &&
                                      history->evals.empty() && !history->started);
    if (const uint64_t mark = nothing ? 0 : history->mark; mark != m_shown) {
        forgetShown();
        m_shown = mark;
    }
    m_stack->setCurrentWidget(nothing ? m_empty : m_run);
    for (QShortcut* key : m_keys)
        key->setEnabled(!nothing);
    if (nothing) {
        m_empty->refresh();
    } else {
        if (m_workbench.run.isRunning())
            m_empty->setFailure({});
        if (const std::optional<RunConfig> config = m_workbench.run.config())
            m_charts->setClip(config->arguments.max_grad_norm);
        updateRun();
    }
    m_workbench.run.isRunning() ? m_clock.start() : m_clock.stop();
    const QString sentence = nothing ? QString() : runSentence(m_workbench);
    header()->setSentence(sentence.isEmpty() ? tr("Watch it learn.") : sentence);
    m_buttons->show(nothing ? nullptr : history, livesOn(m_workbench));
}

void TrainPage::forgetShown()
{
    m_follow = true;
    m_cursor = -1;
    m_samples->clear();
    m_fills->clear();
    m_strip->clear();
    m_notices->startAnew();
    m_charts->startAnew();
    m_charts->setCursorStep(-1);
}

void TrainPage::onRunUpdated()
{
    if (isVisible())
        updateRun();
}

void TrainPage::updateRun()
{
    const RunHistory* history = shownHistory();
    if (!history)
        return;
    std::vector<int64_t> sampleSteps;
    for (const SampleSet& set : history->samples)
        sampleSteps.push_back(set.step);
    const TrainStrip::State state = stripState(m_workbench);
    m_charts->setRestLabel(history->finished || !livesOn(m_workbench) ? tr("not done") : tr("still to come"));
    if (m_charts->curves().update(history->steps, history->evals, history->checkpoints, sampleSteps, history->maxSteps))
        m_charts->refresh();
    if (m_follow && !sampleSteps.empty())
        m_cursor = sampleSteps.back();
    m_strip->show(*history, state, m_workbench.run.activity(), residentBytes());
    m_notices->show(*history, livesOn(m_workbench), m_workbench.run.isRunning());
    const bool masked = isMaskedRun(m_workbench, *history);
    m_side->setCurrentWidget(masked ? static_cast<QWidget*>(m_fills) : m_samples);
    m_split->setSideName(masked ? tr("How it fills blanks") : tr("What it writes"));
    m_charts->setMasked(masked);
    showCursor();
    if (m_follow)
        m_charts->bringCursorIntoView();
}

void TrainPage::showCursor()
{
    const RunHistory* history = shownHistory();
    if (!history)
        return;
    m_charts->setCursorStep(m_cursor, m_follow);
    const auto after = std::upper_bound(history->samples.begin(), history->samples.end(), m_cursor,
                                        [](int64_t step, const SampleSet& set) { return step < set.step; });
    const int shown = int(after - history->samples.begin()) - 1;
    const SamplesConfig samples = m_workbench.run.config().value_or(RunConfig()).samples;
    if (m_side->currentWidget() == m_fills)
        m_fills->show(*history, shown, m_follow, !samples.prompts.empty(),
                      m_workbench.run.maskToken().value_or(QString()));
    else
        m_samples->show(*history, shown, m_follow, samples);
}

void TrainPage::moveTo(int64_t step, bool follow)
{
    if (!shownHistory())
        return;
    m_cursor = step;
    m_follow = follow;
    showCursor();
    m_charts->bringCursorIntoView();
}

void TrainPage::act(WordAction action, double rate)
{
    switch (action) {
    case WordAction::StopAndStartAgain:
    case WordAction::StartAgain:
        m_workbench.run.startAgain(rate);
        break;
    case WordAction::KeepBest:
        m_workbench.run.stop(StopMode::KeepBestAndFinish);
        break;
    case WordAction::GoOn:
        onRunUpdated();
        break;
    case WordAction::Resume:
        m_workbench.run.resume();
        break;
    case WordAction::TryIt:
        Q_EMIT m_workbench.pageWanted(PageId::Try);
        break;
    case WordAction::ShowSettings:
        Q_EMIT m_workbench.pageWanted(PageId::Settings);
        break;
    case WordAction::ShowData:
        showTextOfRun(m_workbench);
        break;
    case WordAction::ShowModel:
        Q_EMIT m_workbench.pageWanted(PageId::Model);
        break;
    case WordAction::Continue:
        if (const RunHistory* history = m_workbench.run.history())
            m_workbench.run.continueRun(QString::fromStdString(history->runFolder));
        break;
    case WordAction::OpenFolder:
        if (const RunHistory* history = m_workbench.run.history())
            showFolder(
                QString::fromStdString(history->runFolder), &m_workbench,
                [w = &m_workbench](const QString& message, const QString& hint) { Q_EMIT w->message(message, hint); });
        break;
    }
}

void TrainPage::pauseOrResume()
{
    if (m_workbench.run.isRunning())
        m_workbench.run.isPaused() ? m_workbench.run.resume() : m_workbench.run.pause();
}

void TrainPage::previousSample()
{
    const RunHistory* history = shownHistory();
    if (!history)
        return;
    const std::vector<SampleSet>& sets = history->samples;
    const auto here = std::lower_bound(sets.begin(), sets.end(), m_cursor,
                                       [](const SampleSet& set, int64_t step) { return set.step < step; });
    if (here != sets.begin())
        moveTo((here - 1)->step, false);
}

void TrainPage::nextSample()
{
    const RunHistory* history = shownHistory();
    if (!history)
        return;
    for (const SampleSet& set : history->samples)
        if (set.step > m_cursor) {
            moveTo(set.step, false);
            return;
        }
}

void TrainPage::firstSample()
{
    if (const RunHistory* history = shownHistory(); history && !history->samples.empty())
        moveTo(history->samples.front().step, false);
}

void TrainPage::newestSample()
{
    if (const RunHistory* history = shownHistory(); history && !history->samples.empty())
        moveTo(history->samples.back().step, true);
}

void TrainPage::toggleLogarithmic()
{
    m_charts->toggleLogarithmic();
}

void TrainPage::resetZoom()
{
    m_charts->resetZoom();
}

void TrainPage::setProjector(bool on)
{
    m_charts->setProjector(on);
    m_strip->setProjector(on);
    m_notices->setVisible(!on);
    m_split->setKeepBoth(on);
}

void TrainPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    m_charts->setRoomForLinked(height() >= px(kHeightForLinked));
}

void TrainPage::makeKeys()
{
    // Shortcuts, not key presses: scroll areas and buttons on the way would take the arrows for themselves. Fields that
    // write and controls whose choice the arrows move keep them (they accept the override).
    const std::pair<int, void (TrainPage::*)()> keys[] = {
        {Qt::Key_Left, &TrainPage::previousSample}, {Qt::Key_Right, &TrainPage::nextSample},
        {Qt::Key_Home, &TrainPage::firstSample},    {Qt::Key_End, &TrainPage::newestSample},
        {Qt::Key_L, &TrainPage::toggleLogarithmic}, {Qt::Key_0, &TrainPage::resetZoom}};
    for (const auto& [key, does] : keys) {
        auto* shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, does);
        m_keys << shortcut;
    }
}

void TrainPage::keyPressEvent(QKeyEvent* event)
{
    // Space belongs to a button or a field that has the focus; all else lets it come here.
    const bool plain = !(event->modifiers() & ~Qt::KeypadModifier);
    if (event->matches(QKeySequence::Save))
        m_workbench.run.saveNow();
    else if (plain && event->key() == Qt::Key_Space && m_stack->currentWidget() == m_run)
        pauseOrResume();
    else
        Page::keyPressEvent(event);
}

} // namespace fettle::ui
