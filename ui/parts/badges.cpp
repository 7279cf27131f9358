// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/badges.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>
#include <QVariantAnimation>

namespace fettle::ui
{

StateBadge::StateBadge(const QString& text, Kind kind, QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setState(text, kind);
}

void StateBadge::setState(const QString& text, Kind kind)
{
    m_text = text;
    m_kind = kind;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize StateBadge::sizeFor(const QString& text)
{
    const QFontMetrics metrics(ui::font(Type::HelpStrong));
    return {metrics.horizontalAdvance(text) + px(14), metrics.height() + 2};
}

QSize StateBadge::sizeHint() const
{
    return m_text.isEmpty() ? QSize(0, 0) : sizeFor(m_text);
}

void StateBadge::paint(QPainter& painter, const QRect& rect, const QString& text, Kind kind)
{
    if (text.isEmpty())
        return;
    const Palette& p = colors();
    QColor ground = p.hover, ink = p.text2, border = p.hairline;
    if (kind == Good)
        ground = border = p.tint, ink = p.accent;
    else if (kind == Warning)
        ground = border = p.warningGround, ink = p.warning;
    else if (kind == Error)
        ground = border = p.errorGround, ink = p.error;
    QSize size = sizeFor(text).boundedTo(QSize(rect.width(), 1000));
    const QRectF box(rect.left() + 0.5, rect.center().y() - size.height() / 2 + 0.5, size.width() - 1,
                     size.height() - 1);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(ground);
    painter.setPen(border);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(ink);
    painter.setFont(ui::font(kind == Neutral ? Type::Help : Type::HelpStrong));
    const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(box.width()) - px(6));
    painter.drawText(box, Qt::AlignCenter, shown);
    painter.restore();
}

void StateBadge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect(), m_text, m_kind);
}

Bar::Bar(QWidget* parent) : QWidget(parent), m_animation(new QVariantAnimation(this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m_shown = value.toDouble();
        update();
    });
}

void Bar::setValue(double value)
{
    value = std::min(value, 1.0);
    const bool wasBusy = m_value < 0;
    if (value == m_value && m_animation->state() != QAbstractAnimation::Running)
        return;
    m_value = value;
    m_animation->stop();
    const bool still = Theme::instance().reducedMotion() || !isVisible();
    if (value < 0 && !still) {
        m_animation->setLoopCount(-1);
        m_animation->setDuration(1400);
        m_animation->setStartValue(0.0);
        m_animation->setEndValue(1.0);
        m_animation->start();
    } else if (still || wasBusy) {
        m_shown = value < 0 ? 0.35 : value;
        update();
    } else {
        m_animation->setLoopCount(1);
        m_animation->setDuration(150);
        m_animation->setStartValue(m_shown);
        m_animation->setEndValue(value);
        m_animation->start();
    }
}

void Bar::setInk(Ink ink)
{
    m_ink = ink;
    update();
}

void Bar::setThickness(int pixels)
{
    m_thickness = pixels;
    updateGeometry();
}

QSize Bar::sizeHint() const
{
    return {px(120), px(m_thickness)};
}

QSize Bar::minimumSizeHint() const
{
    return {px(24), px(m_thickness)};
}

void Bar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const double thick = px(m_thickness), round = std::min(thick / 2, 3.0);
    QRectF groove(0, (height() - thick) / 2, width(), thick);
    painter.setBrush(colors().track);
    painter.drawRoundedRect(groove, round, round);
    QRectF done = groove;
    if (m_value < 0) {
        const double span = groove.width() * 0.3;
        done.setLeft(std::max(groove.left(), groove.left() + (groove.width() + span) * m_shown - span));
        done.setRight(std::min(groove.right(), groove.left() + (groove.width() + span) * m_shown));
    } else {
        done.setWidth(groove.width() * std::clamp(m_shown, 0.0, 1.0));
        if (m_value > 0)
            done.setWidth(std::max(done.width(), thick * 0.8));
    }
    if (done.width() <= 0)
        return;
    painter.setBrush(Theme::instance().ink(m_ink));
    painter.drawRoundedRect(done, round, round);
}

Figure::Figure(const QString& number, const QString& caption, QWidget* parent, bool big) : QWidget(parent)
{
    auto* column = makeColumn(this);
    m_number = new Label(number, big ? Type::Figure : Type::MonoBig, Ink::Text, this);
    m_caption = new Label(caption, Type::Help, Ink::Text2, this);
    column->addWidget(m_number);
    column->addWidget(m_caption);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    setAccessibleName(number + QLatin1Char(' ') + caption);
}

