// SPDX-License-Identifier: GPL-3.0-or-later
// Menus, their actions and keys.
#include "ui/window/main_window.h"

#include "core/arguments/run_config.h"
#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/page.h"
#include "ui/parts/show_folder.h"
#include "ui/parts/words_dialog.h"
#include "ui/runs/runs_page.h"
#include "ui/settings/setting_info.h"
#include "ui/settings/settings_page.h"
#include "ui/window/find_action.h"

#include <QActionGroup>
#include <QApplication>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QSettings>
#include <QStackedWidget>
#include <array>
#include <utility>

namespace fettle::ui
{

/// What the button of the page Train does in turn.
static std::array<std::pair<const char*, QAction*>, 3> ofTheTrainPage(const RunActions& run)
{
    return {{{"start", run.start}, {"pause", run.pause}, {"resume", run.resume}}};
}

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> does)
{
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    QMainWindow::addAction(action); // keys work while the menu bar is hidden
    menu->addAction(action);
    connect(action, &QAction::triggered, this, [does = std::move(does)] { does(); });
    return action;
}

void MainWindow::makeMenus()
{
    makeFileMenu();
    makeEditMenu();
    makeViewMenu();
    makeRunMenu();
    makeHelpMenu();
    m_find = new FindAction(menuBar(), this);
    for (const SettingInfo& setting : settingTable())
        m_find->addPlace(tr("Settings › %1").arg(setting.label), setting.key + QLatin1Char(' ') + setting.help,
                         [this, key = setting.key] { Q_EMIT m_workbench.mendWanted(key); });
    auto* holder = new QWidget(menuBar());
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 1, 8, 2);
    auto* find = makeButton(tr("Find an action"), Look::Ghost, ControlSize::Small, QStringLiteral("search"), holder);
    find->setProperty("fettleKeys", tr("Ctrl+K"));
    row->addWidget(find);
    find->setFocusPolicy(Qt::NoFocus);
    connect(find, &QPushButton::clicked, this, &MainWindow::findAction);
    menuBar()->setCornerWidget(holder);
}

void MainWindow::makeFileMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    addAction(menu, tr("&Open a text…"), QKeySequence(tr("Ctrl+O")), [this] {
        if (const QStringList files = chooseTexts(this); !files.isEmpty())
            m_workbench.opener.openPaths(files);
    });
    addAction(menu, tr("Open a folder of &texts…"), {}, [this] {
        if (const QString folder = chooseTextFolder(this); !folder.isEmpty())
            m_workbench.opener.openTextFolder(folder);
    });
    addAction(menu, tr("Open a model or run &folder…"), QKeySequence(tr("Ctrl+Shift+O")), [this] {
        if (const QString folder = chooseFolder(this); !folder.isEmpty())
            m_workbench.opener.openPath(folder);
    });
    addAction(menu, tr("Open a &run file…"), {}, [this] {
        if (const QString file = chooseRunFile(this); !file.isEmpty())
            m_workbench.opener.openRunFile(file);
    });
    menu->addSeparator();
    m_actions[QStringLiteral("newRun")] =
        addAction(menu, tr("&New run with these choices"), QKeySequence(tr("Ctrl+N")), [this] {
            m_workbench.run.close();
            showPage(PageId::Settings);
        });
    addAction(menu, tr("Show the folder of all runs"), {},
              [this] { showFolderOf(QString::fromStdString(defaultRunsFolder().string())); });
    menu->addSeparator();
    addAction(menu, tr("&Quit"), QKeySequence(tr("Ctrl+Q")), [this] { close(); });
}

void MainWindow::makeEditMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Edit"));
    m_actions[QStringLiteral("undo")] = addAction(menu, tr("&Undo a change of the settings"),
                                                  QKeySequence(tr("Ctrl+Z")), [this] { m_workbench.choices.undo(); });
    m_actions[QStringLiteral("reset")] =
        addAction(menu, tr("All settings to their &defaults"), {}, [this] { m_workbench.choices.resetArguments(); });
    m_actions[QStringLiteral("prompts")] = addAction(menu, tr("&Prompts of the samples…"), {}, [this] {
        showPage(PageId::Settings);
        static_cast<SettingsPage*>(page(PageId::Settings))->editPrompts();
    });
    menu->addSeparator();
    addAction(menu, tr("&Find an action…"), QKeySequence(tr("Ctrl+K")), [this] { findAction(); });
}

