// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/segmented_control.h"

#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>

namespace fettle::ui
{
namespace
{
class Segment : public QPushButton
{
public:
    Segment(const QString& words, QWidget* parent) : QPushButton(words, parent)
    {
        setCheckable(true);
        setAutoDefault(false);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        setLook(this, Look::Segment);
        setFocusRadius(this, 3);
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool event(QEvent* event) override
    {
        // The arrows move the choice here, whatever a page uses them for.
        if (event->type() == QEvent::ShortcutOverride) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key == Qt::Key_Left || key == Qt::Key_Right)
                event->accept();
        }
        return QPushButton::event(event);
    }
};
} // namespace

SegmentedControl::SegmentedControl(const QStringList& choices, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)), m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins(1, 0, 1, 0);
    m_row->setSpacing(1);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idClicked, this, &SegmentedControl::chosen);
    setChoices(choices);
}

void SegmentedControl::setChoices(const QStringList& choices)
{
    const int before = std::max(0, current());
    for (QAbstractButton* button : m_group->buttons()) {
        m_group->removeButton(button);
        m_row->removeWidget(button);
        button->hide();
        button->deleteLater();
    }
    for (int i = 0; i < choices.size(); ++i) {
        auto* segment = new Segment(choices[i], this);
        m_group->addButton(segment, i);
        m_row->addWidget(segment);
    }
    if (!choices.isEmpty())
        setCurrent(std::min(before, static_cast<int>(choices.size()) - 1));
    updateGeometry();
}

int SegmentedControl::current() const
{
    return m_group->checkedId();
}

void SegmentedControl::setCurrent(int index)
{
    if (QAbstractButton* button = m_group->button(index))
        button->setChecked(true);
}

void SegmentedControl::setChoiceText(int index, const QString& text)
{
    if (QAbstractButton* button = m_group->button(index); button && button->text() != text) {
        button->setText(text);
        button->updateGeometry();
    }
}

void SegmentedControl::setChoiceEnabled(int index, bool enabled)
{
    if (QAbstractButton* button = m_group->button(index))
        button->setEnabled(enabled);
}

int SegmentedControl::count() const
{
    return static_cast<int>(m_group->buttons().size());
}

QAbstractButton* SegmentedControl::segment(int index) const
{
    return m_group->button(index);
}

void SegmentedControl::paintEvent(QPaintEvent*)
{
    const Palette& p = colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(p.card);
    painter.setPen(QPen(isEnabled() ? p.border : p.hairline, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(p.hairline);
    for (int i = 1; i < count(); ++i)
        painter.drawLine(m_group->button(i)->x() - 1, 1, m_group->button(i)->x() - 1, height() - 2);
}

} // namespace fettle::ui
