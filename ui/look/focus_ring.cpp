// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/focus_ring.h"

#include "ui/look/theme.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QFocusEvent>
#include <QLineEdit>
#include <QPainter>
#include <QTextEdit>

namespace fettle::ui
{
namespace
{
constexpr int reach = 3; // 1 px of air and 2 px of ring

/// The widget that a person sees as the field: a spin box, not the line edit in it.
QWidget* visibleField(QWidget* widget)
{
    if (auto* parent = widget->parentWidget();
        parent && (qobject_cast<QAbstractSpinBox*>(parent) || qobject_cast<QComboBox*>(parent)))
        return parent;
    return widget;
}

bool isField(const QWidget* widget)
{
    return widget->inherits("QLineEdit") || widget->inherits("QAbstractSpinBox") || widget->inherits("QTextEdit") ||
           widget->inherits("QPlainTextEdit");
}
} // namespace

FocusRing::FocusRing(QObject* application)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    hide();
    application->installEventFilter(this);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

bool FocusRing::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn && object->isWidgetType()) {
        auto* widget = visibleField(static_cast<QWidget*>(object));
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        const bool byKeyboard =
            reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
        const bool own = widget->property("fettleFocusRadius").toInt() < 0;
        follow(!own && widget->window() != widget && (isField(widget) || byKeyboard) ? widget : nullptr);
    } else if (event->type() == QEvent::FocusOut && m_target && object->isWidgetType() &&
               visibleField(static_cast<QWidget*>(object)) == m_target) {
        follow(nullptr);
    } else if (m_target && object->isWidgetType() && !parent()) {
        follow(nullptr);
    } else if (m_target && object->isWidgetType()) {
        switch (event->type()) {
        case QEvent::Move:
        case QEvent::Resize:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::ZOrderChange:
            if (object != this && (object == m_target || static_cast<QWidget*>(object)->isAncestorOf(m_target)))
                place();
            break;
        default:
            break;
        }
    }
    return false;
}

void FocusRing::follow(QWidget* widget)
{
    m_target = widget;
    if (!widget) {
        hide();
        setParent(nullptr);
        return;
    }
    if (parentWidget() != widget->window())
        setParent(widget->window());
    place();
}

void FocusRing::place()
{
    if (!m_target || !m_target->isVisible() || !parentWidget()) {
        hide();
        return;
    }
    QRect area(m_target->mapTo(parentWidget(), QPoint(0, 0)), m_target->size());
    area.adjust(-reach, -reach, reach, reach);
    // What a scroll area cuts off of the control is cut off of the ring.
    QRect visible = area;
    for (QWidget* w = m_target->parentWidget(); w && w != parentWidget(); w = w->parentWidget())
        if (auto* scroll = qobject_cast<QAbstractScrollArea*>(w->parentWidget()); scroll && scroll->viewport() == w)
            visible &= QRect(w->mapTo(parentWidget(), QPoint(0, 0)), w->size());
    if (visible.isEmpty()) {
        hide();
        return;
    }
    setGeometry(area);
    setMask(visible.translated(-area.topLeft()));
    raise();
    show();
}

void FocusRing::paintEvent(QPaintEvent*)
{
    if (!m_target)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QVariant radius = m_target->property("fettleFocusRadius");
    painter.setPen(QPen(colors().accent, 2));
    const double r = (radius.isValid() ? radius.toInt() : 5) + 2;
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), r, r);
}

} // namespace fettle::ui
