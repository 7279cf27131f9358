// SPDX-License-Identifier: GPL-3.0-or-later
// The charts of one run as the page Train shows them.
#include "ui/charts/run_charts.h"

#include "core/base/error.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_marks.h"
#include "ui/charts/curve_legend.h"
#include "ui/charts/curve_table.h"
#include "ui/charts/loss_chart.h"
#include "ui/charts/sample_slider.h"
#include "ui/charts/small_chart.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"

#include <QActionGroup>
#include <QContextMenuEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QSaveFile>
#include <QSettings>

namespace fettle::ui
{

RunCharts::RunCharts(QWidget* parent) : Card({}, {}, parent)
{
    setBodyMargins(0, 0, 0, 0);
    body()->setSpacing(0);
    body()->addWidget(makeHead());
    auto* legendRow = new QHBoxLayout;
    legendRow->setContentsMargins(16, 4, 16, 4);
    m_legend = new CurveLegend(this);
    legendRow->addWidget(m_legend);
    body()->addLayout(legendRow);
    m_loss = new LossChart(this);
    m_slider = new SampleSlider(this);
    body()->addWidget(m_loss, 1);
    body()->addWidget(m_slider);
    m_foot = makeFoot();
    body()->addWidget(m_foot);
    m_dock = makeDock();
    body()->addWidget(m_dock);

    connect(m_loss, &LossChart::cursorMoved, this, &RunCharts::moveCursor);
    connect(m_loss, &LossChart::cursorLeft, this, &RunCharts::cursorLeft);
    connect(m_slider, &SampleSlider::cursorMoved, this, &RunCharts::moveCursor);
    connect(m_loss, &LossChart::visibleRangeChanged, this, [this](double low, double high) {
        m_slider->setVisibleRange(low, high);
        for (SmallChart* chart : m_small)
            chart->setVisibleRange(low, high);
    });
    startAnew();
    const QSettings settings;
    m_curves.setSmoothing(settings.value(QStringLiteral("charts/smoothing"), 0.9).toDouble());
    setLogarithmic(settings.value(QStringLiteral("charts/logarithmic"), false).toBool());
    setAxis(std::clamp(settings.value(QStringLiteral("charts/axis"), 0).toInt(), 0, 3));
    m_dockWanted = settings.value(QStringLiteral("charts/linked"), true).toBool();
    updateDock();
    setMasked(false);
}

QWidget* RunCharts::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = makeRow(head, 8, {16, 11, 16, 3});
    row->addWidget(new Label(tr("Loss"), Type::CardTitle, Ink::Text, head));
    m_subtitle = new Label({}, Type::Body, Ink::Text2, head);
    m_subtitle->wrapped();
    row->addWidget(m_subtitle, 1);
    m_scale = new SegmentedControl({tr("Linear"), tr("Log")}, head);
    m_scale->setAccessibleName(tr("Scale of the loss axis"));
    m_scale->setToolTip(tr("Scale of the loss axis (L)"));
    connect(m_scale, &SegmentedControl::chosen, this, [this](int index) { setLogarithmic(index == 1); });
    row->addWidget(m_scale);
    QPushButton* more = makeIconButton(QStringLiteral("more"), tr("More for the chart"), head);
    connect(more, &QPushButton::clicked, this, [this, more] { showMenuBelow(more); });
    row->addWidget(more);
    return head;
}

QWidget* RunCharts::makeFoot()
{
    auto* foot = new QWidget(this);
    auto* row = makeRow(foot, 8, {chartMargins().left(), 2, 16, 10});
    m_marks = new CurveLegend(foot);
    m_marks->setQuiet(true);
    row->addWidget(m_marks, 1);
    row->addWidget(new Label(tr("along"), Type::Help, Ink::Text2, foot));
    m_along = new SegmentedControl({tr("Step"), tr("Epoch"), tr("Tokens"), tr("Time")}, foot);
    m_along->setAccessibleName(tr("What the horizontal axis counts"));
    connect(m_along, &SegmentedControl::chosen, this, &RunCharts::setAxis);
    row->addWidget(m_along);
    return foot;
}

