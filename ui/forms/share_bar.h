// SPDX-License-Identifier: GPL-3.0-or-later
// Horizontal bars: how a whole falls into parts, and how much of what is free is needed.
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
    void setParts(std::vector<Part> parts);

    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Part> m_parts;
};

/// Needed of free: accent on the track, the error's colour where it is too much.
class NeedBar : public QWidget
{
    Q_OBJECT

public:
    explicit NeedBar(QWidget* parent = nullptr);
    void setNeed(double needed, double free);
    bool isTooMuch() const { return m_needed > m_free && m_free > 0; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_needed = 0, m_free = 0;
};

} // namespace fettle::ui
