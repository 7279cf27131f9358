// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/length_histogram.h"

#include "ui/look/focus_mark.h"
#include "ui/look/fonts.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

LengthHistogram::LengthHistogram(QWidget* parent) : QAbstractSlider(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(px(124));
    setFocusRadius(this, -1);
    setMouseTracking(true);
    setRange(2, 1024);
    setSingleStep(1);
    setPageStep(16);
    m_rest.setSingleShot(true);
    m_rest.setInterval(300);
    connect(&m_rest, &QTimer::timeout, this, [this] { choose(value()); });
    connect(this, &QAbstractSlider::valueChanged, this, [this] {
        say();
        update();
    });
}

void LengthHistogram::setTable(const LengthTable& table)
{
    m_table = table;
    m_bins = m_table.bins(value());
    say();
    update();
}

void LengthHistogram::setCut(int cut, int limit)
{
    m_chosen = cut;
    if (m_dragging || m_rest.isActive())
        return;
    setRange(2, std::max({2, cut, limit > 0 ? limit : std::max(1024, m_table.longest())}));
    setValue(cut);
    m_bins = m_table.bins(cut);
    say();
    update();
}

void LengthHistogram::setCutShown(bool shown)
{
    m_cutShown = shown;
    setFocusPolicy(shown ? Qt::StrongFocus : Qt::NoFocus);
    say();
    update();
}

QSize LengthHistogram::sizeHint() const
{
    return {px(360), minimumHeight()}; // what is left over makes it higher
}

QSize LengthHistogram::minimumSizeHint() const
{
    return {px(220), px(124)};
}

QRectF LengthHistogram::plot() const
{
    const QFontMetrics figures(ui::font(Type::Mono));
    const QString widest = QLocale().toString(static_cast<qlonglong>(m_bins.highest()));
    const double left = figures.horizontalAdvance(widest) + px(12);
    // Words stand above the bars, a cut beyond the axis to the right of it.
    const double top = m_cutShown ? QFontMetrics(ui::font(Type::Help)).height() + px(10) : px(10);
    const double right = m_cutShown ? px(44) : px(14);
    return QRectF(rect()).adjusted(left, top, -right, -(figures.height() + px(8)));
}

double LengthHistogram::xOf(double tokens) const
{
    const QRectF area = plot();
    return area.left() + area.width() * tokens / std::max(1, m_bins.end());
}

bool LengthHistogram::cutIsBeyond() const
{
    return value() > m_bins.end();
}

double LengthHistogram::cutX() const
{
    return cutIsBeyond() ? plot().right() + px(24) : xOf(value());
}

int LengthHistogram::tokensAt(double x) const
{
    const QRectF area = plot();
    return std::clamp(static_cast<int>(std::lround((x - area.left()) / area.width() * m_bins.end())), minimum(),
                      maximum());
}

void LengthHistogram::say()
{
    const QLocale locale;
    const int64_t rows = m_table.rowsLongerThan(value());
    const QString name =
        m_cutShown && rows == 1 ? tr("Cut line at %1 tokens: 1 row is longer").arg(locale.toString(value()))
        : m_cutShown            ? tr("Cut line at %1 tokens: %2 rows are longer")
                           .arg(locale.toString(value()), locale.toString(static_cast<qlonglong>(rows)))
                     : tr("How long the rows are: up to %1 tokens").arg(locale.toString(m_table.longest()));
    if (accessibleName() != name)
        setAccessibleName(name);
}

void LengthHistogram::choose(int cut)
{
    setValue(cut);
    if (value() == m_chosen)
        return;
    m_chosen = value();
    m_bins = m_table.bins(value());
    update();
    Q_EMIT valueChosen(m_chosen);
}

void LengthHistogram::moveBy(int tokens)
{
    setValue(value() + tokens);
    m_rest.start();
    Q_EMIT sliderMoved(value());
}

void LengthHistogram::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(ui::font(Type::Mono));
    const QRectF area = plot();
    if (m_bins.counts.empty() || area.width() < 10 || area.height() < 10)
        return;
    paintAxes(painter, area);
    const double highest = static_cast<double>(std::max<int64_t>(1, m_bins.highest()));
    const double bar = area.width() / static_cast<double>(m_bins.counts.size());
    const double gap = bar >= 6 ? 2 : bar >= 3 ? 1 : 0;
    const double cutX = m_cutShown ? xOf(value()) : area.right() + 1;
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (size_t i = 0; i < m_bins.counts.size(); ++i) {
        if (m_bins.counts[i] == 0)
            continue;
        // At least two pixels, so that a single long row is not overlooked.
        const double height = std::max(2.0, area.height() * static_cast<double>(m_bins.counts[i]) / highest);
        const QRectF box(area.left() + bar * static_cast<double>(i) + gap / 2, area.bottom() - height, bar - gap,
                         height);
        painter.fillRect(box.intersected(QRectF(box.left(), 0, std::max(0.0, cutX - box.left()), this->height())),
                         colors().training);
        painter.fillRect(box.intersected(QRectF(std::max(box.left(), cutX), 0, box.width(), this->height())),
                         colors().warning);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_cutShown && cutIsBeyond())
        paintBeyond(painter, area);
    if (m_cutShown)
        paintCut(painter, area);
}

