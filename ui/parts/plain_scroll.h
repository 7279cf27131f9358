// SPDX-License-Identifier: GPL-3.0-or-later
// An area that scrolls and lets what it stands on show through: no frame, no ground of its own.
#pragma once

#include <QScrollArea>

namespace fettle::ui
{

class PlainScroll : public QScrollArea
{
public:
    explicit PlainScroll(QWidget* parent) : QScrollArea(parent)
    {
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFocusPolicy(Qt::NoFocus);
        viewport()->setAutoFillBackground(false);
    }
    /// In place of setWidget, which gives the widget a ground.
    void setContent(QWidget* content)
    {
        setWidget(content);
        content->setAutoFillBackground(false);
    }
};

} // namespace fettle::ui
