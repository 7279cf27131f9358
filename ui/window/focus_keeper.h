// SPDX-License-Identifier: GPL-3.0-or-later
// When the control that has the focus vanishes or can no longer be used, the focus stays in its part of the window.
//
// Qt hands it to the next control of the window, wherever that is: a pressed button that goes would leave the keys with
// the rail, and Enter would lead away.
#pragma once

#include <QObject>
#include <functional>

class QWidget;

namespace fettle::ui
{

class FocusKeeper : public QObject
{
    Q_OBJECT

public:
    /// `place` is asked for the widget that takes over; null leaves things as they are.
    FocusKeeper(QWidget* window, std::function<QWidget*(QWidget* lost)> place);

private:
    void onFocusChanged(QWidget* before, QWidget* now);

    QWidget* m_window;
    std::function<QWidget*(QWidget*)> m_place;
};

} // namespace fettle::ui
