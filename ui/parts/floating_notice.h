// SPDX-License-Identifier: GPL-3.0-or-later
// A notice over the lower edge of its parent: it moves nothing, and leaves with the next thing that a person does.
#pragma once

#include "ui/parts/notice_bar.h"

namespace fettle::ui
{

class FloatingNotice : public NoticeBar
{
    Q_OBJECT

public:
    explicit FloatingNotice(QWidget* host);
    /// With `on` it stays until it is hidden (what it tells is still going on).
    void setStays(bool on) { m_stays = on; }

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void place();

    bool m_stays = false;
};

} // namespace fettle::ui
