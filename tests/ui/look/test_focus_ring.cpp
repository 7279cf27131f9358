// SPDX-License-Identifier: GPL-3.0-or-later
// Where the keyboard is can be seen, also around what stands out by itself.
#include "tests/ui/ui_test_support.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QFocusEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

/// Neighbouring pixels of one colour, as colour and length, along a line from the window's edge into a control.
std::vector<std::pair<QColor, int>> stripes(const QImage& seen, QPoint from, int until)
{
    std::vector<std::pair<QColor, int>> found;
    for (; from.x() < until; ++from.rx()) {
        const QColor color = seen.pixelColor(from);
        if (found.empty() || found.back().first != color)
            found.emplace_back(color, 0);
        ++found.back().second;
    }
    return found;
}

TEST(FocusRing, StandsApartFromTheBorderOfAChosenChip)
{
    testing::application();
    const QString pictures = qEnvironmentVariable("FETTLE_TEST_PICTURES");
    for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
        Theme::instance().setChoice(theme);
        QWidget window;
        QHBoxLayout row(&window);
        QPushButton chosen(QStringLiteral("The wind that night")), other(QStringLiteral("The captain"));
        for (QPushButton* chip : {&chosen, &other}) {
            setLook(chip, Look::Choice);
            chip->setCheckable(true);
            row.addWidget(chip);
        }
        chosen.setChecked(true);
        window.show();
        window.activateWindow();
        QCoreApplication::processEvents();
        other.setFocus(Qt::TabFocusReason);
        chosen.setFocus(Qt::BacktabFocusReason);
        QCoreApplication::processEvents();
        const QImage seen = window.grab().toImage();
        if (!pictures.isEmpty())
            seen.save(QStringLiteral("%1/focus-ring-%2.png").arg(pictures).arg(int(theme)));

        const QColor accent = colors().accent, ground = colors().window;
        const auto across = stripes(seen, {0, chosen.geometry().center().y()}, chosen.x() + 4);
        ASSERT_EQ(across.size(), 5u);
        EXPECT_EQ(across[1], std::pair(accent, 2)); // the ring
        EXPECT_EQ(across[2], std::pair(ground, 3)); // wider than ring and border, so that these are two
        EXPECT_EQ(across[3], std::pair(accent, 2)); // the border
    }
    Theme::instance().setChoice(ThemeChoice::Light);
}

} // namespace
} // namespace fettle::ui
