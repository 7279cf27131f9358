// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/window_geometry.h"

#include <QEvent>
#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QWidget>
#include <algorithm>

namespace fettle::ui
{
namespace
{
const QString rectKey = QStringLiteral("window/rect");
const QString maximizedKey = QStringLiteral("window/maximized");
/// What a window manager usually puts around a window; the true frame is known once it is shown.
constexpr QMargins usualFrame(4, 32, 4, 4);
} // namespace

QRect fittedToScreen(const QRect& wanted, const QRect& available, const QMargins& frame)
{
    const QRect room = available.marginsRemoved(frame);
    QRect fitted = wanted;
    fitted.setSize(wanted.size().boundedTo(room.size()));
    fitted.moveLeft(std::clamp(fitted.left(), room.left(), room.right() + 1 - fitted.width()));
    fitted.moveTop(std::clamp(fitted.top(), room.top(), room.bottom() + 1 - fitted.height()));
    return fitted;
}

WindowGeometry::WindowGeometry(QWidget& window, const QSize& firstSize)
    : QObject(&window), m_window(window), m_firstSize(firstSize)
{
    m_later.setSingleShot(true);
    m_later.setInterval(500);
    connect(&m_later, &QTimer::timeout, this, &WindowGeometry::save);
    connect(qApp, &QCoreApplication::aboutToQuit, this, &WindowGeometry::save); // a signal closes no window
    window.installEventFilter(this);
}

void WindowGeometry::restore()
{
    const QSettings settings;
    const QRect remembered = settings.value(rectKey).toRect();
    QScreen* screen = remembered.isValid() ? QGuiApplication::screenAt(remembered.center()) : nullptr;
    if (screen == nullptr)
        screen = QGuiApplication::primaryScreen();
    const QRect available = screen != nullptr ? screen->availableGeometry() : QRect(QPoint(), m_firstSize);
    QRect wanted(QPoint(), m_firstSize);
    wanted.moveCenter(available.center());
    const QRect rect = fittedToScreen(remembered.isValid() ? remembered : wanted, available, usualFrame);
    m_window.setGeometry(rect);
    m_given = rect.size();
    if (settings.value(maximizedKey, false).toBool())
        m_window.setWindowState(m_window.windowState() | Qt::WindowMaximized);
}

void WindowGeometry::save() const
{
    const bool fullScreen = m_window.windowState().testFlag(Qt::WindowFullScreen);
    if (m_window.windowState().testFlag(Qt::WindowMinimized))
        return;
    QSettings settings;
    settings.setValue(maximizedKey, m_window.windowState().testFlag(Qt::WindowMaximized));
    const QRect normal = m_window.normalGeometry();
    if (!fullScreen && normal.isValid())
        settings.setValue(rectKey, normal);
}

bool WindowGeometry::eventFilter(QObject* object, QEvent* event)
{
    if (object == &m_window) {
        const QEvent::Type type = event->type();
        if (type == QEvent::Show && !event->spontaneous())
            for (const int later : {0, 250}) // window managers tell the frame a little later
                QTimer::singleShot(later, this, &WindowGeometry::fitOnce);
        else if ((type == QEvent::Resize || type == QEvent::Move || type == QEvent::WindowStateChange) &&
                 m_window.isVisible())
            m_later.start();
    }
    return QObject::eventFilter(object, event);
}

void WindowGeometry::fitOnce()
{
    if (m_window.windowState() & (Qt::WindowMaximized | Qt::WindowFullScreen) || m_window.size() != m_given ||
        m_window.screen() == nullptr)
        return;
    const QRect inner = m_window.geometry(), outer = m_window.frameGeometry();
    const QMargins frame(inner.left() - outer.left(), inner.top() - outer.top(), outer.right() - inner.right(),
                         outer.bottom() - inner.bottom());
    const QRect fitted = fittedToScreen(inner, m_window.screen()->availableGeometry(), frame);
    if (fitted == inner)
        return;
    m_window.setGeometry(fitted);
    m_given = m_window.size();
}

} // namespace fettle::ui