QWidget* RunCharts::makeDock()
{
    auto* dock = new QWidget(this);
    auto* column = makeColumn(dock);
    column->addWidget(new Line(Qt::Horizontal, dock));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(10, 5, 16, 5);
    m_dockButton =
        makeButton(tr("Linked charts"), Look::Ghost, ControlSize::Small, QStringLiteral("chevron-down"), dock);
    m_dockButton->setToolTip(tr("Learning rate, gradient norm and speed at the same cursor"));
    connect(m_dockButton, &QPushButton::clicked, this, [this] {
        m_dockWanted = !m_dockCharts->isVisible();
        m_room = true; // asked for: the page scrolls where they do not fit
        QSettings().setValue(QStringLiteral("charts/linked"), m_dockWanted);
        updateDock();
    });
    head->addWidget(m_dockButton);
    head->addStretch(1);
    head->addWidget(new Label(tr("all follow the same cursor"), Type::Help, Ink::Text2, dock));
    column->addLayout(head);
    m_dockCharts = new QWidget(dock);
    auto* row = makeRow(m_dockCharts, 10, {16, 0, 10, 10});
    m_small = {new SmallChart(tr("Learning rate"), &RunCurves::learningRate, m_dockCharts),
               new SmallChart(tr("Gradient norm"), &RunCurves::gradNorm, m_dockCharts),
               new SmallChart(tr("Tokens per second"), &RunCurves::tokensPerSecond, m_dockCharts)};
    m_small[2]->setFormat([](double value) { return std::isfinite(value) ? axisCountText(value) : figureText(value); });
    for (SmallChart* chart : m_small) {
        row->addWidget(chart, 1);
        connect(chart, &SmallChart::cursorMoved, this, &RunCharts::moveCursor);
    }
    column->addWidget(m_dockCharts);
    dock->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    return dock;
}

void RunCharts::refresh()
{
    m_loss->refresh();
    m_slider->refresh();
    for (SmallChart* chart : m_small)
        if (chart->isVisibleTo(this)) // also while another page is shown: nobody asks again when this one comes back
            chart->refresh();
    updateLegend();
}

void RunCharts::startAnew()
{
    m_curves.clear();
    m_loss->setCurves(&m_curves);
    m_slider->setCurves(&m_curves);
    for (SmallChart* chart : m_small)
        chart->setCurves(&m_curves);
    m_slider->setVisibleRange(m_loss->visibleLow(), m_loss->visibleHigh());
    for (SmallChart* chart : m_small)
        chart->setVisibleRange(m_loss->visibleLow(), m_loss->visibleHigh());
    updateLegend();
}

void RunCharts::setMasked(bool masked)
{
    m_masked = masked;
    m_subtitle->setText(masked ? tr("how surprised the model is by the hidden words; lower is better")
                               : tr("how surprised the model is; lower is better"));
    m_marks->setItems({{LegendItem::Mark::Stop, masked ? tr("it filled the blanks") : tr("it wrote a sample"), {}},
                       {LegendItem::Mark::Flag, tr("saved (checkpoint)"), {}}});
}

void RunCharts::setClip(double maxGradNorm)
{
    m_small[1]->setRule(maxGradNorm, tr("clip"));
}

void RunCharts::setRestLabel(const QString& label)
{
    m_loss->setRestLabel(label);
}

void RunCharts::setCursorStep(int64_t step, bool isNewest)
{
    m_showsNewest = isNewest || step < 0;
    m_loss->setCursorStep(step);
    m_slider->setCursorStep(step);
    for (SmallChart* chart : m_small)
        chart->setCursorStep(step);
    updateLegend();
}

void RunCharts::bringCursorIntoView()
{
    m_loss->bringCursorIntoView();
}

