// SPDX-License-Identifier: GPL-3.0-or-later
// The charts of one run as the page Train shows them: loss with legend, sample slider and axis choice, and below it the
// linked charts; one cursor, one zoom.
#pragma once

#include "ui/charts/run_curves.h"
#include "ui/parts/card.h"

#include <array>

class QMenu;
class QPushButton;

namespace fettle::ui
{

class CurveLegend;
class Label;
class LossChart;
class SampleSlider;
class SegmentedControl;
class SmallChart;
struct LegendItem;

class RunCharts : public Card
{
    Q_OBJECT

public:
    explicit RunCharts(QWidget* parent = nullptr);

    /// Owned here; the page fills it, then calls refresh().
    RunCurves& curves() { return m_curves; }
    void refresh();
    void startAnew(); ///< another run is shown: curves, zoom and ranges are forgotten

    void setMasked(bool masked);      ///< words for hidden words
    void setClip(double maxGradNorm); ///< 0: no clip line
    void setRestLabel(const QString& label);
    /// `isNewest`: it goes with the run, whose newest figures are told then.
    void setCursorStep(int64_t step, bool isNewest = false);
    void bringCursorIntoView(); ///< a zoomed stretch that it has left goes along with it, in every chart
    void setProjector(bool on);
    void setRoomForLinked(bool room); ///< false: a low window, they fold until asked for
    void toggleLogarithmic();
    void resetZoom();
    LossChart* lossChart() const { return m_loss; }
    SampleSlider* slider() const { return m_slider; }

Q_SIGNALS:
    void cursorMoved(qint64 step); ///< by the user
    void cursorLeft();             ///< the user zoomed into or dragged to a stretch without it

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeFoot();
    QWidget* makeDock();
    void moveCursor(qint64 step);
    void setAxis(int axis);
    void setLogarithmic(bool on);
    void fillMenu(QMenu& menu);
    void showMenuBelow(QWidget* button);
    void savePicture();
    void saveFigures();
    void showTable();
    void updateLegend();
    void addChecked(std::vector<LegendItem>& items, const CurveEval* eval) const;
    void updateDock();

    RunCurves m_curves;
    bool m_showsNewest = true; ///< in the legend, not what stands at the cursor
    bool m_masked = false, m_projector = false, m_dockWanted = true, m_room = true;
    Label* m_subtitle;
    SegmentedControl *m_scale, *m_along;
    CurveLegend *m_legend, *m_marks;
    LossChart* m_loss;
    SampleSlider* m_slider;
    QWidget *m_foot, *m_dock, *m_dockCharts;
    QPushButton* m_dockButton;
    std::array<SmallChart*, 3> m_small{};
};

} // namespace fettle::ui
