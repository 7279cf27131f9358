// SPDX-License-Identifier: GPL-3.0-or-later
// A plotting area with fixed margins: curves, ticks that the owner sets, and three places where the owner paints. The
// only widget that knows the plotting library; the charts are built on it.
#pragma once

#include "ui/charts/decimate.h"

#include <QColor>
#include <QMargins>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <memory>

class QPainter;

namespace fettle::ui
{

struct CurveStyle {
    QColor color;
    double width = 1; ///< logical pixels
    Qt::PenStyle line = Qt::SolidLine;
    double pointSize = 0; ///< 0: no points
    enum class Point { Disc, Square, Triangle, Diamond } point = Point::Disc;
};

class ChartPlot : public QWidget
{
    Q_OBJECT

public:
    explicit ChartPlot(QWidget* parent = nullptr);
    ~ChartPlot() override;

    int addCurve(); ///< returns its number; later ones are drawn above
    void removeCurves();
    void setCurveStyle(int curve, const CurveStyle& style);
    void setCurveData(int curve, const ThinSeries& series);

    void setMargins(const QMargins& margins); ///< from the widget's edge to the axes
    void setXRange(double low, double high);
    void setYRange(double low, double high);
    void setLogarithmic(bool on); ///< the y axis; its range must be above 0
    void setXTicks(const std::vector<double>& places, const QStringList& labels);
    void setYTicks(const std::vector<double>& places, const QStringList& labels);
    void setAxisFont(const QFont& font);

    QRect plotRect() const;
    double pixelX(double x) const;
    double pixelY(double y) const;
    double valueX(double pixel) const;
    double valueY(double pixel) const;

    /// Painted under the curves, over them, and in a layer of its own that replotOverlay() renews alone.
    void setPainters(std::function<void(QPainter&)> below, std::function<void(QPainter&)> above,
                     std::function<void(QPainter&)> overlay);
    void replot(); ///< queued: many calls make one drawing
    void replotOverlay();
    /// Draws it in `size` as it stands (also to paper or SVG).
    void render(QPainter& painter, const QSize& size);

Q_SIGNALS:
    void hovered(const QPointF& pixel);
    void unhovered();
    void clicked(const QPointF& pixel);
    void doubleClicked();
    void dragged(double dx, double dy); ///< pixels since the last one
    void wheeled(double steps, const QPointF& pixel, bool vertical);
    void resized();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void recolour();

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
