// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/button.h"

#include "ui/look/icons.h"

#include <QKeyEvent>

namespace fettle::ui
{
namespace
{
/// Enter presses the button that has the keyboard, in a window and in a dialog: there it would press the usual answer.
class Button : public QPushButton
{
public:
    using QPushButton::QPushButton;

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (enter && !(event->modifiers() & ~Qt::KeypadModifier)) // Ctrl+Enter is the page's
            click();
        else
            QPushButton::keyPressEvent(event);
    }
};
} // namespace

QPushButton* makeButton(const QString& text, Look look, ControlSize size, const QString& icon, QWidget* parent,
                        bool iconBehind)
{
    auto* button = new Button(text, parent);
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
