// SPDX-License-Identifier: GPL-3.0-or-later
// A bar of coloured parts side by side with their words below: how a whole falls into parts.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace fettle::ui
{

/// Coloured parts side by side, filling the width.
class PartsBar : public QWidget
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
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Part> m_parts;
};

} // namespace fettle::ui