void Figure::setNumber(const QString& number)
{
    if (m_number->text() == number)
        return;
    m_number->setText(number);
    setAccessibleName(number + QLatin1Char(' ') + m_caption->text());
}

void Figure::setCaption(const QString& caption)
{
    m_caption->setText(caption);
    setAccessibleName(m_number->text() + QLatin1Char(' ') + caption);
}

QString Figure::number() const
{
    return m_number->text();
}

Sparkline::Sparkline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Sparkline::setValues(std::vector<double> values, bool validation)
{
    m_validation = validation;
    m_values = std::move(values);
    update();
}

QSize Sparkline::sizeHint() const
{
    return {px(100), px(22)};
}

void Sparkline::paint(QPainter& painter, const QRectF& rect, const std::vector<double>& values, double fraction,
                      bool validation)
{
    const QColor ink = validation ? colors().validation : colors().training;
    std::vector<double> finite;
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](double v) { return std::isfinite(v); });
    if (finite.empty())
        return;
    const QRectF area = rect.adjusted(2, 3, -4, -3);
    const double low = *std::min_element(finite.begin(), finite.end());
    const double high = *std::max_element(finite.begin(), finite.end());
    const double span = std::max(high - low, 1e-9);
    const double width = area.width() * std::clamp(fraction, 0.1, 1.0);
    const auto at = [&](size_t i) {
        const double x =
            finite.size() > 1 ? width * static_cast<double>(i) / static_cast<double>(finite.size() - 1) : 0;
        const double y = high == low ? 0.5 : (high - finite[i]) / span;
        return QPointF(area.left() + x, area.top() + y * area.height());
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ink, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    QPolygonF line;
    for (size_t i = 0; i < finite.size(); ++i)
        line << at(i);
    painter.drawPolyline(line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(line.back(), 2.2, 2.2);
    painter.restore();
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect(), m_values, 1.0, m_validation);
}

void paintMark(QPainter& painter, const QRectF& square, Mark mark, double fraction)
{
    const Palette& p = colors();
    const double line = std::max(1.5, square.width() / 12);
    const QRectF ring = square.adjusted(line, line, -line, -line);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const auto at = [&](double x, double y) {
        return square.center() + QPointF(x * square.width(), y * square.height());
    };
    switch (mark) {
    case Mark::Ring:
        painter.setPen(QPen(p.border, line));
        painter.drawEllipse(ring);
        break;
    case Mark::Tick:
        painter.setPen(QPen(p.accent, line));
        painter.drawEllipse(ring);
        painter.setPen(QPen(p.accent, line * 1.1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF{at(-0.17, 0.02), at(-0.04, 0.15), at(0.19, -0.14)});
        break;
    case Mark::Arc: {
        const QRectF thick = ring.adjusted(1, 1, -1, -1);
        painter.setPen(QPen(p.track, line * 2));
        painter.drawEllipse(thick);
        painter.setPen(QPen(p.accent, line * 2, Qt::SolidLine, Qt::FlatCap));
        painter.drawArc(thick, 90 * 16, -static_cast<int>(std::clamp(fraction, 0.02, 1.0) * 360 * 16));
        break;
    }
    case Mark::Bars: {
        painter.setPen(QPen(p.warning, line));
        painter.drawEllipse(ring);
        painter.setPen(QPen(p.warning, line * 1.1, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(at(-0.1, -0.16), at(-0.1, 0.16));
        painter.drawLine(at(0.1, -0.16), at(0.1, 0.16));
        break;
    }
    case Mark::Warning:
    case Mark::Alert: {
        const QColor ink = mark == Mark::Alert ? p.error : p.warning;
        painter.setPen(QPen(ink, line));
        painter.drawEllipse(ring);
        painter.setPen(QPen(ink, line * 1.1, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(at(0, -0.2), at(0, 0.06));
        painter.drawPoint(at(0, 0.2));
        break;
    }
    }
    painter.restore();
}

StepMark::StepMark(Mark mark, QWidget* parent) : QWidget(parent), m_mark(mark)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StepMark::setMark(Mark mark, double fraction)
{
    m_mark = mark;
    m_fraction = fraction;
    update();
}

QSize StepMark::sizeHint() const
{
    return {px(20), px(20)};
}

void StepMark::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintMark(painter, rect(), m_mark, m_fraction);
}

} // namespace fettle::ui