void MainWindow::makeViewMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    for (const Page* page : pages()) {
        const PageId id = page->id();
        addAction(menu, page->title(), QKeySequence(QStringLiteral("Ctrl+%1").arg(static_cast<int>(id) + 1)),
                  [this, id] { showPage(id); });
    }
    menu->addSeparator();
    QMenu* themes = menu->addMenu(tr("&Colours"));
    auto* group = new QActionGroup(this);
    const QString names[] = {tr("As the &system"), tr("&Light"), tr("&Dark")};
    for (int i = 0; i < 3; ++i) {
        QAction* action = addAction(themes, names[i], {}, [i] {
            Theme::instance().setChoice(static_cast<ThemeChoice>(i));
            QSettings().setValue(QStringLiteral("window/theme"), i);
        });
        action->setCheckable(true);
        group->addAction(action);
        m_actions[QStringLiteral("theme%1").arg(i)] = action;
    }
    const auto scale = [](double factor) {
        return [factor] {
            const double now = Theme::instance().textScale();
            Theme::instance().setTextScale(factor == 0 ? 1.0 : now + factor);
        };
    };
    addAction(menu, tr("&Larger text"), QKeySequence(tr("Ctrl++")), scale(0.1))
        ->setShortcuts({QKeySequence(QStringLiteral("Ctrl++")), QKeySequence(QStringLiteral("Ctrl+="))});
    addAction(menu, tr("&Smaller text"), QKeySequence(tr("Ctrl+-")), scale(-0.1));
    addAction(menu, tr("Text at &100 %"), QKeySequence(tr("Ctrl+0")), scale(0));
    menu->addSeparator();
    QAction* projector =
        addAction(menu, tr("&Projector"), QKeySequence(tr("F11")), [this] { setProjector(!m_projector); });
    projector->setCheckable(true);
    m_actions[QStringLiteral("projector")] = projector;
    QAction* still = addAction(menu, tr("Reduced &motion"), {}, [] {
        const bool on = !Theme::instance().reducedMotion();
        Theme::instance().setReducedMotion(on);
        QSettings().setValue(QStringLiteral("window/reducedMotion"), on);
    });
    still->setCheckable(true);
    m_actions[QStringLiteral("reducedMotion")] = still;
    addAction(menu, tr("&Next part of the window"), QKeySequence(tr("F6")), [this] { nextRegion(); });
    connect(menu, &QMenu::aboutToShow, this, &MainWindow::updateActions);
}

void MainWindow::makeRunMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Run"));
    QAction* button = addAction(menu, tr("The page's &button"), QKeySequence(tr("Ctrl+Return")),
                                [this] { static_cast<Page*>(m_stack->currentWidget())->activatePrimary(); });
    button->setShortcuts({QKeySequence(tr("Ctrl+Return")), QKeySequence(tr("Ctrl+Enter"))});
    m_actions[QStringLiteral("button")] = button;
    const RunActions& run = m_workbench.actions;
    for (const auto& [name, action] : ofTheTrainPage(run)) // lines of their own: a hidden action cannot be triggered
        m_actions[QLatin1String(name)] = addAction(menu, action->text(), {}, [does = action] { does->trigger(); });
    menu->addAction(run.saveNow);
    run.saveNow->setShortcut(QKeySequence(tr("Ctrl+S")));
    QMainWindow::addAction(run.saveNow);
    menu->addSeparator();
    menu->addActions({run.stopAndSave, run.keepBest, run.discard});
    menu->addSeparator();
    m_actions[QStringLiteral("folder")] = addAction(menu, tr("Show the run's &folder"), {}, [this] {
        if (m_workbench.run.history())
            showFolderOf(QString::fromStdString(m_workbench.run.history()->runFolder));
    });
    m_actions[QStringLiteral("compare")] = addAction(menu, tr("&Compare runs"), {}, [this] {
        showPage(PageId::Runs);
        static_cast<RunsPage*>(page(PageId::Runs))->compare();
    });
    menu->addSeparator();
    m_actions[QStringLiteral("demo1")] = addAction(menu, tr("Demo: a story-teller goes to s&ea"), {},
                                                   [this] { m_workbench.startDemo(QStringLiteral("ships-log")); });
    m_actions[QStringLiteral("demo2")] = addAction(menu, tr("Demo: a reader learns &contracts"), {}, [this] {
        m_workbench.startDemo(QStringLiteral("contract-clauses"));
    });
    connect(menu, &QMenu::aboutToShow, this, &MainWindow::updateActions);
}

