// SPDX-License-Identifier: GPL-3.0-or-later
// The charts as widgets: slider keys, cursor, zoom, long runs, table, pictures.
#include "core/base/error.h"
#include "tests/ui/scripted_run.h"
#include "tests/ui/ui_test_support.h"
#include "ui/charts/chart_plot.h"
#include "ui/charts/curve_legend.h"
#include "ui/charts/curve_table.h"
#include "ui/charts/loss_chart.h"
#include "ui/charts/loss_range.h"
#include "ui/charts/run_charts.h"
#include "ui/charts/sample_slider.h"
#include "ui/charts/small_chart.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"

#include <QAbstractItemModelTester>
#include <QContextMenuEvent>
#include <QFile>
#include <QHeaderView>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

namespace fettle::ui
{
namespace
{

void read(RunCurves& curves, const RunHistory& run)
{
    std::vector<int64_t> samples;
    for (const SampleSet& set : run.samples)
        samples.push_back(set.step);
    curves.update(run.steps, run.evals, run.checkpoints, samples, run.maxSteps);
}

TEST(SampleSlider, KeysGoFromStopToStop)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(130));
    SampleSlider slider;
    slider.setCurves(&curves);
    slider.setVisibleRange(0, 414);
    slider.setCursorStep(0);
    QSignalSpy moved(&slider, &SampleSlider::cursorMoved);
    QTest::keyClick(&slider, Qt::Key_Right);
    EXPECT_EQ(slider.cursorStep(), 40);
    QTest::keyClick(&slider, Qt::Key_End);
    EXPECT_EQ(slider.cursorStep(), 120);
    QTest::keyClick(&slider, Qt::Key_Right); // there is no further one
    EXPECT_EQ(slider.cursorStep(), 120);
    slider.setCursorStep(100); // between two stops, as a click in the chart leaves it
    QTest::keyClick(&slider, Qt::Key_Left);
    EXPECT_EQ(slider.cursorStep(), 80);
    QTest::keyClick(&slider, Qt::Key_Home);
    EXPECT_EQ(slider.cursorStep(), 0);
    EXPECT_EQ(slider.value(), 0);
    EXPECT_EQ(moved.count(), 5);
}

TEST(SampleSlider, AClickChoosesTheNearestStop)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(130));
    SampleSlider slider;
    slider.resize(600, 30);
    slider.setCurves(&curves);
    slider.setVisibleRange(0, 414);
    QTest::mouseClick(&slider, Qt::LeftButton, {}, slider.stopCentre(2).toPoint() + QPoint(9, 0));
    EXPECT_EQ(slider.cursorStep(), 80);
}

TEST(LossChart, SpeaksItsSummary)
{
    testing::application();
    RunCurves curves;
    LossChart chart;
    chart.setCurves(&curves);
    EXPECT_EQ(chart.summary(), QStringLiteral("No loss yet."));
    read(curves, scriptedRun(130));
    chart.refresh();
    EXPECT_TRUE(chart.summary().startsWith(QLatin1String("Training 2."))) << chart.summary().toStdString();
    EXPECT_TRUE(chart.summary().contains(QLatin1String("falling; validation "))) << chart.summary().toStdString();
    EXPECT_TRUE(chart.summary().endsWith(QLatin1String("step 130 of 414."))) << chart.summary().toStdString();
    EXPECT_EQ(chart.accessibleDescription(), chart.summary());
}

