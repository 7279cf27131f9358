// SPDX-License-Identifier: GPL-3.0-or-later
// A row that leads somewhere: icon, title, a line below it, an arrow at the end.
#pragma once

#include <QAbstractButton>

namespace fettle::ui
{

class WayButton : public QAbstractButton
{
    Q_OBJECT

public:
    WayButton(const QString& icon, const QString& title, const QString& line, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon, m_line;
};

} // namespace fettle::ui
