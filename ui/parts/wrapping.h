// SPDX-License-Identifier: GPL-3.0-or-later
// Items side by side that go on in the next row where the width ends: the one reckoning of it, and the widget that
// paints such items. FlowLayout does the same with widgets.
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

namespace fettle::ui
{

struct WrapItem {
    QSizeF size;
    double gap = 0; ///< to the item before it in its row
};
/// Where the items stand: from the top left of `room`, within its width; rows are `rowGap` apart.
std::vector<QRectF> wrapped(const std::vector<WrapItem>& items, const QRectF& room, double rowGap = 0);

/// As high as its width asks for.
class WrappingWidget : public QWidget
{
    Q_OBJECT

public:
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    /// `least`: height without items, in pixels at 100 %.
    explicit WrappingWidget(QWidget* parent, int least = 0);
    virtual std::vector<QRectF> places(double width) const = 0;
    /// Other items are shown: their words become the accessible name.
    void itemsChanged(const QStringList& words);
    void resizeEvent(QResizeEvent* event) override;

private:
    int m_least;
};

} // namespace fettle::ui