void MainWindow::makeHelpMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    addAction(menu, tr("&Keys"), QKeySequence(tr("F1")), [this] { showKeys(); });
    addAction(menu, tr("&About Fettle"), {}, [this] { showAbout(); });
}

void MainWindow::findAction()
{
    updateActions(); // it lists what can be done now, by its names of now
    m_find->open();
}

void MainWindow::updateActions()
{
    const bool running = m_workbench.run.isRunning();
    const auto enable = [this](const char* name, bool on) { m_actions[QLatin1String(name)]->setEnabled(on); };
    enable("newRun", !running && m_workbench.run.history());
    enable("undo", !running && m_workbench.choices.canUndo());
    enable("reset", !running);
    enable("folder", m_workbench.run.history() && !m_workbench.run.history()->runFolder.empty());
    enable("prompts", !running);
    enable("compare", m_workbench.runs.runs().size() > 1);
    enable("demo1", !running);
    enable("demo2", !running);
    // What Ctrl+Enter does just now, by its own name; where that is an action of the menu, it stands there once.
    if (const auto* shown = static_cast<const Page*>(m_stack->currentWidget())) {
        const QPushButton* primary = shown->header()->primary();
        const bool isThere = primary->isVisibleTo(shown) && !primary->text().isEmpty();
        QAction* button = m_actions[QStringLiteral("button")];
        button->setText(isThere ? primary->text() : tr("The page's button"));
        button->setEnabled(isThere && primary->isEnabled());
        for (const auto& [name, action] : ofTheTrainPage(m_workbench.actions)) {
            QAction* line = m_actions[QLatin1String(name)];
            line->setText(action->text());
            line->setEnabled(action->isEnabled());
            line->setVisible(action->iconText() != button->text());
        }
    }
    m_actions[QStringLiteral("theme%1").arg(static_cast<int>(Theme::instance().choice()))]->setChecked(true);
    m_actions[QStringLiteral("projector")]->setChecked(m_projector);
    m_actions[QStringLiteral("reducedMotion")]->setChecked(Theme::instance().reducedMotion());
}

void MainWindow::showFolderOf(const QString& folder)
{
    showFolder(folder, this, [this](const QString& message, const QString& hint) { say(message, hint, true); });
}

void MainWindow::showKeys()
{
    QString rows;
    const auto row = [&rows](const QString& keys, const QString& words) {
        rows += QStringLiteral("<tr><td style=\"padding:2px 24px 2px 0\"><tt>%1</tt></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), words.toHtmlEscaped());
    };
    for (const QAction* action : actions())
        if (action == m_actions[QStringLiteral("button")])
            row(action->shortcut().toString(QKeySequence::NativeText),
                tr("The page's filled button: start, pause, write…"));
        else if (!action->shortcut().isEmpty())
            row(action->shortcut().toString(QKeySequence::NativeText), action->text().remove(QLatin1Char('&')));
    row(tr("Space"), tr("Train: pause and resume"));
    row(tr("← →"), tr("Train: the sample before and after"));
    row(tr("Home, End"), tr("Train: step 0, the newest sample"));
    row(tr("L, 0"), tr("Train: logarithmic axis; zoom back"));
    row(tr("Esc"), tr("Try: stop writing"));
    row(tr("F2"), tr("Runs: another name for the chosen run"));
    row(tr("Space"), tr("Runs: checks the chosen run, to compare it"));
    row(tr("Del"), tr("Runs: the chosen run to the bin, after a question"));
    row(tr("Enter"), tr("Runs: opens the chosen run"));
    WordsDialog(tr("Keys"), QStringLiteral("<table>%1</table>").arg(rows), this).exec();
}

void MainWindow::showAbout()
{
    WordsDialog(tr("About Fettle"),
                tr("<p>Version %2</p><p>Fettle teaches a small language model your kind of text, on this computer, and "
                   "shows how it "
                   "learns.</p><p>It opens no connection. Your texts are only read; the model you start from is never "
                   "changed; every run is a new folder.</p><p>Fettle is free software under the GNU General Public "
                   "License, version 3 or later, and comes without any warranty. It is built on LibTorch, "
                   "SentencePiece, ICU, Qt %1 and QCustomPlot.</p>")
                    .arg(QLatin1String(qVersion()), QCoreApplication::applicationVersion()),
                this)
        .exec();
}

} // namespace fettle::ui
