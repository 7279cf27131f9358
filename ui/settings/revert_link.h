// SPDX-License-Identifier: GPL-3.0-or-later
// "↶ was 5e-5": a quiet link that sets a changed value back.
#pragma once

#include <QAbstractButton>

namespace fettle::ui
{

class RevertLink : public QAbstractButton
{
    Q_OBJECT

public:
    explicit RevertLink(QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace fettle::ui
