// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/focus_ring.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QFocusEvent>

namespace fettle::ui
{
namespace
{
/// The widget that a person sees as the field: a spin box, not the line edit in it.
QWidget* visibleField(QWidget* widget)
{
    auto* parent = widget->parentWidget();
    return qobject_cast<QAbstractSpinBox*>(parent) || qobject_cast<QComboBox*>(parent) ? parent : widget;
}

bool isField(const QWidget* widget)
{
    return widget->inherits("QLineEdit") || widget->inherits("QAbstractSpinBox") || widget->inherits("QTextEdit") ||
           widget->inherits("QPlainTextEdit");
}
} // namespace

FocusRing::FocusRing(QObject* application) : QObject(application)
{
    application->installEventFilter(this);
}

bool FocusRing::eventFilter(QObject* object, QEvent* event)
{
    if (!object->isWidgetType() || (event->type() != QEvent::FocusIn && event->type() != QEvent::FocusOut))
        return false;
    QWidget* widget = visibleField(static_cast<QWidget*>(object));
    if (event->type() == QEvent::FocusOut) {
        if (m_frame && m_frame->widget() == widget)
            m_frame->setWidget(nullptr);
        return false;
    }
    const auto reason = static_cast<QFocusEvent*>(event)->reason();
    const bool byKeyboard =
        reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
    const bool own = widget->property("fettleFocusRadius").toInt() < 0;
    if (!m_frame)
        m_frame = new QFocusFrame;
    m_frame->setWidget(!own && !widget->isWindow() && (isField(widget) || byKeyboard) ? widget : nullptr);
    return false;
}

} // namespace fettle::ui
