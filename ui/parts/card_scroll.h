// SPDX-License-Identifier: GPL-3.0-or-later
// A column that scrolls up and down within a card and asks for little height of its own.
#pragma once

#include "ui/look/theme.h"
#include "ui/parts/plain_scroll.h"

namespace fettle::ui
{

class CardScroll : public PlainScroll
{
public:
    using PlainScroll::PlainScroll;
    QSize sizeHint() const override { return {px(240), px(180)}; }
    QSize minimumSizeHint() const override
    {
        return {widget() ? widget()->minimumSizeHint().width() : px(120), px(100)};
    }
};

} // namespace fettle::ui
