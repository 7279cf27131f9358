// SPDX-License-Identifier: GPL-3.0-or-later
// The focus ring: 2 px of accent, 1 px away from the control that has the keyboard, 3 px from a chip. Qt's QFocusFrame,
// painted by Style; shown around fields always, around all else when the keyboard brought the focus there.
#pragma once

#include <QFocusFrame>
#include <QPointer>

namespace fettle::ui
{

/// Watches the application's focus.
class FocusRing : public QObject
{
    Q_OBJECT

public:
    explicit FocusRing(QObject* application);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QPointer<QFocusFrame> m_frame; ///< stands in the window or scroll area of its widget, and goes with it
};

} // namespace fettle::ui
