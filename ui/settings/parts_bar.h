// SPDX-License-Identifier: GPL-3.0-or-later
// A bar of coloured parts side by side with their words below: how a whole falls into parts.
#pragma once

#include "ui/parts/wrapping.h"

namespace fettle::ui
{

/// Coloured parts side by side, filling the width.
class PartsBar : public WrappingWidget
{
    Q_OBJECT

public:
    enum class Hue { Training, Validation, Neutral };
    struct Part {
        double amount = 0;
        Hue hue = Hue::Training;
        QString words; ///< "learning 44 s", shown below with a square of the colour
    };
    explicit PartsBar(QWidget* parent = nullptr);
    void setParts(std::vector<Part> parts); ///< empty parts are left out

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    std::vector<QRectF> places(double width) const override;

private:
    std::vector<Part> m_parts;
};

} // namespace fettle::ui
