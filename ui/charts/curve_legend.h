// SPDX-License-Identifier: GPL-3.0-or-later
// What the lines of a chart mean and where they stand: mark, name, newest figure; wraps into rows.
#pragma once

#include "ui/look/theme.h"

#include <QWidget>
#include <vector>

namespace fettle::ui
{

struct LegendItem {
    enum class Mark { ThickLine, ThinLine, LineWithPoint, Diamond, Flag, Stop } mark = Mark::ThickLine;
    QString name;
    QString figure; ///< may be empty
};

class CurveLegend : public QWidget
{
    Q_OBJECT

public:
    explicit CurveLegend(QWidget* parent = nullptr);
    void setItems(std::vector<LegendItem> items);
    /// Quieter names, as a footnote.
    void setQuiet(bool quiet);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    double itemWidth(const LegendItem& item) const;
    double rowHeight() const;
    void paintItemMark(QPainter& painter, LegendItem::Mark mark, const QRectF& rect) const;

    std::vector<LegendItem> m_items;
    bool m_quiet = false;
};

} // namespace fettle::ui
