// SPDX-License-Identifier: GPL-3.0-or-later
// "Find an action" (Ctrl+K): every action of the menus, filtered as one types; Enter does it.
#pragma once

#include <QFrame>

class QAction;
class QLineEdit;
class QListWidget;
class QMenuBar;

namespace fettle::ui
{

class FindAction : public QFrame
{
    Q_OBJECT

public:
    FindAction(QMenuBar* menus, QWidget* window);

    /// Collects the actions that can be done now and opens below the menu bar.
    void open();
    /// For each word typed, the action's path must hold it; at best at the start of a word.
    void filter(const QString& typed);
    QListWidget* list() const { return m_list; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Entry {
        QString path;
        QAction* action;
    };
    void collect(const QList<QAction*>& actions, const QString& path);
    void activate();

    QMenuBar* m_menus;
    QLineEdit* m_field;
    QListWidget* m_list;
    QList<Entry> m_entries;
};

} // namespace fettle::ui
