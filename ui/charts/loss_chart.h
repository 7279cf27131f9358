// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of a run while it learns: every step thin, smoothed thick, validation with points, best as a diamond,
// checkpoints as flags, the planned rest shaded; with a cursor, a read-out and zoom.
#pragma once

#include "ui/charts/run_curves.h"

#include <QPointF>
#include <QString>
#include <QWidget>
#include <memory>

namespace fettle::ui
{

class LossChart : public QWidget
{
    Q_OBJECT

public:
    explicit LossChart(QWidget* parent = nullptr);
    ~LossChart() override;

    /// `curves` must outlive the chart; refresh() after it changed. Drawing is queued.
    void setCurves(const RunCurves* curves);
    void refresh();

    void setAxis(CurveAxis axis);
    CurveAxis axis() const;
    void setLogarithmic(bool on);
    bool isLogarithmic() const;
    /// What the shaded rest is called: "still to come", "not done".
    void setRestLabel(const QString& label);
    /// Bigger lines and fewer numbers, for a room.
    void setProjector(bool on);

    void setCursorStep(int64_t step); ///< -1: none
    void bringCursorIntoView();       ///< a zoomed stretch without it moves to it
    int64_t cursorStep() const;
    void resetZoom();
    bool isZoomed() const;
    double visibleLow() const; ///< the x axis as it is shown
    double visibleHigh() const;
    double lowestLoss() const; ///< the y axis as it is shown
    double highestLoss() const;

    /// "Training 2.44, falling; validation 2.72, best 2.70 at step 240."
    QString summary() const;
    /// Writes it as .png or .svg with a legend. Throws Error where the file cannot be written.
    void savePicture(const QString& file);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cursorMoved(qint64 step); ///< the user did it; snapped to a recorded step
    void cursorLeft();             ///< the user zoomed into or dragged to a stretch without it
    void visibleRangeChanged(double low, double high);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
