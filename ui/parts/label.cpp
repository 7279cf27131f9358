// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/label.h"

#include "ui/look/icons.h"

#include <QEvent>
#include <QPainter>

namespace fettle::ui
{

Label::Label(const QString& text, Type type, Ink ink, QWidget* parent) : QLabel(text, parent), m_type(type), m_ink(ink)
{
    setTextFormat(Qt::AutoText);
    setForegroundRole(QPalette::WindowText); // also inside a button
    Label::restyle();
}

void Label::setInk(Ink ink)
{
    m_ink = ink;
    restyle();
}

void Label::setType(Type type)
{
    m_type = type;
    restyle();
}

Label* Label::wrapped()
{
    setWordWrap(true);
    // Not Minimum: QLabel's size hint wraps even a short text into several lines, and pages would be taller than they
    // are.
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    return this;
}

QSize Label::minimumSizeHint() const
{
    // QLabel guesses a narrow, high box for wrapped words; layouts ask for the height at the true width anyway.
    const QSize size = QLabel::minimumSizeHint();
    return wordWrap() ? QSize(size.width(), fontMetrics().height()) : size;
}

Label* Label::selectable()
{
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse);
    return this;
}

void Label::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        restyle();
}

void Label::restyle()
{
    setFont(ui::font(m_type));
    QPalette colored = palette();
    colored.setColor(QPalette::WindowText, Theme::instance().ink(m_ink));
    colored.setColor(QPalette::Text, Theme::instance().ink(m_ink));
    colored.setColor(QPalette::Link, colors().accent);
    setPalette(colored);
    // A link's colour is written into the text when it is set: set it again in the new one.
    if (const QString words = QLabel::text(); words.contains(QLatin1String("<a "))) {
        QLabel::clear();
        QLabel::setText(words);
    }
}

ElidedLabel::ElidedLabel(const QString& text, Type type, Ink ink, QWidget* parent) : Label({}, type, ink, parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setText(text);
}

void ElidedLabel::setText(const QString& text)
{
    m_full = text;
    setAccessibleName(text);
    elide();
    updateGeometry();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_full) + 2, fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), fontMetrics().averageCharWidth() * 8), sizeHint().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    Label::resizeEvent(event);
    elide();
}

void ElidedLabel::changeEvent(QEvent* event)
{
    Label::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        elide();
}

void ElidedLabel::elide()
{
    const QString shown = fontMetrics().elidedText(m_full, Qt::ElideMiddle, std::max(width(), 1));
    if (shown != QLabel::text())
        QLabel::setText(shown);
    setToolTip(shown == m_full ? QString() : m_full);
}

IconLabel::IconLabel(const QString& icon, Ink ink, int size, QWidget* parent)
    : QWidget(parent), m_icon(icon), m_ink(ink), m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::setIcon(const QString& icon, Ink ink)
{
    m_icon = icon;
    m_ink = ink;
    update();
}

QSize IconLabel::sizeHint() const
{
    return {px(m_size), px(m_size)};
}

void IconLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintIcon(painter, rect(), m_icon, Theme::instance().ink(m_ink));
}

Line::Line(Qt::Orientation orientation, QWidget* parent) : QFrame(parent)
{
    setFrameShape(orientation == Qt::Horizontal ? HLine : VLine);
    if (orientation == Qt::Horizontal) {
        setFixedHeight(1);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    } else {
        setFixedWidth(1);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    }
}

} // namespace fettle::ui
