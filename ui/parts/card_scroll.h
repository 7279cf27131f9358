// SPDX-License-Identifier: GPL-3.0-or-later
// A column that scrolls up and down within a card and asks for little height of its own.
#pragma once

#include "ui/look/theme.h"

#include <QScrollArea>

namespace fettle::ui
{

class CardScroll : public QScrollArea
{
public:
    /// `content` fills its width.
    explicit CardScroll(QWidget* parent) : QScrollArea(parent)
    {
        setObjectName(QStringLiteral("plain"));
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFocusPolicy(Qt::NoFocus);
    }
    QSize sizeHint() const override { return {px(240), px(180)}; }
    QSize minimumSizeHint() const override
    {
        return {widget() ? widget()->minimumSizeHint().width() : px(120), px(100)};
    }
};

} // namespace fettle::ui
