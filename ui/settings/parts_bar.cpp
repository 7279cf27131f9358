// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/parts_bar.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

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

/// Where each part's words stand below the bar; wraps.
std::vector<QRectF> legendPlaces(const std::vector<PartsBar::Part>& parts, double width)
{
    const QFontMetricsF words(ui::font(Type::Help));
    std::vector<QRectF> places;
    double x = 0, y = px(14);
    for (const PartsBar::Part& part : parts) {
        const double needed = px(14) + words.horizontalAdvance(part.words);
        if (x > 0 && x + needed > width) {
            x = 0;
            y += words.height() + px(2);
        }
        places.emplace_back(x, y, needed, words.height());
        x += needed + px(14);
    }
    return places;
}
} // namespace

PartsBar::PartsBar(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum); // may be as high as its width asks for
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void PartsBar::setParts(std::vector<Part> parts)
{
    std::erase_if(parts, [](const Part& part) { return !(part.amount > 0); });
    m_parts = std::move(parts);
    QStringList spoken;
    for (const Part& part : m_parts)
        spoken << part.words;
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int PartsBar::heightForWidth(int width) const
{
    const auto places = legendPlaces(m_parts, width);
    return places.empty() ? px(8) : static_cast<int>(std::ceil(places.back().bottom()));
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
    const auto places = legendPlaces(m_parts, this->width());
    for (size_t i = 0; i < m_parts.size(); ++i) {
        painter.fillRect(QRectF(places[i].left(), places[i].center().y() - px(4), px(8), px(8)),
                         hueColor(m_parts[i].hue));
        painter.setPen(colors().text2);
        painter.drawText(places[i].adjusted(px(13), 0, px(4), 0), Qt::AlignLeft | Qt::AlignVCenter, m_parts[i].words);
    }
}

} // namespace fettle::ui
