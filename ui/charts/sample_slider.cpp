// SPDX-License-Identifier: GPL-3.0-or-later
// A slider of samples under the loss chart.
#include "ui/charts/sample_slider.h"

#include "ui/charts/chart_marks.h"
#include "ui/look/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

SampleSlider::SampleSlider(QWidget* parent) : QAbstractSlider(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setOrientation(Qt::Horizontal);
    setSingleStep(1);
    setPageStep(5);
    setRange(0, 0);
    setAccessibleName(tr("Samples along the run"));
    setToolTip(tr("Every stop is a step at which it wrote a sample. ← → go from one to the next."));
}

void SampleSlider::setCurves(const RunCurves* curves)
{
    m_curves = curves;
    refresh();
}

void SampleSlider::refresh()
{
    const int stops = m_curves ? int(m_curves->sampleSteps().size()) : 0;
    const QSignalBlocker quiet(this);
    setRange(0, std::max(0, stops - 1));
    setValue(std::max(0, stopAt(m_cursor)));
    setEnabled(stops > 0);
    update();
}

void SampleSlider::setAxis(CurveAxis axis)
{
    m_axis = axis;
    update();
}

void SampleSlider::setVisibleRange(double low, double high)
{
    m_low = low;
    m_high = high;
    update();
}

void SampleSlider::setCursorStep(int64_t step)
{
    m_cursor = step;
    setValue(std::max(0, stopAt(step)));
    setAccessibleDescription(step < 0 ? QString() : tr("step %1").arg(step));
    update();
}

int SampleSlider::stopAt(int64_t step) const
{
    if (!m_curves)
        return -1;
    const std::vector<int64_t>& stops = m_curves->sampleSteps();
    return int(std::upper_bound(stops.begin(), stops.end(), step) - stops.begin()) - 1;
}

double SampleSlider::place(double step) const
{
    const QMargins margins = chartMargins();
    const double left = margins.left(), span = width() - margins.left() - margins.right();
    return left + (m_curves->xAt(m_axis, step) - m_low) / std::max(1e-300, m_high - m_low) * span;
}

QPointF SampleSlider::stopCentre(int stop) const
{
    return {place(double(m_curves->sampleSteps()[size_t(stop)])), height() / 2.0};
}

QSize SampleSlider::sizeHint() const
{
    return {px(300), px(30)};
}

QSize SampleSlider::minimumSizeHint() const
{
    return {px(100), px(30)};
}

void SampleSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& p = colors();
    const QMargins margins = chartMargins();
    const double left = margins.left(), right = width() - margins.right(), middle = height() / 2.0;
    const double thick = px(4), ring = px(9), handle = px(15);
    const auto track = [&](double from, double to, const QColor& color) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(from, middle - thick / 2, to - from, thick), thick / 2, thick / 2);
    };
    track(left, right, p.track);
    if (!m_curves)
        return;
    const bool shown = m_cursor >= 0;
    const double at = shown ? place(double(m_cursor)) : left;
    if (shown && at > left)
        track(left, std::min(at, right), p.accent);
    const std::vector<int64_t>& stops = m_curves->sampleSteps();
    double drawn = -1e9;
    for (size_t i = 0; i < stops.size(); ++i) {
        const double x = stopCentre(int(i)).x();
        // Where stops crowd, those that would touch are left out; the keys still reach all.
        if (x < left - 1 || x > right + 1 || x - drawn < ring * 0.75)
            continue;
        drawn = x;
        painter.setPen(QPen(stops[i] <= m_cursor ? p.accent : p.border, 1.8));
        painter.setBrush(p.card);
        painter.drawEllipse(QPointF(x, middle), ring / 2, ring / 2);
    }
    if (!shown || at < left - 1 || at > right + 1)
        return;
    painter.setPen(QPen(p.accent, 2, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(QPointF(std::round(at), -1), QPointF(std::round(at), middle));
    if (hasFocus()) {
        painter.setPen(QPen(p.accent, 2));
        painter.setBrush(p.card);
        painter.drawEllipse(QPointF(at, middle), handle / 2 + 3, handle / 2 + 3);
    }
    painter.setPen(QPen(p.card, 2));
    painter.setBrush(p.accent);
    painter.drawEllipse(QPointF(at, middle), handle / 2, handle / 2);
}

int SampleSlider::nearestStop(double x) const
{
    int nearest = -1;
    for (int i = 0; m_curves && i < int(m_curves->sampleSteps().size()); ++i)
        if (nearest < 0 || std::abs(stopCentre(i).x() - x) < std::abs(stopCentre(nearest).x() - x))
            nearest = i;
    return nearest;
}

void SampleSlider::choose(int stop)
{
    if (!m_curves || stop < 0 || stop >= int(m_curves->sampleSteps().size()))
        return;
    const int64_t step = m_curves->sampleSteps()[size_t(stop)];
    setCursorStep(step);
    Q_EMIT cursorMoved(step);
}

void SampleSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    setSliderDown(true);
    choose(nearestStop(event->position().x()));
}

void SampleSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        choose(nearestStop(event->position().x()));
}

void SampleSlider::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
}

void SampleSlider::keyPressEvent(QKeyEvent* event)
{
    const int last = m_curves ? int(m_curves->sampleSteps().size()) - 1 : -1;
    const int here = stopAt(m_cursor);
    const bool between = m_curves && here >= 0 && m_curves->sampleSteps()[size_t(here)] != m_cursor;
    switch (event->key()) {
    case Qt::Key_Left:
        choose(std::max(0, between ? here : here - 1));
        break;
    case Qt::Key_Right:
        choose(std::min(last, here + 1));
        break;
    case Qt::Key_PageDown:
        choose(std::max(0, here - pageStep()));
        break;
    case Qt::Key_PageUp:
        choose(std::min(last, here + pageStep()));
        break;
    case Qt::Key_Home:
        choose(0);
        break;
    case Qt::Key_End:
        choose(last);
        break;
    default:
        event->ignore();
    }
}

void SampleSlider::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // the page scrolls
}

void SampleSlider::focusInEvent(QFocusEvent* event)
{
    QAbstractSlider::focusInEvent(event);
    update();
}

void SampleSlider::focusOutEvent(QFocusEvent* event)
{
    QAbstractSlider::focusOutEvent(event);
    update();
}

} // namespace fettle::ui
