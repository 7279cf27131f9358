// SPDX-License-Identifier: GPL-3.0-or-later
// One entry of the rail: mark or icon, name, and a line that says how far it is.
#pragma once

#include "ui/bench/page_id.h"
#include "ui/parts/badges.h"

#include <QAbstractButton>

namespace fettle::ui
{

class RailItem : public QAbstractButton
{
    Q_OBJECT

public:
    /// An empty `icon` makes it a step with a mark.
    RailItem(PageId page, const QString& name, const QString& icon, QWidget* parent);

    PageId page() const { return m_page; }
    void setState(Mark mark, double fraction, const QString& markWords, const QString& line);
    /// Whether a line leads to the step above and below.
    void setConnected(bool above, bool below);
    void setCompact(bool compact);
    /// The line as it fits: what is cut is the name before the last " · ", not the figure behind it.
    QString shownLine() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    int lineRoom() const;
    void paintWide(QPainter& painter) const;
    void paintCompact(QPainter& painter) const;
    void paintSign(QPainter& painter, const QRectF& square) const;

    PageId m_page;
    QString m_icon, m_line;
    Mark m_mark = Mark::Ring;
    double m_fraction = 0;
    bool m_above = false, m_below = false, m_compact = false;
    bool m_byKeyboard = false; ///< the keyboard brought the focus here: show it
};

} // namespace fettle::ui
