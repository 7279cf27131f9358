// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_row.h"

#include "ui/look/fonts.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"

#include <QKeyEvent>
#include <QPainter>

namespace fettle::ui
{

QString goalWords(Objective objective)
{
    return objective == Objective::Masked ? ModelRow::tr("fills in blanks") : ModelRow::tr("writes on");
}

ModelRow::ModelRow(const ModelFacts& entry, uint64_t freeMemory, QWidget* parent)
    : QAbstractButton(parent), m_entry(entry), m_free(freeMemory)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setFocusRadius(this, 3);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    QStringList parts{tr("%1 type").arg(QString::fromStdString(entry.architecture)),
                      tr("%1 parameters").arg(shortCountText(entry.parameters)),
                      tr("context %1").arg(countText(entry.contextLength))};
    if (!entry.licence.empty())
        parts << QString::fromStdString(entry.licence).toUpper();
    m_line = parts.join(QStringLiteral(" · "));
    setAccessibleName(tr("%1, %2, %3, %4 to train, %5")
                          .arg(QString::fromStdString(entry.name), goalWords(entry.objective), m_line,
                               bytesText(needed()), fits() ? tr("fits") : tr("more than is free")));
    setToolTip(placeText(QString::fromStdString(entry.folder.string())));
}

QSize ModelRow::sizeHint() const
{
    return {px(560), px(54)};
}

QSize ModelRow::minimumSizeHint() const
{
    return {px(300), px(54)};
}

void ModelRow::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers().testFlag(Qt::ControlModifier) == false)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void ModelRow::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    if (isChecked() || underMouse())
        painter.fillRect(rect(), p.hover);
    painter.fillRect(QRect(0, 0, width(), 1), p.hairline);
    if (isChecked())
        painter.fillRect(QRect(0, 0, 3, height()), p.accent);
    paintRadio(painter, QRectF(px(16), (height() - px(17)) / 2.0, px(17), px(17)), isChecked());

    const int left = px(46), memory = std::min(px(168), width() / 3);
    const int right = width() - px(16) - memory;
    const int room = right - left - px(16);
    QFont name = ui::font(Type::Primary);
    name.setWeight(QFont::Medium);
    painter.setFont(name);
    painter.setPen(p.text);
    const QString goal = goalWords(m_entry.objective);
    const int chip = StateBadge::sizeFor(goal).width();
    const QString shown = painter.fontMetrics().elidedText(QString::fromStdString(m_entry.name), Qt::ElideMiddle,
                                                           std::max(px(60), room - chip - px(8)));
    painter.drawText(QRect(left, px(8), room, px(20)), Qt::AlignVCenter, shown);
    const int nameWidth = painter.fontMetrics().horizontalAdvance(shown);
    StateBadge::paint(painter, QRect(left + nameWidth + px(8), px(8), chip, px(20)), goal, StateBadge::Neutral);
    painter.setFont(ui::font(Type::Help));
    painter.setPen(p.text2);
    painter.drawText(QRect(left, px(28), room, px(18)), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_line, Qt::ElideRight, room));

    painter.setFont(ui::font(Type::Mono));
    painter.setPen(p.text);
    painter.drawText(QRect(right, px(10), memory, px(20)), Qt::AlignVCenter, bytesText(needed()));
    painter.setFont(ui::font(Type::Help));
    painter.setPen(fits() ? p.text : p.warning);
    painter.drawText(QRect(right, px(10), memory, px(20)), Qt::AlignVCenter | Qt::AlignRight,
                     fits() ? tr("fits") : tr("more than free"));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QRectF groove(right, px(34), memory, px(5));
    painter.setBrush(p.track);
    painter.drawRoundedRect(groove, 2.5, 2.5);
    const double share = m_free ? static_cast<double>(needed()) / static_cast<double>(m_free) : 1;
    groove.setWidth(std::max<double>(px(4), groove.width() * std::min(1.0, share)));
    painter.setBrush(fits() ? p.accent : p.warning);
    painter.drawRoundedRect(groove, 2.5, 2.5);
}

} // namespace fettle::ui
