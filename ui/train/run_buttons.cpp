// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_buttons.h"

#include "ui/bench/run_trouble.h"
#include "ui/bench/workbench.h"
#include "ui/parts/button.h"
#include "ui/parts/page_header.h"
#include "ui/train/train_empty.h"

#include <QAction>
#include <QMenu>
#include <QTimer>

namespace fettle::ui
{

namespace
{
constexpr int kNoClicks = 1200; ///< milliseconds after a run's end in which nothing new can be started
} // namespace

RunButtons::RunButtons(Workbench& workbench, PageHeader* header)
    : QObject(header), m_workbench(workbench), m_header(header)
{
    m_stop = makeButton(tr("Stop"), Look::Outlined, ControlSize::Large, QStringLiteral("stop"), header);
    auto* menu = new QMenu(m_stop);
    menu->addAction(workbench.actions.stopAndSave);
    menu->addAction(workbench.actions.keepBest);
    menu->addSeparator();
    menu->addAction(workbench.actions.discard);
    m_stop->setMenu(menu);
    m_stop->hide();
    header->addButton(m_stop);
    m_again = makeButton(tr("Start a new run"), Look::Outlined, ControlSize::Large, QStringLiteral("refresh"), header);
    connect(m_again, &QPushButton::clicked, this, [this] {
        if (!m_again->menu())
            m_workbench.start();
    });
    m_againMenu = new QMenu(m_again);
    header->addButton(m_again);
    connect(header->primary(), &QPushButton::clicked, this, &RunButtons::pressPrimary);
}

void RunButtons::show(const RunHistory* history, bool lives)
{
    m_hasRun = history != nullptr;
    m_role = roleOf(history, lives);
    showPrimary();
    const bool running = m_workbench.run.isRunning();
    if (!running && !m_stop->isHidden()) {
        // A click that was meant for "Stop" must not start anything: "Start a new run" takes its place, a moment later.
        m_stop->menu()->close();
        m_justEnded.start();
        QTimer::singleShot(kNoClicks, this, &RunButtons::showAgain);
    }
    m_stop->setVisible(running);
    showAgain();
}

RunButtons::Primary RunButtons::roleOf(const RunHistory* history, bool lives) const
{
    if (m_workbench.run.isRunning())
        return m_workbench.run.isPaused() ? Primary::Resume : Primary::Pause;
    if (!history)
        return Primary::Start;
    if (history->finished &&
        (history->finished->reason == FinishReason::Done || history->finished->reason == FinishReason::EarlyStop))
        return Primary::TryIt;
    return history->checkpoints.empty() || lives || hasRunAway(*history) ? Primary::Start : Primary::Continue;
}

QAction* RunButtons::primaryAction() const
{
    const RunActions& actions = m_workbench.actions;
    return m_role == Primary::Start    ? actions.start
           : m_role == Primary::Pause  ? actions.pause
           : m_role == Primary::Resume ? actions.resume
                                       : nullptr;
}

void RunButtons::showPrimary()
{
    const QAction* action = primaryAction();
    QString words = action ? action->iconText() : QString(), picture = QStringLiteral("play"), tip;
    switch (m_role) {
    case Primary::Start:
        break;
    case Primary::Pause:
        picture = QStringLiteral("pause");
        tip = m_workbench.run.isPausing() ? tr("What it is at is finished first.") : tr("Space");
        break;
    case Primary::Resume:
        tip = tr("Space");
        break;
    case Primary::TryIt:
        words = tr("Try it");
        break;
    case Primary::Continue:
        words = tr("Continue");
        break;
    }
    QPushButton* primary = m_header->primary();
    // Beside a run that it would not start, "Start training" would lead astray: "Start a new run" asks which.
    primary->setVisible(m_role != Primary::Start || !m_hasRun || !m_workbench.run.isOtherNext());
    primary->setText(words);
    setButtonIcon(primary, picture);
    primary->setEnabled(!action || action->isEnabled());
    primary->setToolTip(tip);
}

void RunButtons::showAgain()
{
    const bool other = m_hasRun && m_workbench.run.isOtherNext();
    const bool canStart = m_workbench.canStart();
    const auto words = [](const RunConfig& config) {
        return tr("%1 learns %2").arg(plainModelName(config.model), plainTextName(config.data));
    };
    m_again->setVisible(!m_workbench.run.isRunning() && (m_role != Primary::Start || other));
    m_again->setEnabled((canStart || other) && !(m_justEnded.isValid() && m_justEnded.elapsed() < kNoClicks));
    const std::vector<Problem> problems = m_workbench.problems();
    m_again->setToolTip(canStart           ? words(m_workbench.choices.config())
                        : problems.empty() ? QString()
                                           : problems.front().message);
    // What is chosen may have nothing to do with the run on show: then each is said, and the person chooses.
    if (!other) {
        m_again->setMenu(nullptr);
        return;
    }
    m_againMenu->clear();
    QAction* chosen = m_againMenu->addAction(tr("Start what is chosen: %1").arg(words(m_workbench.choices.config())),
                                             this, [this] { m_workbench.start(); });
    chosen->setEnabled(canStart);
    if (const std::optional<RunConfig>& shown = m_workbench.run.config())
        m_againMenu->addAction(tr("Choose as in this run: %1").arg(words(*shown)), this, [this] {
            m_workbench.takeOverRun();
            Q_EMIT m_workbench.pageWanted(PageId::Settings);
        });
    m_again->setMenu(m_againMenu);
}

void RunButtons::pressPrimary()
{
    if (QAction* action = primaryAction())
        action->trigger();
    else if (m_role == Primary::TryIt)
        Q_EMIT tryWanted();
    else
        Q_EMIT continueWanted();
}

} // namespace fettle::ui
