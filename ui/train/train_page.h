// SPDX-License-Identifier: GPL-3.0-or-later
// Watch it learn: progress, curves with samples on the same axis, what it writes, and what the figures mean.
#pragma once

#include "ui/parts/page.h"
#include "ui/train/run_words.h"
#include "ui/train/train_strip.h"

#include <QTimer>

class QShortcut;
class QStackedWidget;

namespace fettle::ui
{

class FillsPanel;
class MainSideSplit;
class RunButtons;
class RunCharts;
class SamplesPanel;
class TrainEmpty;
class TrainNotices;
class Workbench;

class TrainPage : public Page
{
    Q_OBJECT

public:
    explicit TrainPage(Workbench& workbench, QWidget* parent = nullptr);

    void refresh() override;
    void setProjector(bool on) override;
    QWidget* focusPlace() override;

    // The page's keys; the window's menu may call them too.
    void pauseOrResume();
    void previousSample();
    void nextSample();
    void firstSample();
    void newestSample(); ///< and follows it from now on
    void toggleLogarithmic();
    void resetZoom();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildRun();
    void makeKeys();
    void onRunChanged();
    void onRunUpdated();
    void forgetShown(); ///< empties every part of the page
    void updateRun();
    /// The run on show; null where there is none, or it was exchanged for another just now.
    const RunHistory* shownHistory() const;
    void moveTo(int64_t step, bool follow);
    void showCursor();
    void act(WordAction action, double rate = 0); ///< `rate`: RunWord::rate

    Workbench& m_workbench;
    RunButtons* m_buttons;
    QStackedWidget* m_stack;
    TrainEmpty* m_empty;
    QWidget* m_run;
    TrainStrip* m_strip;
    MainSideSplit* m_split;
    RunCharts* m_charts;
    QStackedWidget* m_side;
    SamplesPanel* m_samples;
    FillsPanel* m_fills;
    TrainNotices* m_notices;
    QList<QShortcut*> m_keys; ///< at work while a run is on show
    QTimer m_clock;           ///< memory and the like while nothing happens
    uint64_t m_shown = 0;     ///< mark of the run on show; 0: none
    int64_t m_cursor = -1;
    bool m_follow = true;
};

} // namespace fettle::ui
