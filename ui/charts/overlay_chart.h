// SPDX-License-Identifier: GPL-3.0-or-later
// The losses of several runs laid over each other along their optimizer steps: each has a hue, a dash, a marker and its
// name at its line's end.
#pragma once

#include <QString>
#include <QWidget>
#include <memory>
#include <vector>

namespace fettle::ui
{

struct OverlayCurve {
    QString name;
    int color = 0;                     ///< an index of Palette::overlay
    std::vector<double> steps, losses; ///< of the same length, at least one; steps never fall

    bool operator==(const OverlayCurve&) const = default;
};

class OverlayChart : public QWidget
{
    Q_OBJECT

public:
    explicit OverlayChart(QWidget* parent = nullptr);
    ~OverlayChart() override;

    void setCurves(std::vector<OverlayCurve> curves);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace fettle::ui
