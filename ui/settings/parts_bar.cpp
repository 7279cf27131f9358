// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/parts_bar.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <QStringList>
#include <algorithm>

namespace fettle::ui
{

namespace
{
QColor hueColor(PartsBar::Hue hue)
{
    switch (hue) {
    case PartsBar::Hue::Training:
        return colors().training;
    case PartsBar::Hue::Validation:
        return colors().validation;
    case PartsBar::Hue::Neutral:
        break;
    }
    return colors().text2;
}
} // namespace

PartsBar::PartsBar(QWidget* parent) : WrappingWidget(parent, 8) {}

void PartsBar::setParts(std::vector<Part> parts)
{
    std::erase_if(parts, [](const Part& part) { return !(part.amount > 0); });
    m_parts = std::move(parts);
    QStringList spoken;
    for (const Part& part : m_parts)
        spoken << part.words;
    itemsChanged(spoken);
}

std::vector<QRectF> PartsBar::places(double width) const
{
    const QFontMetricsF words(ui::font(Type::Help));
    std::vector<WrapItem> items;
    for (const Part& part : m_parts)
        items.push_back({{px(14) + words.horizontalAdvance(part.words), words.height()}, static_cast<double>(px(14))});
    return wrapped(items, QRectF(0, px(14), width, 0), px(2));
}

QSize PartsBar::sizeHint() const
{
    return {px(200), heightForWidth(px(320))};
}

void PartsBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    double sum = 0;
    for (const Part& part : m_parts)
        sum += part.amount;
    const double gap = px(2);
    const double width = this->width() - gap * static_cast<double>(std::max<size_t>(1, m_parts.size()) - 1);
    double x = 0;
    for (const Part& part : m_parts) {
        const double share = std::max(2.0, width * part.amount / sum);
        painter.fillRect(QRectF(x, 0, share, px(8)), hueColor(part.hue));
        x += share + gap;
    }
    painter.setFont(ui::font(Type::Help));
    const auto all = places(this->width());
    for (size_t i = 0; i < m_parts.size(); ++i) {
        painter.fillRect(QRectF(all[i].left(), all[i].center().y() - px(4), px(8), px(8)), hueColor(m_parts[i].hue));
        painter.setPen(colors().text2);
        painter.drawText(all[i].adjusted(px(13), 0, px(4), 0), Qt::AlignLeft | Qt::AlignVCenter, m_parts[i].words);
    }
}

} // namespace fettle::ui