TEST(ChartPlot, APeakOfOneStepInAHundredThousandIsDrawn)
{
    testing::application();
    ChartPlot plot;
    plot.resize(600, 200);
    plot.setMargins({10, 10, 10, 10});
    plot.setCurveStyle(plot.addCurve(), {Qt::red, 1});
    std::vector<double> x(100'000), y(x.size(), 0);
    std::iota(x.begin(), x.end(), 0);
    y[54'321] = 99;
    y[77'777] = std::numeric_limits<double>::quiet_NaN(); // leaves a gap, and nothing else
    plot.setXRange(0, 1e5);
    plot.setYRange(-1, 100);
    plot.setCurveData(0, x, y);
    plot.show();
    QImage picture(600, 200, QImage::Format_RGB32);
    picture.fill(Qt::white);
    {
        QPainter painter(&picture);
        plot.render(painter, picture.size());
    }
    const auto reds = [&](int row) {
        QList<int> places;
        for (int at = 0; at < picture.width(); ++at)
            if (const QColor color = picture.pixelColor(at, row); color.red() > 200 && color.green() < 160)
                places << at;
        return places;
    };
    const QList<int> middle = reds(100);
    ASSERT_FALSE(middle.isEmpty());
    EXPECT_NEAR(middle.front(), plot.pixelX(54'321), 2);
    EXPECT_LE(middle.size(), 4);
}

TEST(LossChart, TheWheelZoomsAndADoubleClickShowsAllAgain)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(414));
    LossChart chart;
    chart.resize(700, 300);
    chart.setCurves(&curves);
    chart.show();
    QWidget* plot = chart.childAt(350, 150);
    ASSERT_TRUE(plot);
    QWheelEvent wheel(QPointF(350, 150), plot->mapToGlobal(QPointF(350, 150)), {}, QPoint(0, 360), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(plot, &wheel);
    EXPECT_TRUE(chart.isZoomed());
    EXPECT_GT(chart.visibleLow(), 0);
    EXPECT_LT(chart.visibleHigh(), 414);
    QTest::mouseDClick(plot, Qt::LeftButton, {}, QPoint(350, 150));
    EXPECT_FALSE(chart.isZoomed());
    EXPECT_EQ(chart.visibleHigh(), 414);
}

void turnWheel(QWidget* plot, const QPoint& at, int angle, Qt::KeyboardModifiers keys = Qt::NoModifier)
{
    QWheelEvent wheel(QPointF(at), plot->mapToGlobal(QPointF(at)), {}, QPoint(0, angle), Qt::NoButton, keys,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(plot, &wheel);
}

TEST(LossChart, AFlatTailIsShownAsHighAsItIs)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(414));
    LossChart chart;
    chart.resize(700, 300);
    chart.setCurves(&curves);
    chart.show();
    const double whole = chart.highestLoss() - chart.lowestLoss();
    QWidget* plot = chart.childAt(350, 150);
    for (int i = 0; i < 8; ++i)
        turnWheel(plot, QPoint(640, 150), 120);
    EXPECT_GT(chart.visibleLow(), 250);
    EXPECT_LT(chart.highestLoss() - chart.lowestLoss(), 0.6 * whole);
    const double high = chart.highestLoss();
    chart.refresh(); // new points leave a zoomed axis alone
    EXPECT_EQ(chart.highestLoss(), high);
    auto* back = chart.findChild<QPushButton*>();
    ASSERT_NE(back, nullptr);
    EXPECT_TRUE(back->isVisible());
    back->click();
    EXPECT_FALSE(chart.isZoomed());
    EXPECT_FALSE(back->isVisible());
    EXPECT_NEAR(chart.highestLoss() - chart.lowestLoss(), whole, 1e-9);
}

TEST(LossChart, TheLossAxisNeverLeavesTheCurve)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(414));
    for (bool logarithmic : {false, true}) {
        LossChart chart;
        chart.resize(700, 300);
        chart.setCurves(&curves);
        chart.setLogarithmic(logarithmic);
        chart.show();
        const double low = chart.lowestLoss(), high = chart.highestLoss();
        QWidget* plot = chart.childAt(350, 150);
        turnWheel(plot, QPoint(350, 60), 120 * 200, Qt::ControlModifier); // far in
        EXPECT_GE(chart.lowestLoss(), low);
        EXPECT_LE(chart.highestLoss(), high * 1.0001);
        for (int i = 0; i < 30; ++i)
            turnWheel(plot, QPoint(350, 60), 120, Qt::ControlModifier);
        EXPECT_TRUE(chart.isZoomed());
        EXPECT_TRUE(chart.findChild<QPushButton*>()->isVisible());
        EXPECT_GE(chart.lowestLoss(), low);
        EXPECT_LT(chart.lowestLoss(), chart.highestLoss());
        for (int i = 0; i < 60; ++i)
            turnWheel(plot, QPoint(350, 60), -120, Qt::ControlModifier); // out again: no further than the whole
        EXPECT_FALSE(chart.isZoomed());
        EXPECT_NEAR(chart.highestLoss(), high, 0.35 * high);
        QTest::keyClick(&chart, Qt::Key_0); // the page's key; here nothing breaks
    }
}

TEST(RunCharts, WhatCameWhileAnotherPageWasShownIsDrawn)
{
    testing::application();
    RunCharts charts;
    charts.resize(900, 700);
    read(charts.curves(), scriptedRun(60));
    charts.refresh();
    charts.show();
    const auto pictures = [&] {
        QList<QImage> all;
        for (SmallChart* chart : charts.findChildren<SmallChart*>()) {
            QTest::qWait(1); // plots are drawn in the next round
            all << chart->grab().toImage();
        }
        return all;
    };
    const QList<QImage> before = pictures();
    ASSERT_EQ(before.size(), 3);
    charts.hide();
    read(charts.curves(), scriptedRun(400));
    charts.refresh();
    charts.show();
    const QList<QImage> after = pictures();
    for (SmallChart* chart : charts.findChildren<SmallChart*>())
        chart->refresh();
    EXPECT_EQ(after, pictures());
    EXPECT_NE(after, before);
}

TEST(RunCharts, TheLegendTellsWhatStandsAtTheCursor)
{
    testing::application();
    RunCharts charts;
    RunHistory run = scriptedRun(130); // checks every 20 steps, step 0 among them
    run.evals.front().perplexity = 54.6;
    run.evals.front().accuracy = 0.125;
    read(charts.curves(), run);
    charts.refresh();
    const auto* legend = charts.findChild<CurveLegend*>();
    const auto says = [&](const QString& words) { return legend->accessibleName().contains(words); };
    charts.setCursorStep(120, true);
    EXPECT_TRUE(says(QStringLiteral("each step %1").arg(lossText(*run.steps.back().loss)))) << "it goes with the run";
    EXPECT_TRUE(says(QStringLiteral("Validation %1").arg(lossText(run.evals.back().loss))));
    charts.setCursorStep(0);
    EXPECT_TRUE(says(QStringLiteral("Training, smoothed –"))) << legend->accessibleName().toStdString();
    EXPECT_TRUE(says(QStringLiteral("each step –"))) << "no step has been made there";
    EXPECT_TRUE(says(QStringLiteral("Validation %1").arg(lossText(run.evals.front().loss))));
    EXPECT_TRUE(says(QStringLiteral("Perplexity 54.6"))) << legend->accessibleName().toStdString();
    EXPECT_TRUE(says(QStringLiteral("Token accuracy 12.5 %"))) << legend->accessibleName().toStdString();
    charts.setCursorStep(50);
    EXPECT_TRUE(says(QStringLiteral("Token accuracy –")));
    EXPECT_TRUE(says(QStringLiteral("each step %1").arg(lossText(*run.steps[49].loss))));
    EXPECT_TRUE(says(QStringLiteral("Validation –"))) << "not checked there";
}

TEST(RunCharts, ARightClickOnAChartOpensItsMenu)
{
    testing::application();
    RunCharts charts;
    charts.resize(900, 600);
    const RunHistory run = scriptedRun(100);
    read(charts.curves(), run);
    charts.refresh();
    charts.show();
    QWidget* plot = charts.lossChart()->childAt(300, 100);
    ASSERT_NE(plot, nullptr);
    QTest::mousePress(plot, Qt::RightButton, {}, QPoint(300, 100));
    QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(300, 100), plot->mapToGlobal(QPoint(300, 100)));
    QCoreApplication::sendEvent(plot, &event);
    QMenu* menu = charts.findChild<QMenu*>();
    ASSERT_NE(menu, nullptr);
    EXPECT_TRUE(menu->isVisible());
    EXPECT_GT(menu->actions().size(), 4);
    menu->close();
}