void RunCharts::moveCursor(qint64 step)
{
    setCursorStep(step);
    Q_EMIT cursorMoved(step);
}

void RunCharts::setProjector(bool on)
{
    m_projector = on;
    m_loss->setProjector(on);
    m_foot->setVisible(!on);
    m_scale->setVisible(!on);
    updateDock();
    updateLegend();
}

void RunCharts::toggleLogarithmic()
{
    setLogarithmic(!m_loss->isLogarithmic());
}

void RunCharts::setLogarithmic(bool on)
{
    m_scale->setCurrent(on ? 1 : 0);
    m_loss->setLogarithmic(on);
    QSettings().setValue(QStringLiteral("charts/logarithmic"), on);
}

void RunCharts::setAxis(int axis)
{
    m_along->setCurrent(axis);
    m_loss->setAxis(CurveAxis(axis));
    m_slider->setAxis(CurveAxis(axis));
    for (SmallChart* chart : m_small)
        chart->setAxis(CurveAxis(axis));
    QSettings().setValue(QStringLiteral("charts/axis"), axis);
}

void RunCharts::resetZoom()
{
    m_loss->resetZoom();
}

void RunCharts::updateLegend()
{
    // A curve without a point at the cursor has no figure there.
    const auto figure = [](const double* loss) { return loss ? lossText(*loss) : QStringLiteral("–"); };
    const int64_t step = m_loss->cursorStep();
    const ptrdiff_t newest = ptrdiff_t(m_curves.size()) - 1, at = m_showsNewest ? newest : m_curves.indexAt(step);
    const bool isThere = at >= 0 && (m_showsNewest || m_curves.steps()[size_t(at)] == step);
    const auto training = [&](const std::vector<double>& values) {
        return figure(isThere ? &values[size_t(at)] : nullptr);
    };
    std::vector<LegendItem> items;
    items.push_back({LegendItem::Mark::ThickLine, m_projector ? tr("Training") : tr("Training, smoothed"),
                     training(m_curves.smoothed())});
    if (!m_projector)
        items.push_back({LegendItem::Mark::ThinLine, tr("each step"), training(m_curves.loss())});
    if (!m_curves.evals().empty()) {
        const CurveEval* eval = m_showsNewest ? &m_curves.evals().back() : m_curves.evalAtOrBefore(step);
        if (eval && !m_showsNewest && eval->step != step)
            eval = nullptr;
        items.push_back({LegendItem::Mark::LineWithPoint, tr("Validation"), figure(eval ? &eval->loss : nullptr)});
        addChecked(items, eval);
    }
    if (const CurveEval* best = m_curves.best(); best && !m_projector)
        items.push_back({LegendItem::Mark::Diamond, tr("Best"), lossText(best->loss)});
    m_legend->setItems(std::move(items));
}

/// What else the check measured; where it stands, so that the row keeps its places.
void RunCharts::addChecked(std::vector<LegendItem>& items, const CurveEval* eval) const
{
    if (m_projector)
        return;
    const std::vector<CurveEval>& all = m_curves.evals();
    items.push_back(
        {LegendItem::Mark::None, tr("Perplexity"), eval ? figureText(eval->perplexity) : QStringLiteral("–")});
    if (std::any_of(all.begin(), all.end(), [](const CurveEval& each) { return each.accuracy.has_value(); }))
        items.push_back({LegendItem::Mark::None, tr("Token accuracy"),
                         eval && eval->accuracy ? shareText(*eval->accuracy) : QStringLiteral("–")});
}

