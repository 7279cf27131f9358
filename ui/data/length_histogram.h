// SPDX-License-Identifier: GPL-3.0-or-later
// Histogram of the rows' lengths with the line that cuts them: a slider whose scale is the text itself.
#pragma once

#include "ui/data/length_table.h"

#include <QAbstractSlider>
#include <QTimer>

namespace fettle::ui
{

/// value() is the cut in tokens. It can be dragged, and moved by arrows (1), with Ctrl or by PgUp/PgDn (16), Home, End.
/// sliderMoved() comes while it moves, valueChosen() once it rests. No line where rows are joined in blocks.
class LengthHistogram : public QAbstractSlider
{
    Q_OBJECT

public:
    explicit LengthHistogram(QWidget* parent = nullptr);

    void setTable(const LengthTable& table);
    /// `limit`: the model's context length, 0 where unknown. Sends no valueChosen.
    void setCut(int cut, int limit);
    void setCutShown(bool shown);
    bool isCutShown() const { return m_cutShown; }
    const LengthTable& table() const { return m_table; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void valueChosen(int cut);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QRectF plot() const;
    double xOf(double tokens) const;
    bool cutIsBeyond() const; ///< longer than the axis
    double cutX() const;      ///< where the cut line is drawn: beyond the axis it stands apart, with its own number
    QRectF beyondLabel() const;
    int tokensAt(double x) const;
    void say();
    void choose(int cut);
    void moveBy(int tokens);
    void paintAxes(QPainter& painter, const QRectF& area) const;
    void paintBeyond(QPainter& painter, const QRectF& area) const;
    void paintCut(QPainter& painter, const QRectF& area) const;

    LengthTable m_table;
    LengthBins m_bins;
    bool m_cutShown = true;
    bool m_dragging = false;
    double m_grab = 0; ///< from the mouse to the line it took hold of
    int m_chosen = 0;  ///< the last value that was sent
    QTimer m_rest;     ///< keys may repeat: the value is sent once they rest
};

} // namespace fettle::ui
