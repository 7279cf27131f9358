// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "ui/bridge/workbench.h"
#include "ui/dialogs/close_dialog.h"
#include "ui/pages/page.h"
#include "ui/rail.h"
#include "ui/style/theme.h"
#include "ui/style/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/drop_field.h"
#include "ui/widgets/notice_bar.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>

namespace fettle::ui
{

MainWindow::MainWindow(Workbench& workbench, QWidget* parent) : QMainWindow(parent), m_workbench(workbench)
{
    setAcceptDrops(true);
    setMinimumSize(1024, 700);
    auto* central = new QWidget(this);
    auto* row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_rail = new Rail(workbench, central);
    row->addWidget(m_rail);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    m_message = new NoticeBar(central);
    m_message->hide();
    auto* bar = new QVBoxLayout;
    bar->setContentsMargins(20, 0, 20, 0);
    bar->addWidget(m_message);
    m_stack = new QStackedWidget(central);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);
    row->addLayout(column, 1);
    setCentralWidget(central);

    makePages();
    makeMenus();
    connectWorkbench();
    restore();
    showPage(QStringLiteral("home"));
    updateTitle();
    updateActions();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectWorkbench()
{
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPage);
    connect(&m_workbench, &Workbench::pageWanted, this, &MainWindow::showPage);
    connect(&m_workbench, &Workbench::stepsChanged, this, &MainWindow::updateTitle);
    connect(&m_workbench, &Workbench::stepsChanged, this, &MainWindow::updateActions);
    connect(&m_workbench, &Workbench::messageForUser, this,
            [this](const QString& message, const QString& hint) { say(message, hint, true); });
    connect(&m_workbench, &Workbench::startFailed, this,
            [this](const QString& message, const QString& hint, const QString& subject) {
                say(tr("Training did not start: %1").arg(message), hint, true);
                const QString key = subject == QLatin1String("model") || subject == QLatin1String("data")
                                        ? subject
                                        : QStringLiteral("settings");
                if (key == currentPage() || (subject.isEmpty() && currentPage() == QLatin1String("train")))
                    return;
                auto* show = makeButton(tr("Show"), Look::Outlined, ControlSize::Small, {}, m_message);
                connect(show, &QPushButton::clicked, this, [this, key] { showPage(key); });
                m_message->buttons()->insertWidget(0, show);
            });
    connect(&m_workbench, &Workbench::runChanged, this, [this] {
        if (m_closing && !m_workbench.isRunning())
            finishClosing();
    });
}

void MainWindow::say(const QString& strong, const QString& words, bool error)
{
    m_message->clearButtons();
    auto* close =
        makeIconButton(QStringLiteral("close"), tr("Close this message"), m_message, ControlSize::Small, Look::Ghost);
    connect(close, &QPushButton::clicked, m_message, &QWidget::hide);
    m_message->buttons()->addWidget(close);
    m_message->say(error ? NoticeBar::Error : NoticeBar::Tip, strong, words);
}

void MainWindow::showPage(const QString& key)
{
    for (int i = 0; i < m_stack->count(); ++i) {
        auto* page = static_cast<Page*>(m_stack->widget(i));
        if (page->key() != key)
            continue;
        if (m_stack->currentIndex() != i)
            m_message->hide();
        page->refresh();
        m_stack->setCurrentIndex(i);
        m_rail->setCurrent(key);
    }
}

QString MainWindow::currentPage() const
{
    const auto* page = static_cast<const Page*>(m_stack->currentWidget());
    return page ? page->key() : QString();
}

QStringList MainWindow::pageKeys() const
{
    QStringList keys;
    for (int i = 0; i < m_stack->count(); ++i)
        keys << static_cast<const Page*>(m_stack->widget(i))->key();
    return keys;
}

Page* MainWindow::page(const QString& key) const
{
    const qsizetype index = pageKeys().indexOf(key);
    return index < 0 ? nullptr : static_cast<Page*>(m_stack->widget(static_cast<int>(index)));
}

void MainWindow::updateTitle()
{
    const RunHistory* history = m_workbench.history();
    if (!history || history->name.empty()) {
        setWindowTitle(tr("Fettle"));
        return;
    }
    const QString name = QString::fromStdString(history->name);
    setWindowTitle(m_workbench.isRunning() ? tr("%1 – %2 – Fettle").arg(name, percentText(m_workbench.progress()))
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
    if (on) {
        m_scaleBefore = Theme::instance().textScale();
        Theme::instance().setTextScale(std::max(1.5, m_scaleBefore));
        showFullScreen();
    } else {
        Theme::instance().setTextScale(m_scaleBefore);
        showNormal();
    }
    menuBar()->setVisible(!on);
    for (int i = 0; i < m_stack->count(); ++i)
        static_cast<Page*>(m_stack->widget(i))->setProjector(on);
    updateRail();
    updateActions();
}

int MainWindow::saveScreenshots(const QString& folder, const QString& suffix)
{
    QDir().mkpath(folder);
    const ThemeChoice before = Theme::instance().choice();
    const QString pageBefore = currentPage();
    int saved = 0;
    for (const auto& [choice, name] : {std::pair{ThemeChoice::Light, "light"}, std::pair{ThemeChoice::Dark, "dark"}}) {
        Theme::instance().setChoice(choice);
        for (const QString& key : pageKeys()) {
            showPage(key);
            // Wrapped words settle their heights in a few rounds.
            for (int round = 0; round < 4; ++round) {
                QApplication::sendPostedEvents();
                QApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
            }
            saved += grab().save(QStringLiteral("%1/%2%3-%4.png").arg(folder, key, suffix, QLatin1String(name)));
        }
    }
    Theme::instance().setChoice(before);
    showPage(pageBefore);
    return saved;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings settings;
    if (!m_projector) {
        settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
        settings.setValue(QStringLiteral("window/textScale"), Theme::instance().textScale());
    }
    if (!m_workbench.isRunning()) {
        event->accept();
        return;
    }
    event->ignore();
    if (m_closing)
        return;
    CloseDialog dialog(m_workbench, this);
    dialog.exec();
    if (dialog.answer() == CloseDialog::GoOn || !m_workbench.isRunning())
        return;
    // The engine finishes its step and saves; the window waits with its events alive.
    m_closing = true;
    centralWidget()->setEnabled(false);
    menuBar()->setEnabled(false);
    const bool save = dialog.answer() == CloseDialog::SaveAndClose;
    m_message->clearButtons();
    m_message->say(NoticeBar::Tip, save ? tr("Saving, then closing.") : tr("Closing."),
                   tr("The step in progress is finished first."));
    m_workbench.stop(save ? StopMode::SaveAndStop : StopMode::Discard);
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
    if (paths.size() == 1) {
        m_workbench.openPath(paths.front());
    } else {
        m_workbench.setTexts(paths);
        showPage(QStringLiteral("data"));
    }
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    updateRail();
}

void MainWindow::restore()
{
    const QSettings settings;
    resize(1280, 800);
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    auto& theme = Theme::instance();
    theme.setTextScale(settings.value(QStringLiteral("window/textScale"), theme.textScale()).toDouble());
    theme.setChoice(static_cast<ThemeChoice>(settings.value(QStringLiteral("window/theme"), 0).toInt()));
    theme.setReducedMotion(settings.value(QStringLiteral("window/reducedMotion"), false).toBool());
    connect(&theme, &Theme::changed, this, &MainWindow::updateRail);
    updateRail();
}

} // namespace fettle::ui
