// SPDX-License-Identifier: GPL-3.0-or-later
// Where the window stands: remembered from start to start, and never larger than the screen, its frame included.
#pragma once

#include <QMargins>
#include <QObject>
#include <QRect>
#include <QTimer>

class QWidget;

namespace fettle::ui
{

/// `wanted` (without its frame) made to lie on a screen whose free part is `available`: smaller where it must be, then
/// moved.
QRect fittedToScreen(const QRect& wanted, const QRect& available, const QMargins& frame);

class WindowGeometry : public QObject
{
    Q_OBJECT

public:
    /// Watches `window`; what changes is written down within a second, so that a kill loses nothing.
    WindowGeometry(QWidget& window, const QSize& firstSize);

    void restore(); ///< before the window is shown
    void save() const;

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void fitOnce();

    QWidget& m_window;
    QSize m_firstSize;
    QSize m_given; ///< the size that restore() gave; the user's own sizes are left alone
    QTimer m_later;
};

} // namespace fettle::ui