TEST(CurveLegend, GrowsARowWhenFiguresGetLonger)
{
    testing::application();
    CurveLegend legend;
    const auto items = [](const QString& figure) {
        return std::vector<LegendItem>{{LegendItem::Mark::ThickLine, QStringLiteral("Training, smoothed"), figure},
                                       {LegendItem::Mark::Diamond, QStringLiteral("Best"), figure}};
    };
    legend.setItems(items(QStringLiteral("2")));
    legend.resize(legend.sizeHint().width(), 100);
    const int one = legend.heightForWidth(legend.width());
    legend.setItems(items(QStringLiteral("12.3456")));
    EXPECT_GT(legend.heightForWidth(legend.width()), one);
    EXPECT_GE(legend.minimumSizeHint().height(), legend.heightForWidth(legend.width())) << "no row is cut off";
}

TEST(CurveTable, NoHeadIsCut)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(60));
    CurveTableDialog dialog(curves);
    dialog.show();
    auto* table = dialog.findChild<QTableView*>();
    for (int column = 0; column < CurveTableModel::ColumnCount; ++column) {
        const QString title = table->model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        EXPECT_GE(table->columnWidth(column),
                  QFontMetrics(table->horizontalHeader()->font()).horizontalAdvance(title) + 16)
            << title.toStdString();
    }
}

