// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts that samples are written on, as chips: one is chosen; before a run they can be added and taken away.
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

class QLineEdit;
class QPushButton;

namespace fettle::ui
{

class FlowLayout;

class PromptChips : public QWidget
{
    Q_OBJECT

public:
    explicit PromptChips(QWidget* parent = nullptr);
    void setPrompts(const QStringList& prompts);
    QStringList prompts() const { return m_prompts; }
    void setCurrent(int index);
    int current() const { return m_current; }
    /// With a field to add and, in each chip's context menu or by Del, a way to take it away.
    void setEditable(bool editable);
    void setPlaceholder(const QString& text);

Q_SIGNALS:
    void chosen(int index);                         ///< by the user
    void promptsEdited(const QStringList& prompts); ///< by the user

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void rebuild();
    void add();
    void remove(int index);

    QStringList m_prompts;
    int m_current = 0;
    bool m_editable = false;
    FlowLayout* m_flow;
    std::vector<QPushButton*> m_chips;
    QLineEdit* m_field;
    QPushButton* m_plus;
};

} // namespace fettle::ui