void LengthHistogram::paintAxes(QPainter& painter, const QRectF& area) const
{
    const QLocale locale;
    const QFontMetrics figures(painter.font());
    const int64_t highest = std::max<int64_t>(1, m_bins.highest());
    for (const int64_t step : axisSteps(highest)) {
        const double y =
            std::round(area.bottom() - area.height() * static_cast<double>(step) / static_cast<double>(highest)) + 0.5;
        painter.setPen(QPen(step == 0 ? colors().border : colors().grid, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(colors().text2);
        painter.drawText(QRectF(0, y - figures.height() / 2.0, area.left() - px(6), figures.height()),
                         Qt::AlignRight | Qt::AlignVCenter, locale.toString(static_cast<qlonglong>(step)));
    }
    const int labels =
        std::max(2, static_cast<int>(area.width() / (figures.horizontalAdvance(QStringLiteral("00000")) + px(16))));
    int step = m_bins.width;
    while (m_bins.end() / step > labels)
        step *= 2;
    painter.setPen(colors().text2);
    for (int tokens = 0; tokens <= m_bins.end(); tokens += step) {
        const bool last = tokens + step > m_bins.end();
        QString label = locale.toString(tokens);
        if (last && m_bins.overflow)
            label += QLatin1Char('+');
        const double width = figures.horizontalAdvance(label);
        const double x = std::min(xOf(tokens) - width / 2, this->width() - width - 1.0);
        if (m_cutShown && cutIsBeyond() && x + width + px(6) > beyondLabel().left())
            continue;
        painter.drawText(QPointF(x, area.bottom() + px(5) + figures.ascent()), label);
    }
}

QRectF LengthHistogram::beyondLabel() const
{
    const QFontMetrics figures(ui::font(Type::Mono));
    const double width = figures.horizontalAdvance(QLocale().toString(value()));
    const double left = std::min(cutX() - width / 2, this->width() - width - 1.0);
    return {left, plot().bottom() + px(5), width, static_cast<double>(figures.height())};
}

void LengthHistogram::paintBeyond(QPainter& painter, const QRectF& area) const
{
    // The axis is broken off: what follows is not to scale.
    const double y = std::round(area.bottom()) + 0.5;
    painter.setPen(QPen(colors().border, 1, Qt::DotLine));
    painter.drawLine(QPointF(area.right() + px(3), y), QPointF(cutX(), y));
    painter.setPen(colors().text);
    painter.drawText(beyondLabel(), Qt::AlignCenter, QLocale().toString(value()));
}

void LengthHistogram::paintCut(QPainter& painter, const QRectF& area) const
{
    const QLocale locale;
    const double x = cutX();
    painter.setPen(QPen(colors().accent, px(2)));
    painter.drawLine(QPointF(x, area.top() - px(8)), QPointF(x, area.bottom()));
    const QRectF grip(x - px(4), area.top() + px(4), px(8), px(16));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors().accent);
    painter.drawRoundedRect(grip, px(2), px(2));
    if (hasFocus())
        paintFocusMark(painter, grip, px(3));
    painter.setFont(ui::font(Type::Help));
    const QFontMetrics words(painter.font());
    const int64_t rows = m_table.rowsLongerThan(value());
    const QString what =
        rows == 1
            ? tr("cut at %1: 1 row").arg(locale.toString(value()))
            : tr("cut at %1: %2 rows").arg(locale.toString(value()), locale.toString(static_cast<qlonglong>(rows)));
    const QString how = isEnabled() ? tr("drag to change") : QString();
    const double gap = px(8), whatWidth = words.horizontalAdvance(what), howWidth = words.horizontalAdvance(how);
    const bool both = whatWidth + gap + howWidth <= width();
    const double all = both ? whatWidth + gap + howWidth : whatWidth;
    const double left = std::max(0.0, std::min(x - all / 2, width() - all));
    painter.setPen(colors().text);
    painter.drawText(QRectF(left, 0, whatWidth + 1, words.height()), Qt::AlignLeft, what);
    painter.setPen(colors().text2);
    if (both)
        painter.drawText(QRectF(left + whatWidth + gap, 0, howWidth + 1, words.height()), Qt::AlignLeft, how);
}

void LengthHistogram::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_cutShown || !isEnabled())
        return;
    m_dragging = true;
    m_grab = cutX() - event->position().x();
    if (std::abs(m_grab) < px(8))
        return; // taken hold of, not moved yet
    m_grab = 0;
    setValue(tokensAt(event->position().x()));
    Q_EMIT sliderMoved(value());
}

void LengthHistogram::mouseMoveEvent(QMouseEvent* event)
{
    setCursor(m_cutShown && (m_dragging || std::abs(event->position().x() - cutX()) < px(8)) ? Qt::SplitHCursor
                                                                                             : Qt::ArrowCursor);
    if (!m_dragging)
        return;
    setValue(tokensAt(event->position().x() + m_grab));
    Q_EMIT sliderMoved(value());
}

void LengthHistogram::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_dragging)
        return;
    m_dragging = false;
    choose(value());
}

void LengthHistogram::keyPressEvent(QKeyEvent* event)
{
    if (!m_cutShown)
        return QWidget::keyPressEvent(event);
    const int size = event->modifiers() & Qt::ControlModifier ? pageStep() : singleStep();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return moveBy(-size);
    case Qt::Key_Right:
    case Qt::Key_Up:
        return moveBy(size);
    case Qt::Key_PageDown:
        return moveBy(-pageStep());
    case Qt::Key_PageUp:
        return moveBy(pageStep());
    case Qt::Key_Home:
        return moveBy(minimum() - value());
    case Qt::Key_End:
        return moveBy(m_table.lengthForAll(maximum()) - value());
    default:
        QWidget::keyPressEvent(event);
    }
}

void LengthHistogram::wheelEvent(QWheelEvent* event)
{
    event->ignore(); // the page scrolls; a cut is not changed in passing
}

void LengthHistogram::changeEvent(QEvent* event)
{
    QAbstractSlider::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        setMinimumHeight(px(124));
    update();
}

} // namespace fettle::ui
