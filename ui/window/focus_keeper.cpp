// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/focus_keeper.h"

#include <QApplication>
#include <QWidget>

namespace fettle::ui
{

FocusKeeper::FocusKeeper(QWidget* window, std::function<QWidget*(QWidget*)> place)
    : QObject(window), m_window(window), m_place(std::move(place))
{
    connect(qApp, &QApplication::focusChanged, this, &FocusKeeper::onFocusChanged);
}

void FocusKeeper::onFocusChanged(QWidget* before, QWidget* now)
{
    // Who moves the focus leaves a control that can still be used.
    if (!before || before->window() != m_window || (before->isVisible() && before->isEnabled()))
        return;
    if (now && now->window() != m_window)
        return;
    QWidget* place = m_place(before);
    if (place && place != now && place->isVisible() && place->isEnabled())
        place->setFocus(Qt::OtherFocusReason);
}

} // namespace fettle::ui
