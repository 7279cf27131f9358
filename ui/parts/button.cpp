// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/button.h"

#include "ui/look/icons.h"

namespace fettle::ui
{

QPushButton* makeButton(const QString& text, Look look, ControlSize size, const QString& icon, QWidget* parent,
                        bool iconBehind)
{
    auto* button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    setLook(button, look);
    setSize(button, size);
    button->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    if (!icon.isEmpty())
        setButtonIcon(button, icon);
    button->setProperty("fettleIconBehind", iconBehind);
    return button;
}

QPushButton* makeIconButton(const QString& icon, const QString& name, QWidget* parent, ControlSize size, Look look)
{
    QPushButton* button = makeButton({}, look, size, icon, parent);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

void setButtonIcon(QPushButton* button, const QString& name)
{
    button->setIcon(icon(name));
    button->setProperty("fettleIconName", name);
    button->update();
}

} // namespace fettle::ui
