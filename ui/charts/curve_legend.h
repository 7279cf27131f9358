// SPDX-License-Identifier: GPL-3.0-or-later
// What the lines of a chart mean and where they stand: mark, name, newest figure; wraps into rows.
#pragma once

#include "ui/look/theme.h"
#include "ui/parts/wrapping.h"

namespace fettle::ui
{

struct LegendItem {
    enum class Mark { ThickLine, ThinLine, LineWithPoint, Diamond, Flag, Stop, None } mark = Mark::ThickLine;
    QString name;
    QString figure; ///< may be empty
};

class CurveLegend : public WrappingWidget
{
    Q_OBJECT

public:
    explicit CurveLegend(QWidget* parent = nullptr);
    void setItems(std::vector<LegendItem> items);
    /// Quieter names, as a footnote.
    void setQuiet(bool quiet);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    std::vector<QRectF> places(double width) const override;

private:
    static double markWidth(LegendItem::Mark mark); ///< with the gap behind it
    double itemWidth(const LegendItem& item) const;
    double rowHeight() const;
    void paintItemMark(QPainter& painter, LegendItem::Mark mark, const QRectF& rect) const;

    std::vector<LegendItem> m_items;
    bool m_quiet = false;
};

} // namespace fettle::ui