void RunCharts::updateDock()
{
    // A low window gives its height to the loss; the linked charts come back when there is room.
    const bool open = m_dockWanted && m_room && !m_projector;
    m_dock->setVisible(!m_projector);
    if (m_dockCharts->isVisibleTo(m_dock) != open) {
        m_dockCharts->setVisible(open);
        if (open)
            for (SmallChart* chart : m_small)
                chart->refresh();
    }
    setButtonIcon(m_dockButton, open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"));
    m_dockButton->setAccessibleDescription(open ? tr("shown") : tr("folded"));
    // Scroll areas around do not hear of a fold within; without this the page keeps the old height.
    QMetaObject::invokeMethod(
        this,
        [this] {
            for (QWidget* widget = this; widget && !widget->isWindow(); widget = widget->parentWidget())
                widget->updateGeometry();
        },
        Qt::QueuedConnection);
}

void RunCharts::setRoomForLinked(bool room)
{
    if (room == m_room)
        return;
    m_room = room;
    updateDock();
}

void RunCharts::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu);
    menu->popup(event->globalPos());
}

void RunCharts::showMenuBelow(QWidget* button)
{
    QMenu menu(this);
    fillMenu(menu);
    menu.exec(button->mapToGlobal(QPoint(0, button->height() + 2)));
}

void RunCharts::fillMenu(QMenu& menu)
{
    QMenu* smoothing = menu.addMenu(tr("Smoothing"));
    auto* group = new QActionGroup(smoothing);
    const std::pair<QString, double> levels[] = {
        {tr("Off"), 0}, {tr("Light"), 0.7}, {tr("Medium"), 0.9}, {tr("Strong"), 0.97}, {tr("Very strong"), 0.99}};
    for (const auto& [name, beta] : levels) {
        QAction* action = smoothing->addAction(name);
        action->setCheckable(true);
        action->setChecked(std::abs(m_curves.smoothing() - beta) < 1e-6);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, beta = beta] {
            QSettings().setValue(QStringLiteral("charts/smoothing"), beta);
            m_curves.setSmoothing(beta);
            refresh();
        });
    }
    QAction* log = menu.addAction(tr("Logarithmic"));
    log->setCheckable(true);
    log->setChecked(m_loss->isLogarithmic());
    connect(log, &QAction::triggered, this, &RunCharts::toggleLogarithmic);
    QAction* whole = menu.addAction(tr("Show the whole run"));
    whole->setEnabled(m_loss->isZoomed());
    connect(whole, &QAction::triggered, this, &RunCharts::resetZoom);
    menu.addSeparator();
    const bool any = !m_curves.isEmpty();
    for (const auto& [name, method] : {std::pair{tr("Show as a table…"), &RunCharts::showTable},
                                       std::pair{tr("Save picture (PNG, SVG)…"), &RunCharts::savePicture},
                                       std::pair{tr("Save figures (CSV)…"), &RunCharts::saveFigures}}) {
        QAction* action = menu.addAction(name);
        action->setEnabled(any);
        connect(action, &QAction::triggered, this, method);
    }
}

void RunCharts::showTable()
{
    auto* dialog = new CurveTableDialog(m_curves, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RunCharts::savePicture()
{
    QString filter = tr("Picture (*.png)");
    QString file = chooseFileToSave(this, tr("Save picture"), QStringLiteral("loss.png"),
                                    filter + QStringLiteral(";;") + tr("Drawing (*.svg)"), &filter);
    if (file.isEmpty())
        return;
    if (QFileInfo(file).suffix().isEmpty())
        file += filter.contains(QLatin1String("svg")) ? QStringLiteral(".svg") : QStringLiteral(".png");
    try {
        m_loss->savePicture(file);
    } catch (const Error& error) {
        QMessageBox::warning(this, tr("Save picture"), QString::fromStdString(error.message() + "\n" + error.hint()));
    }
}

void RunCharts::saveFigures()
{
    const QByteArray figures = curvesAsCsv(m_curves); // those of the run that was asked about
    const QString name = chooseFileToSave(this, tr("Save figures"), QStringLiteral("loss.csv"), tr("Table (*.csv)"));
    if (name.isEmpty())
        return;
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(figures) < 0 || !file.commit())
        QMessageBox::warning(this, tr("Save figures"),
                             tr("The figures could not be written to %1: %2.").arg(name, file.errorString()));
}

} // namespace fettle::ui