TEST(LossChart, AClickSetsTheCursorOnARecordedStep)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(200));
    LossChart chart;
    chart.resize(700, 300);
    chart.setCurves(&curves);
    chart.show();
    QSignalSpy moved(&chart, &LossChart::cursorMoved);
    QTest::mouseClick(chart.childAt(650, 150), Qt::LeftButton, {}, QPoint(650, 150)); // in what is still to come
    ASSERT_EQ(moved.count(), 1);
    EXPECT_EQ(chart.cursorStep(), 200);
    QTest::keyClick(&chart, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_EQ(chart.cursorStep(), 199);
}

TEST(LossChart, AHundredThousandStepsAreDrawn)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(100'000, 100'000));
    LossChart chart;
    chart.resize(700, 300);
    chart.setCurves(&curves);
    for (CurveAxis axis : {CurveAxis::Step, CurveAxis::Epoch, CurveAxis::Tokens, CurveAxis::Time}) {
        chart.setAxis(axis);
        chart.setLogarithmic(!chart.isLogarithmic());
        EXPECT_FALSE(chart.grab().isNull());
    }
}

TEST(LossChart, ASavedStateThatIsTheBestShowsBothMarks)
{
    testing::application();
    RunHistory run = scriptedRun(100);
    std::erase_if(run.evals, [](const EvalEvent& eval) { return eval.step != 60; });
    ASSERT_EQ(run.evals.size(), 1u);
    run.evals.front().loss = 0.001; // at the foot of the axis, and no line to it
    run.checkpoints.clear();
    const auto picture = [&](bool saved) {
        if (saved) {
            CheckpointEvent checkpoint;
            checkpoint.step = 60;
            checkpoint.path = "checkpoint-60";
            run.checkpoints = {checkpoint};
        }
        RunCurves curves;
        read(curves, run);
        LossChart chart;
        chart.resize(600, 300);
        chart.setCurves(&curves);
        chart.show();
        return chart.grab().toImage();
    };
    const QImage without = picture(false), with = picture(true);
    ASSERT_EQ(without.size(), with.size());
    const auto count = [](const QImage& image, const QColor& color) {
        int pixels = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                pixels += image.pixelColor(x, y) == color;
        return pixels;
    };
    EXPECT_GT(count(with, colors().text2), count(without, colors().text2) + 40) << "the flag, whole";
    EXPECT_GE(count(with, colors().validation), count(without, colors().validation) - 4) << "the diamond, whole";
}

