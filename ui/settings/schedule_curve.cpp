// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/schedule_curve.h"

#include "core/optim/schedule.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/settings/setting_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

QString scheduleInWords(const TrainArgs& arguments, int64_t maxSteps)
{
    const int64_t warmup = warmupSteps(arguments, std::max<int64_t>(1, maxSteps));
    const std::string& kind = arguments.lr_scheduler_type;
    const bool rises = warmup > 0 && warmsUp(arguments);
    if (followsChecks(arguments))
        return ScheduleCurve::tr("constant, lower when checks no longer gain");
    const QString after = kind == "linear"                 ? ScheduleCurve::tr("falling")
                          : kind == "cosine_with_restarts" ? ScheduleCurve::tr("falling again and again")
                          : kind == "warmup_stable_decay"  ? ScheduleCurve::tr("constant, falling at the end")
                          : kind == "constant" || kind == "constant_with_warmup"
                              ? ScheduleCurve::tr("constant")
                              : ScheduleCurve::tr("falling in a curve");
    return rises ? ScheduleCurve::tr("warm-up, then %1").arg(after) : after;
}

ScheduleCurve::ScheduleCurve(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ScheduleCurve::setSchedule(const TrainArgs& arguments, int64_t maxSteps, int64_t stepsPerEpoch)
{
    m_maxSteps = maxSteps;
    m_stepsPerEpoch = stepsPerEpoch;
    m_rates.clear();
    const auto points = std::min<int64_t>(maxSteps, 400);
    for (int64_t i = 0; i < points; ++i)
        m_rates.push_back(learningRateAt(arguments, maxSteps, points < 2 ? 0 : i * (maxSteps - 1) / (points - 1)));
    m_highest = m_rates.empty() ? 0 : *std::max_element(m_rates.begin(), m_rates.end());
    setAccessibleName(tr("Learning rate over the run: %1, at most %2, over %3")
                          .arg(scheduleInWords(arguments, maxSteps), shortNumber(QString::number(m_highest, 'g', 3)),
                               counted(maxSteps, tr("1 step"), tr("%1 steps"))));
    update();
}

QSize ScheduleCurve::sizeHint() const
{
    return {px(300), px(84)};
}

QSize ScheduleCurve::minimumSizeHint() const
{
    return {px(160), px(84)};
}

void ScheduleCurve::paintEvent(QPaintEvent*)
{
    if (m_rates.empty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(ui::font(Type::Mono));
    const QFontMetricsF figures(painter.font());
    const QString top = shortNumber(QString::number(m_highest, 'g', 3));
    const QRectF area =
        QRectF(rect()).adjusted(figures.horizontalAdvance(top) + px(8), px(8), -px(8), -(figures.height() + px(4)));
    painter.setPen(QPen(colors().grid, 1));
    painter.drawLine(area.topLeft(), area.topRight());
    painter.setPen(QPen(colors().border, 1));
    painter.drawLine(area.topLeft(), area.bottomLeft());
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(colors().text2);
    const auto left = [&](double y, const QString& text) {
        painter.drawText(QRectF(0, y - figures.height() / 2, area.left() - px(5), figures.height()),
                         Qt::AlignRight | Qt::AlignVCenter, text);
    };
    left(area.top(), top);
    left(area.bottom(), QStringLiteral("0"));

    // Epochs below, as many as have room; the last step always.
    const QLocale locale;
    const QString last = tr("step %1").arg(locale.toString(static_cast<qlonglong>(m_maxSteps)));
    const double lastLeft = area.right() - figures.horizontalAdvance(last);
    painter.drawText(QPointF(lastLeft, area.bottom() + px(3) + figures.ascent()), last);
    double free = 0;
    const int64_t epochs = m_stepsPerEpoch > 0 ? m_maxSteps / m_stepsPerEpoch : 0;
    const int64_t every = std::max<int64_t>(1, (epochs + 5) / 6);
    for (int64_t epoch = 0; epoch == 0 || (m_stepsPerEpoch > 0 && epoch * m_stepsPerEpoch < m_maxSteps);
         epoch += every) {
        const int64_t step = epoch * m_stepsPerEpoch;
        const QString label = locale.toString(static_cast<qlonglong>(step));
        const double x = area.left() + area.width() * static_cast<double>(step) /
                                           static_cast<double>(std::max<int64_t>(1, m_maxSteps));
        const double from = x - figures.horizontalAdvance(label) / 2,
                     to = from + figures.horizontalAdvance(label) + px(6);
        if (from >= free && to < lastLeft) {
            painter.drawText(QPointF(from, area.bottom() + px(3) + figures.ascent()), label);
            free = to;
        }
    }

    QPainterPath path;
    for (size_t i = 0; i < m_rates.size(); ++i) {
        const double x = area.left() + area.width() * static_cast<double>(i) /
                                           static_cast<double>(std::max<size_t>(1, m_rates.size() - 1));
        const double y = area.bottom() - area.height() * (m_highest > 0 ? m_rates[i] / m_highest : 0);
        i == 0 ? path.moveTo(x, y) : path.lineTo(x, y);
    }
    if (m_rates.size() == 1)
        path.lineTo(area.right(), path.currentPosition().y());
    painter.setPen(QPen(colors().training, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace fettle::ui
