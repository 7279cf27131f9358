// SPDX-License-Identifier: GPL-3.0-or-later
// "Find an action" (Ctrl+K): every action of the menus and every setting, filtered as one types; Enter does it.
#pragma once

#include <QFrame>
#include <functional>

class QAction;
class QLineEdit;
class QListWidget;
class QMenuBar;

namespace fettle::ui
{

class Label;

class FindAction : public QFrame
{
    Q_OBJECT

public:
    FindAction(QMenuBar* menus, QWidget* window);

    /// Something that is in no menu: listed once a word of `path` or of `alsoCalled` is typed.
    void addPlace(const QString& path, const QString& alsoCalled, std::function<void()> open);
    /// Collects the actions that can be done now and opens below the menu bar.
    void open();
    /// For each word typed, the action's path must hold it; at best at the start of a word.
    void filter(const QString& typed);
    QListWidget* list() const { return m_list; }
    QString nothingFound() const; ///< the words that stand where nothing fits; empty where something does

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Entry {
        QString path;
        QString alsoCalled;
        QString keys;
        std::function<void()> does;
    };
    void collect(const QList<QAction*>& actions, const QString& path);
    void activate();

    QMenuBar* m_menus;
    QLineEdit* m_field;
    QListWidget* m_list;
    Label* m_nothing;
    QList<Entry> m_places;
    QList<Entry> m_entries; ///< what can be done now
};

} // namespace fettle::ui
