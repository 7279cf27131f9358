// SPDX-License-Identifier: GPL-3.0-or-later
// A plotting area with fixed margins: curves, ticks that the owner sets, and three places where the owner paints. The
// only widget that knows the plotting library; the charts are built on it.
#pragma once

#include <QColor>
#include <QMargins>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

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
    /// x never falls; y may hold NaN (a gap). The library draws of many points in one pixel the lowest and the highest.
    void setCurveData(int curve, const std::vector<double>& x, const std::vector<double>& y);

    void setMargins(const QMargins& margins); ///< from the widget's edge to the axes
    void setXRange(double low, double high);
    void setYRange(double low, double high);
    /// The wheel zooms the x axis, with Ctrl the y axis; the owner answers a range that was moved with the one to show.
    void setZoomable();
    void setDraggable(bool x, bool y);
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
    void xMoved(double low, double high); ///< zoomed or dragged by the user
    void yMoved(double low, double high);
    void resized();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void recolour();

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
