// SPDX-License-Identifier: GPL-3.0-or-later
// The focus ring: 2 px of accent, 1 px away from the control that has the keyboard.
#pragma once

#include <QPointer>
#include <QWidget>

namespace fettle::ui
{

/// Watches the application's focus and draws over the window; shown for fields always, for all else when the keyboard
/// brought the focus there.
class FocusRing : public QWidget
{
    Q_OBJECT

public:
    explicit FocusRing(QObject* application);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void follow(QWidget* widget);
    void place();

    QPointer<QWidget> m_target;
};

} // namespace fettle::ui
