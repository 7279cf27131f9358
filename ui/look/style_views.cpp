// SPDX-License-Identifier: GPL-3.0-or-later
// What the style measures and paints of tables, lists and their scroll bars.
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <QStyleOption>
#include <algorithm>

namespace fettle::ui
{
namespace
{
/// What is free around a section's words: more at the edges of the table, and the hairline below.
QMargins headerMargins(const QStyleOptionHeader& section)
{
    const bool across = section.orientation == Qt::Horizontal;
    const bool only = section.position == QStyleOptionHeader::OnlyOneSection;
    const bool first = only || section.position == QStyleOptionHeader::Beginning;
    const bool last = only || section.position == QStyleOptionHeader::End;
    return {px(across && first ? 16 : 8), px(6), px(across && last ? 16 : 8), px(6) + 1};
}

/// Width of the arrow of a sorted column, with its distance from the words.
int arrowRoom(const QStyleOptionHeader& section)
{
    return section.sortIndicator == QStyleOptionHeader::None ? 0 : px(18);
}
} // namespace

bool Style::isComboList(const QWidget* view)
{
    return view && view->parentWidget() && view->parentWidget()->inherits("QComboBoxPrivateContainer");
}

QSize Style::headerSize(const QStyleOptionHeader& section) const
{
    const QSize words = section.fontMetrics.size(0, section.text);
    const int height = std::max(words.height(), section.fontMetrics.height());
    return QSize(words.width() + arrowRoom(section), height).grownBy(headerMargins(section));
}

QRect Style::headerLabelRect(const QStyleOptionHeader& section) const
{
    const QMargins around = headerMargins(section);
    return visualRect(section.direction, section.rect, section.rect.adjusted(around.left(), 0, -around.right(), -1));
}

QRect Style::headerArrowRect(const QStyleOptionHeader& section) const
{
    const QRect r = section.rect;
    const QMargins around = headerMargins(section);
    const bool wordsAtEnd = section.textAlignment & Qt::AlignRight;
    const int left = wordsAtEnd ? r.left() + around.left() : r.right() + 1 - around.right() - px(14);
    return visualRect(section.direction, r, QRect(left, r.top(), px(14), r.height() - 1));
}

void Style::drawHeader(const QStyleOptionHeader& section, QPainter& painter, const QWidget* widget) const
{
    const QRect r = section.rect;
    painter.fillRect(QRect(r.left(), r.bottom(), r.width(), 1), colors().hairline);
    painter.save();
    painter.setPen(colors().text2);
    const QRect room = headerLabelRect(section);
    auto alignment = visualAlignment(section.direction, section.textAlignment);
    if (!(alignment & Qt::AlignVertical_Mask))
        alignment |= Qt::AlignVCenter;
    painter.drawText(room, static_cast<int>(alignment),
                     section.fontMetrics.elidedText(section.text, Qt::ElideRight, room.width()));
    painter.restore();
    if (section.sortIndicator == QStyleOptionHeader::None)
        return;
    QStyleOptionHeader arrow = section;
    arrow.rect = headerArrowRect(section);
    drawPrimitive(PE_IndicatorHeaderArrow, &arrow, &painter, widget);
}

QRect Style::scrollBarRect(const QStyleOptionSlider& bar, SubControl sub) const
{
    const bool across = bar.orientation == Qt::Horizontal;
    const int length = across ? bar.rect.width() : bar.rect.height();
    const double range = static_cast<double>(bar.maximum) - bar.minimum;
    const int least = std::min(pixelMetric(PM_ScrollBarSliderMin, &bar, nullptr), length);
    const int handle =
        range > 0 ? std::max(least, static_cast<int>(length * bar.pageStep / (range + bar.pageStep))) : length;
    const int from =
        sliderPositionFromValue(bar.minimum, bar.maximum, bar.sliderPosition, length - handle, bar.upsideDown);
    const QRect r = bar.rect;
    const auto part = [&](int begin, int end) {
        return visualRect(bar.direction, r,
                          across ? QRect(r.left() + begin, r.top(), end - begin, r.height())
                                 : QRect(r.left(), r.top() + begin, r.width(), end - begin));
    };
    switch (sub) {
    case SC_ScrollBarSlider:
        return part(from, from + handle);
    case SC_ScrollBarSubPage:
        return part(0, from);
    case SC_ScrollBarAddPage:
        return part(from + handle, length);
    case SC_ScrollBarGroove:
        return r;
    default:
        return {}; // no arrows
    }
}

void Style::drawScrollBar(const QStyleOptionSlider& bar, QPainter& painter) const
{
    if (bar.maximum <= bar.minimum)
        return;
    const bool grasped = bar.activeSubControls & SC_ScrollBarSlider;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(grasped ? colors().border : colors().track);
    painter.drawRoundedRect(scrollBarRect(bar, SC_ScrollBarSlider).adjusted(1, 1, -1, -1), 4, 4);
    painter.restore();
}

} // namespace fettle::ui