TEST(LossChart, SavesPicturesAndNamesAFileThatCannotBeWritten)
{
    testing::application();
    RunCurves curves;
    read(curves, scriptedRun(100));
    LossChart chart;
    chart.resize(600, 260);
    chart.setCurves(&curves);
    chart.show(); // the plot takes its size from the layout
    QTemporaryDir folder;
    chart.savePicture(folder.filePath(QStringLiteral("loss.png")));
    EXPECT_EQ(QImage(folder.filePath(QStringLiteral("loss.png"))).width(), 1200);
    chart.savePicture(folder.filePath(QStringLiteral("loss.svg")));
    QFile svg(folder.filePath(QStringLiteral("loss.svg")));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    EXPECT_TRUE(svg.readAll().contains("<path"));
    EXPECT_THROW(chart.savePicture(folder.filePath(QStringLiteral("none/loss.png"))), fettle::Error);
}

TEST(LossRange, OneLeapDoesNotFlattenTheRestAndTheAxisDoesNotTremble)
{
    RunHistory run = scriptedRun(300);
    run.steps[150].loss = 60;
    RunCurves curves;
    curves.setSmoothing(0.99);
    read(curves, run);
    LossRange range;
    range.fit(curves, false);
    EXPECT_LT(range.high(), 6);
    EXPECT_LE(range.low(), 2.5);
    const double high = range.high();
    run.steps.push_back(run.steps.back());
    run.steps.back().step = 301;
    read(curves, run);
    range.fit(curves, false);
    EXPECT_EQ(range.high(), high);
    range = {};
    range.fit(curves, true);
    EXPECT_GT(range.low(), 0);
}

TEST(CurveTable, IsASoundModelWithARowForStepZero)
{
    testing::application();
    RunCurves curves;
    RunHistory run = scriptedRun(60);
    run.evals.front().accuracy = 0.125;
    read(curves, run);
    CurveTableModel model(curves);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(model.rowCount(), 61);
    const auto cell = [&](int row, CurveTableModel::Column column) {
        return model.data(model.index(row, column), Qt::DisplayRole).toString();
    };
    EXPECT_EQ(cell(0, CurveTableModel::Step), QStringLiteral("0"));
    EXPECT_EQ(cell(0, CurveTableModel::Loss), QString());
    EXPECT_FALSE(cell(0, CurveTableModel::Validation).isEmpty());
    EXPECT_EQ(cell(0, CurveTableModel::Accuracy), QStringLiteral("12.5 %"));
    EXPECT_EQ(cell(59, CurveTableModel::Accuracy), QString()) << "not checked there";
    EXPECT_EQ(cell(60, CurveTableModel::Step), QStringLiteral("60"));
    EXPECT_TRUE(cell(59, CurveTableModel::Validation).isEmpty());
    const QString last = cell(60, CurveTableModel::Loss), first = cell(0, CurveTableModel::Validation);
    EXPECT_FALSE(last.isEmpty());
    curves.clear(); // another run is shown: the open table still speaks of its own
    EXPECT_EQ(cell(60, CurveTableModel::Loss), last);
    EXPECT_EQ(cell(0, CurveTableModel::Validation), first);
    model.setCurves(curves);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(CurveTable, CsvHasOneLineAStep)
{
    RunCurves curves;
    RunHistory run = scriptedRun(20);
    run.steps[4].loss.reset();
    run.evals.back().accuracy = 0.25;
    read(curves, run);
    const QList<QByteArray> lines = curvesAsCsv(curves).trimmed().split('\n');
    ASSERT_EQ(lines.size(), 22);
    for (const QByteArray& line : lines)
        EXPECT_EQ(line.count(','), 11) << line.toStdString();
    EXPECT_EQ(lines[6].split(',')[4], QByteArray()); // step 5: no number
    EXPECT_EQ(lines[21].split(',')[0], QByteArray("20"));
    EXPECT_NEAR(lines[21].split(',')[6].toDouble(), run.evals.back().loss, 1e-9);
    EXPECT_EQ(lines[21].split(',')[11], QByteArray("0.25"));
}

} // namespace
} // namespace fettle::ui
