// SPDX-License-Identifier: GPL-3.0-or-later
// A tile that can be chosen, with a radio mark, a title, a line and whatever is laid in its body.
//
// Use: put several in a QButtonGroup; tile->body()->addWidget(…). Children do not take the mouse.
#pragma once

#include <QAbstractButton>

class QVBoxLayout;

namespace fettle::ui
{

class Label;

class ChoiceTile : public QAbstractButton
{
    Q_OBJECT

public:
    ChoiceTile(const QString& title, const QString& line, QWidget* parent = nullptr);
    void setLine(const QString& line);
    QVBoxLayout* body() const { return m_body; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void indent(); ///< title and line, past the mark

    Label* m_name;
    Label* m_line;
    QVBoxLayout* m_body;
};

} // namespace fettle::ui
