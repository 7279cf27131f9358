// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/floating_notice.h"

#include "ui/look/theme.h"

#include <QApplication>
#include <QKeyEvent>

namespace fettle::ui
{
namespace
{
/// Whether a key does something, rather than leading to the notice's own buttons.
bool acts(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
    case Qt::Key_F6:
    case Qt::Key_Shift:
    case Qt::Key_Control:
    case Qt::Key_Alt:
    case Qt::Key_AltGr:
    case Qt::Key_Meta:
        return false;
    default:
        return true;
    }
}
} // namespace

FloatingNotice::FloatingNotice(QWidget* host) : NoticeBar(host)
{
    setAttribute(Qt::WA_NoMousePropagation); // a click on its words is none on what lies below
    hide();
    host->installEventFilter(this);
    qApp->installEventFilter(this);
}

bool FloatingNotice::event(QEvent* event)
{
    const bool done = NoticeBar::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show)
        place();
    return done;
}

bool FloatingNotice::eventFilter(QObject* object, QEvent* event)
{
    if (object == parent() && event->type() == QEvent::Resize)
        place();
    const bool acted = event->type() == QEvent::MouseButtonPress ||
                       (event->type() == QEvent::KeyPress && acts(*static_cast<QKeyEvent*>(event)));
    if (acted && isVisible() && !m_stays && object->isWidgetType()) {
        const auto* widget = static_cast<QWidget*>(object);
        if (widget->window() == window() && widget != this && !isAncestorOf(widget))
            hide();
    }
    return NoticeBar::eventFilter(object, event);
}

void FloatingNotice::place()
{
    const int margin = px(20), width = parentWidget()->width() - 2 * margin;
    const int height = std::max(heightForWidth(width), minimumSizeHint().height());
    setGeometry(margin, parentWidget()->height() - height - px(16), width, height);
    raise();
}

} // namespace fettle::ui
