// SPDX-License-Identifier: GPL-3.0-or-later
// What the loss chart paints beside its curves, and the picture that can be saved.
#include "core/base/error.h"
#include "core/base/passes.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/loss_chart_private.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>
#include <optional>

namespace fettle::ui
{

void LossChart::Private::paintBelow(QPainter& painter)
{
    if (!curves)
        return;
    const QRectF area = plot->plotRect();
    const double from = std::max(area.left(), plot->pixelX(curves->xAt(axis, double(curves->lastStep()))));
    if (curves->lastStep() >= curves->maxSteps() || from >= area.right())
        return;
    const QRectF rest(from, area.top(), area.right() - from + 1, area.height());
    painter.fillRect(rest, colors().window);
    painter.setFont(ui::font(Type::Help));
    painter.setPen(colors().text2);
    const QFontMetricsF metrics(painter.font());
    const QRectF room = rest.adjusted(px(8), 0, -px(8), -px(6));
    if (metrics.horizontalAdvance(restLabel) <= room.width())
        painter.drawText(room, Qt::AlignRight | Qt::AlignBottom, restLabel);
}

void LossChart::Private::paintAbove(QPainter& painter)
{
    if (!curves)
        return;
    const QRectF area = plot->plotRect();
    const auto inside = [&](double x) { return x >= area.left() - 1 && x <= area.right() + 1; };
    std::optional<QRectF> diamond;
    if (const CurveEval* best = curves->best()) {
        const QPointF at(plot->pixelX(curves->xAt(axis, double(best->step))), plot->pixelY(best->loss));
        if (inside(at.x()) && at.y() >= area.top() - 1 && at.y() <= area.bottom() + 1) {
            const double size = px(projector ? 20 : 14);
            paintBestMark(painter, at, size, colors().validation);
            diamond = QRectF(at - QPointF(size / 2, size / 2), QSizeF(size, size));
        }
    }
    for (int64_t step : curves->checkpoints()) {
        QPointF foot(plot->pixelX(curves->xAt(axis, double(step))), area.bottom());
        if (!inside(foot.x()))
            continue;
        if (diamond && diamond->intersects(flagRect(foot)))
            foot.setY(diamond->top() - px(1)); // the best state is a saved one too: both are seen
        paintFlag(painter, foot);
    }
}

QString LossChart::Private::cursorLabel() const
{
    const double x = curves->xAt(axis, double(cursor));
    switch (axis) {
    case CurveAxis::Step:
        return LossChart::tr("step %1").arg(cursor);
    case CurveAxis::Epoch:
        return LossChart::tr("epoch %1").arg(QString::fromStdString(passesText(x)));
    case CurveAxis::Tokens:
        return LossChart::tr("%1 tokens").arg(axisCountText(x));
    case CurveAxis::Time:
        break;
    }
    return clockText(x);
}

void LossChart::Private::paintOverlay(QPainter& painter)
{
    if (!curves || curves->isEmpty())
        return;
    const QRectF area = plot->plotRect();
    if (cursor >= 0) {
        const double x = plot->pixelX(curves->xAt(axis, double(cursor)));
        // The line runs on to the slider's handle below.
        if (x >= area.left() - 1 && x <= area.right() + 1)
            paintCursor(painter, x, area.top(), exporting ? area.bottom() : plot->height(), cursorLabel(), area.left(),
                        area.right() + px(10));
    }
    if (hover >= 0 && !exporting) {
        const double x = plot->pixelX(curves->xAt(axis, double(hover)));
        painter.setPen(QPen(colors().text2, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        paintReadout(painter, QPointF(x, hoverAt.y()), area, readout(hover));
    }
}

Readout LossChart::Private::readout(int64_t step) const
{
    const Palette& p = colors();
    Readout box;
    box.title = LossChart::tr("Step %1 · epoch %2")
                    .arg(step)
                    .arg(QString::fromStdString(passesText(curves->xAt(CurveAxis::Epoch, double(step)))));
    box.corner = clockText(curves->xAt(CurveAxis::Time, double(step)));
    const ptrdiff_t index = curves->indexAt(step);
    if (index >= 0) {
        box.rows.push_back({p.trainingRaw, LossChart::tr("Training, this step"), lossText(curves->loss()[index])});
        box.rows.push_back({p.training, LossChart::tr("Training, smoothed"), lossText(curves->smoothed()[index])});
    }
    if (const CurveEval* eval = curves->evalAtOrBefore(step))
        box.rows.push_back(
            {p.validation,
             eval->step == step ? LossChart::tr("Validation") : LossChart::tr("Validation, step %1").arg(eval->step),
             lossText(eval->loss)});
    if (index >= 0)
        box.rows.push_back({QColor(), LossChart::tr("Learning rate"), figureText(curves->learningRate()[index])});
    return box;
}

void LossChart::savePicture(const QString& file)
{
    const QSize plotSize = d->plot->size();
    const int head = px(34);
    const QSize size(plotSize.width(), plotSize.height() + head);
    const auto paint = [&](QPainter& painter) {
        painter.fillRect(QRect(QPoint(), size), colors().card);
        painter.setFont(ui::font(Type::Help));
        double x = chartMargins().left();
        const auto legend = [&](const QColor& color, double width, const QString& label) {
            painter.setPen(QPen(color, width));
            painter.drawLine(QPointF(x, head / 2.0), QPointF(x + px(18), head / 2.0));
            x += px(24);
            painter.setPen(colors().text);
            painter.drawText(QPointF(x, head / 2.0 + QFontMetricsF(painter.font()).ascent() / 2 - 1), label);
            x += QFontMetricsF(painter.font()).horizontalAdvance(label) + px(18);
        };
        legend(colors().training, 2.4, tr("Training, smoothed"));
        legend(colors().trainingRaw, 1, tr("each step"));
        if (d->curves && !d->curves->evals().empty())
            legend(colors().validation, 2, tr("Validation"));
        painter.translate(0, head);
        d->plot->render(painter, plotSize);
    };
    d->exporting = true;
    bool written = false;
    if (file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(file);
        svg.setSize(size);
        svg.setViewBox(QRect(QPoint(), size));
        svg.setTitle(tr("Loss"));
        svg.setDescription(summary());
        QPainter painter;
        written = painter.begin(&svg);
        if (written)
            paint(painter);
    } else {
        QImage image(size * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        {
            QPainter painter(&image);
            painter.setRenderHint(QPainter::Antialiasing);
            paint(painter);
        }
        image.setText(QStringLiteral("Description"), summary());
        written = image.save(file);
    }
    d->exporting = false;
    if (!written)
        throw Error(ErrorCode::Failed, "The picture could not be written: " + file.toStdString(),
                    "Choose a folder that you may write to.");
}

} // namespace fettle::ui
