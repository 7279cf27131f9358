// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/floating_notice.h"
#include "ui/parts/page.h"
#include "ui/parts/rows.h"
#include "ui/window/close_dialog.h"
#include "ui/window/focus_keeper.h"
#include "ui/window/rail.h"
#include "ui/window/window_geometry.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <utility>

namespace fettle::ui
{

MainWindow::MainWindow(Workbench& workbench, QWidget* parent) : QMainWindow(parent), m_workbench(workbench)
{
    restoreTheme(); // before there is a widget: each is made in the colours and the size that hold
    setAcceptDrops(true);
    // Small enough for a laptop at twofold scale (960x540) with a frame: what has no room scrolls.
    setMinimumSize(720, 440);
    auto* central = new QWidget(this);
    auto* row = makeRow(central);
    m_rail = new Rail(workbench, central);
    row->addWidget(m_rail);
    auto* pages = new QWidget(central);
    auto* column = new QVBoxLayout(pages);
    column->setContentsMargins(0, 0, 0, 0);
    m_stack = new QStackedWidget(pages);
    column->addWidget(m_stack);
    m_message = new FloatingNotice(pages);
    row->addWidget(pages, 1);
    setCentralWidget(central);

    makePages();
    makeMenus();
    new FocusKeeper(this, [this](QWidget*) { return static_cast<Page*>(m_stack->currentWidget())->focusPlace(); });
    connectWorkbench();
    restore();
    showPage(PageId::Home);
    page(PageId::Home)->focusPlace()->setFocus(Qt::OtherFocusReason); // not the rail: Ctrl+7 leads into the page
    updateTitle();
    updateActions();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectWorkbench()
{
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPage);
    connect(&m_workbench, &Workbench::pageWanted, this, &MainWindow::showPage);
    connect(&m_workbench, &Workbench::changed, this, &MainWindow::updateTitle);
    connect(&m_workbench, &Workbench::changed, this, &MainWindow::updateActions);
    for (const Page* page : pages())
        connect(page->header(), &PageHeader::primaryChanged, this, &MainWindow::updateActions);
    connect(&m_workbench, &Workbench::message, this,
            [this](const QString& message, const QString& hint) { say(message, hint, true); });
    connect(&m_workbench.opener, &Opener::otherOffered, this, &MainWindow::offerOther);
    connect(&m_workbench, &Workbench::startFailed, this, [this](const Problem& problem) {
        // These two pages say it where it happened; told twice it would stand one above the other.
        if (currentPage() == PageId::Settings || currentPage() == PageId::Train)
            return;
        say(tr("Training did not start."), problem.message, true, problem.hint);
        const PageId mends = pageOf(problem.subject);
        if (mends == currentPage())
            return;
        auto* show = makeButton(tr("Show"), Look::Outlined, ControlSize::Small, {}, m_message);
        connect(show, &QPushButton::clicked, this,
                [this, subject = problem.subject] { Q_EMIT m_workbench.mendWanted(subject); });
        m_message->buttons()->insertWidget(0, show);
    });
    connect(&m_workbench, &Workbench::continueFailed, this, [this](const Problem& problem) {
        if (currentPage() != PageId::Train) // which says it itself
            say(tr("The run did not go on."), problem.message, true, problem.hint);
    });
    connect(&m_workbench.run, &RunWatch::changed, this, [this] {
        const bool running = m_workbench.run.isRunning();
        if (running && !std::exchange(m_wasRunning, running))
            m_message->hide(); // what was said of an earlier start is over
        m_wasRunning = running;
        if (m_closing && !running)
            finishClosing();
    });
}

void MainWindow::offerOther(const QString& message, const QString& button, const QString& folder, FolderKind found,
                            FolderKind wanted)
{
    say(message, {}, true);
    auto* open = makeButton(button, Look::Outlined, ControlSize::Small, {}, m_message);
    connect(open, &QPushButton::clicked, this, [this, folder, found] {
        m_message->hide();
        m_workbench.opener.openFolderAs(found, folder);
    });
    auto* again = makeButton(tr("Choose again…"), Look::Outlined, ControlSize::Small, {}, m_message);
    connect(again, &QPushButton::clicked, this, [this, wanted] {
        m_message->hide();
        const QString other = wanted == FolderKind::Run     ? chooseRunFolder(this)
                              : wanted == FolderKind::Model ? chooseModelFolder(this)
                                                            : chooseTextFolder(this);
        if (!other.isEmpty())
            m_workbench.opener.openFolderAs(wanted, other);
    });
    m_message->buttons()->insertWidget(0, open);
    m_message->buttons()->insertWidget(1, again);
}

void MainWindow::say(const QString& strong, const QString& words, bool error, const QString& more)
{
    ++m_said;
    m_message->clearButtons();
    auto* close =
        makeIconButton(QStringLiteral("close"), tr("Close this message"), m_message, ControlSize::Small, Look::Ghost);
    connect(close, &QPushButton::clicked, m_message, &QWidget::hide);
    m_message->buttons()->addWidget(close);
    m_message->setStays(!error);
    m_message->say(error ? NoticeBar::Error : NoticeBar::Tip, strong, words, more);
}

void MainWindow::showPage(PageId id)
{
    Page* page = this->page(id);
    const bool comesNew = m_stack->currentWidget() != page;
    if (comesNew)
        m_message->hide();
    // The page's keys work at once, unless a person walks along the rail or through menus.
    const QWidget* focus = focusWidget();
    const bool follows = !focus || m_stack->isAncestorOf(focus);
    m_workbench.lookAgain();
    page->refresh();
    m_stack->setCurrentWidget(page);
    m_rail->setCurrent(id);
    updateActions();
    if (comesNew && follows)
        page->focusPlace()->setFocus(Qt::OtherFocusReason);
}

PageId MainWindow::currentPage() const
{
    return static_cast<const Page*>(m_stack->currentWidget())->id();
}

QList<Page*> MainWindow::pages() const
{
    QList<Page*> all;
    for (int i = 0; i < m_stack->count(); ++i)
        all << static_cast<Page*>(m_stack->widget(i));
    return all;
}

Page* MainWindow::page(PageId id) const
{
    return static_cast<Page*>(m_stack->widget(static_cast<int>(id))); // makePages() keeps their order
}

void MainWindow::updateTitle()
{
    const RunHistory* history = m_workbench.run.history();
    if (!history || history->name.empty()) {
        setWindowTitle(tr("Fettle"));
        return;
    }
    const QString name = QString::fromStdString(history->name);
    setWindowTitle(m_workbench.run.isRunning()
                       ? tr("%1 – %2 – Fettle").arg(name, percentText(m_workbench.run.progress()))
                       : tr("%1 – Fettle").arg(name));
}

void MainWindow::updateRail()
{
    // Very large text would leave no room beside a wide rail.
    const double scale = Theme::instance().textScale();
    m_rail->setCompact(m_projector || (width() - 224 * scale) / scale < 620);
}

void MainWindow::nextRegion()
{
    Page* page = static_cast<Page*>(m_stack->currentWidget());
    QWidget* focus = QApplication::focusWidget();
    if (!focus || (!m_rail->isAncestorOf(focus) && !page->header()->isAncestorOf(focus))) {
        m_rail->focusCurrent();
    } else if (m_rail->isAncestorOf(focus) && page->header()->primary()->isEnabled()) {
        page->header()->primary()->setFocus(Qt::TabFocusReason);
    } else {
        page->header()->primary()->setFocus(Qt::TabFocusReason);
        focusNextPrevChild(true);
    }
}

void MainWindow::setProjector(bool on)
{
    if (on == m_projector)
        return;
    m_projector = on;
    if (on)
        m_scaleBefore = Theme::instance().textScale();
    Theme::instance().setTextScale(on ? std::max(1.5, m_scaleBefore) : m_scaleBefore);
    // Full screen lies over "maximised", which is there again afterwards.
    setWindowState(windowState().setFlag(Qt::WindowFullScreen, on));
    show();
    menuBar()->setVisible(!on);
    for (Page* page : pages())
        page->setProjector(on);
    updateRail();
    updateActions();
    if (on)
        sayForAWhile(tr("Projector."), tr("F11 leaves it."));
}

void MainWindow::sayForAWhile(const QString& strong, const QString& words)
{
    constexpr int milliseconds = 3000;
    say(strong, words, false);
    QTimer::singleShot(milliseconds, m_message, [this, said = ++m_said] {
        if (said == m_said)
            m_message->hide();
    });
}

int MainWindow::saveScreenshots(const QString& folder, const QString& suffix)
{
    QDir().mkpath(folder);
    const ThemeChoice before = Theme::instance().choice();
    const PageId pageBefore = currentPage();
    int saved = 0;
    for (const auto& [choice, name] : {std::pair{ThemeChoice::Light, "light"}, std::pair{ThemeChoice::Dark, "dark"}}) {
        Theme::instance().setChoice(choice);
        for (const Page* page : pages()) {
            showPage(page->id());
            // Wrapped words settle their heights in a few rounds.
            for (int round = 0; round < 4; ++round) {
                QApplication::sendPostedEvents();
                QApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
            }
            saved += grab().save(
                QStringLiteral("%1/%2%3-%4.png").arg(folder, pageKey(page->id()), suffix, QLatin1String(name)));
        }
    }
    Theme::instance().setChoice(before);
    showPage(pageBefore);
    return saved;
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && isActiveWindow())
        m_workbench.lookAgain();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_geometry->save();
    if (!m_workbench.run.isRunning()) {
        event->accept();
        return;
    }
    event->ignore();
    if (m_closing)
        return;
    bool save = true; // a paused run has saved all: nothing to ask
    if (!m_workbench.run.isPaused()) {
        CloseDialog dialog(m_workbench.run, this);
        dialog.exec();
        if (dialog.answer() == CloseDialog::GoOn)
            return;
        if (!m_workbench.run.isRunning()) { // it ended while the question stood
            event->accept();
            return;
        }
        save = dialog.answer() == CloseDialog::SaveAndClose;
    }
    // The engine finishes its step and saves; the window waits with its events alive.
    m_closing = true;
    centralWidget()->setEnabled(false);
    menuBar()->setEnabled(false);
    m_message->clearButtons();
    m_message->setStays(true);
    m_message->say(NoticeBar::Tip, save ? tr("Saving, then closing.") : tr("Closing."),
                   tr("The step in progress is finished first."));
    m_workbench.run.stop(save ? StopMode::SaveAndStop : StopMode::Discard);
}

void MainWindow::finishClosing()
{
    m_closing = false;
    centralWidget()->setEnabled(true);
    menuBar()->setEnabled(true);
    close();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QStringList paths = droppedPaths(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    m_workbench.opener.openPaths(paths);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    updateRail();
}

void MainWindow::restoreTheme()
{
    const QSettings settings;
    auto& theme = Theme::instance();
    theme.setTextScale(settings.value(QStringLiteral("window/textScale"), theme.textScale()).toDouble());
    theme.setChoice(static_cast<ThemeChoice>(settings.value(QStringLiteral("window/theme"), 0).toInt()));
    theme.setReducedMotion(settings.value(QStringLiteral("window/reducedMotion"), false).toBool());
}

void MainWindow::restore()
{
    m_geometry = new WindowGeometry(*this, QSize(1280, 800));
    m_geometry->restore();
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateRail();
        // At once: a signal may end the program without a word to its windows.
        QSettings().setValue(QStringLiteral("window/textScale"),
                             m_projector ? m_scaleBefore : Theme::instance().textScale());
    });
    updateRail();
}

} // namespace fettle::ui
