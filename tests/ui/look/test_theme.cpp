// SPDX-License-Identifier: GPL-3.0-or-later
// Every text colour can be read on every ground it stands on (WCAG 2.2: 4.5 for text, 3 for marks).
#include "ui/look/theme.h"

#include "tests/ui/ui_test_support.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLineEdit>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace
{

using fettle::ui::Palette;

double channel(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

class ThemeColours : public ::testing::TestWithParam<const Palette*>
{
};

TEST_P(ThemeColours, TextCanBeReadOnEveryGround)
{
    const Palette& p = *GetParam();
    for (const QColor& ground : {p.window, p.rail, p.card, p.hover}) {
        EXPECT_GE(contrast(p.text, ground), 7.0) << ground.name().toStdString();
        EXPECT_GE(contrast(p.text2, ground), 4.5) << ground.name().toStdString();
    }
    for (const QColor& ground : {p.window, p.card, p.tint})
        EXPECT_GE(contrast(p.accent, ground), 4.5) << ground.name().toStdString();
    EXPECT_GE(contrast(p.text, p.tint), 7.0);
    EXPECT_GE(contrast(p.onAccent, p.accent), 4.5);
    EXPECT_GE(contrast(p.warning, p.warningGround), 4.5);
    EXPECT_GE(contrast(p.warning, p.card), 4.5);
    EXPECT_GE(contrast(p.error, p.errorGround), 4.5);
    EXPECT_GE(contrast(p.error, p.card), 4.5);
    EXPECT_GE(contrast(p.text, p.warningGround), 7.0);
    EXPECT_GE(contrast(p.text2, p.warningGround), 4.5);
    EXPECT_GE(contrast(p.text, p.errorGround), 7.0);
    EXPECT_GE(contrast(p.text2, p.errorGround), 4.5);
}

TEST_P(ThemeColours, TokensAndCurvesCanBeTold)
{
    const Palette& p = *GetParam();
    EXPECT_GE(contrast(p.graded, p.gradedGround), 4.5);
    EXPECT_GE(contrast(p.masked, p.maskedGround), 4.5);
    EXPECT_GE(contrast(p.replaced, p.replacedGround), 4.5);
    EXPECT_GE(contrast(p.training, p.card), 4.5);
    EXPECT_GE(contrast(p.trainingRaw, p.card), 3.0);
    EXPECT_GE(contrast(p.validation, p.card), 4.5);
    for (const QColor& color : p.overlay)
        EXPECT_GE(contrast(color, p.card), 4.5) << color.name().toStdString();
    for (const QColor& ground : {p.card, p.window, p.rail})
        EXPECT_GE(contrast(p.border, ground), 3.0) << ground.name().toStdString();
}

TEST(ThemeLists, ThatOpenInAWindowOfTheirOwnStandOnTheCard)
{
    fettle::ui::testing::application();
    for (const auto choice : {fettle::ui::ThemeChoice::Dark, fettle::ui::ThemeChoice::Light}) {
        fettle::ui::Theme::instance().setChoice(choice);
        QLineEdit field; // as in a dialog that asks for a file
        QCompleter completer({QStringLiteral("letters"), QStringLiteral("logs")});
        field.setCompleter(&completer);
        field.show();
        QTest::keyClick(&field, Qt::Key_L);
        const QImage list = completer.popup()->grab().toImage();
        EXPECT_EQ(list.pixelColor(list.width() / 2, list.height() - 3), fettle::ui::colors().card);
    }
}

TEST(ThemeLists, WhatIsChosenStandsInLineWithTheRest)
{
    fettle::ui::testing::application();
    fettle::ui::Theme::instance().setChoice(fettle::ui::ThemeChoice::Light);
    QComboBox box;
    box.addItems({QStringLiteral("Same"), QStringLiteral("Same")});
    box.setCurrentIndex(1);
    box.show();
    box.showPopup();
    QCoreApplication::processEvents();
    QAbstractItemView* list = box.view();
    const QImage picture = list->viewport()->grab().toImage();
    const auto begin = [&](int row) {
        const QRect line = list->visualRect(list->model()->index(row, 0));
        for (int x = line.left(); x < line.right(); ++x)
            for (int y = line.top() + 2; y < line.bottom() - 2; ++y)
                if (picture.pixelColor(x, y).lightness() < 128)
                    return x;
        return -1;
    };
    EXPECT_GT(begin(0), 0);
    EXPECT_EQ(begin(0), begin(1));
    box.hidePopup();
}

INSTANTIATE_TEST_SUITE_P(LightAndDark, ThemeColours,
                         ::testing::Values(&fettle::ui::lightPalette(), &fettle::ui::darkPalette()));

} // namespace
