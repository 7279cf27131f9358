// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/preset_bar.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"

#include <QGridLayout>
#include <QPainter>
#include <algorithm>

namespace fettle::ui
{

PresetButton::PresetButton(QWidget* parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void PresetButton::setWords(const QString& title, const QString& words)
{
    setText(title);
    m_words = words;
    setAccessibleName(tr("%1: %2").arg(title, words));
    updateGeometry();
    update();
}

int PresetButton::heightForWidth(int width) const
{
    const QRect room(0, 0, std::max(20, width - px(24)), 10000);
    return QFontMetrics(ui::font(Type::BodyStrong)).height() +
           QFontMetrics(ui::font(Type::Help)).boundingRect(room, Qt::TextWordWrap, m_words).height() + px(17);
}

QSize PresetButton::sizeHint() const
{
    return {px(220), heightForWidth(px(220))};
}

QSize PresetButton::minimumSizeHint() const
{
    return {px(120), heightForWidth(px(220))};
}

void PresetButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& p = colors();
    painter.setBrush(isChecked() ? p.tint : underMouse() && isEnabled() ? p.hover : p.card);
    painter.setPen(QPen(isChecked() ? p.accent : isEnabled() ? p.border : p.hairline, isChecked() ? 2 : 1));
    const double inset = isChecked() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), px(5), px(5));
    painter.setFont(ui::font(Type::BodyStrong));
    painter.setPen(isEnabled() ? p.text : p.text2);
    const int title = painter.fontMetrics().height();
    painter.drawText(QRect(px(12), px(8), width() - px(24), title), Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setFont(ui::font(Type::Help));
    painter.setPen(p.text2);
    painter.drawText(QRect(px(12), px(8) + title, width() - px(24), height() - title - px(9)),
                     Qt::AlignLeft | Qt::TextWordWrap, m_words);
}

PresetBar::PresetBar(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(px(10));
    setAccessibleName(tr("Presets"));
}

void PresetBar::setPresets(std::vector<Preset> presets, const TrainArgs& arguments)
{
    m_presets = std::move(presets);
    while (m_buttons.size() < m_presets.size()) {
        auto* button = new PresetButton(this);
        const auto index = static_cast<int>(m_buttons.size());
        connect(button, &QAbstractButton::clicked, this, [this, index] { Q_EMIT chosen(index); });
        m_buttons.push_back(button);
        m_columns = 0;
    }
    for (size_t i = 0; i < m_presets.size(); ++i) {
        m_buttons[i]->setWords(m_presets[i].title, m_presets[i].words);
        m_buttons[i]->setChecked(hasPreset(arguments, m_presets[i]));
    }
    resizeEvent(nullptr);
}

void PresetBar::resizeEvent(QResizeEvent*)
{
    const int columns = width() >= px(700) ? 4 : 2;
    if (columns == m_columns || m_buttons.empty())
        return;
    m_columns = columns;
    for (PresetButton* button : m_buttons)
        m_grid->removeWidget(button);
    for (size_t i = 0; i < m_buttons.size(); ++i)
        m_grid->addWidget(m_buttons[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    for (int column = 0; column < 4; ++column)
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
}

} // namespace fettle::ui
