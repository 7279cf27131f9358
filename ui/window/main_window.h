// SPDX-License-Identifier: GPL-3.0-or-later
// The one window: menu bar, rail, pages.
#pragma once

#include "ui/bench/page_id.h"

#include <QMainWindow>
#include <functional>
#include <map>

class QAction;
class QMenu;
class QStackedWidget;

namespace fettle::ui
{

class FindAction;
class FloatingNotice;
class Page;
class Rail;
class WindowGeometry;
class Workbench;
enum class FolderKind;

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Workbench& workbench, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(PageId id);
    PageId currentPage() const;
    QList<Page*> pages() const;
    Page* page(PageId id) const;
    /// Larger text, rail as icons, quieter pages, full screen.
    void setProjector(bool on);
    /// Saves a picture of every page, light and dark, into `folder` (made where missing). Returns how many.
    int saveScreenshots(const QString& folder, const QString& suffix = {});

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    // main_window_pages.cpp: the one place that knows every page.
    void makePages();
    // main_window_menus.cpp
    void makeMenus();
    void makeFileMenu();
    void makeEditMenu();
    void makeViewMenu();
    void makeRunMenu();
    void makeHelpMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> does);
    void findAction();
    void updateActions();
    void showKeys();
    void showAbout();

    void connectWorkbench();
    void say(const QString& strong, const QString& words, bool error, const QString& more = {});
    /// What a chosen folder is instead or too, and the choice once more.
    void offerOther(const QString& message, const QString& button, const QString& folder, FolderKind found,
                    FolderKind wanted);
    void sayForAWhile(const QString& strong, const QString& words);
    void showFolderOf(const QString& folder);
    void updateTitle();
    void updateRail();
    void nextRegion();
    void restoreTheme();
    void restore();
    void finishClosing();

    Workbench& m_workbench;
    Rail* m_rail;
    QStackedWidget* m_stack;
    FloatingNotice* m_message;
    WindowGeometry* m_geometry = nullptr;
    FindAction* m_find = nullptr;
    std::map<QString, QAction*> m_actions;
    bool m_projector = false;
    double m_scaleBefore = 1;
    bool m_closing = false;
    bool m_wasRunning = false;
    int m_said = 0; ///< counts messages, so that one that leaves by itself takes no later one along
};

} // namespace fettle::ui
