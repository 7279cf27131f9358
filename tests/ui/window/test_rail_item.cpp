// SPDX-License-Identifier: GPL-3.0-or-later
// The line of a rail's entry in little room.
#include "ui/window/rail_item.h"

#include "tests/ui/ui_test_support.h"

#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

TEST(RailItem, TheNameIsCutAndNotTheFigure)
{
    testing::application();
    RailItem item(PageId::Model, QStringLiteral("Model"), {}, nullptr);
    item.resize(px(250), item.sizeHint().height()); // whatever the font
    item.setState(Mark::Tick, 0, QStringLiteral("ready"), QStringLiteral("gpt2 · 0.26 M parameters"));
    EXPECT_EQ(item.shownLine(), QStringLiteral("gpt2 · 0.26 M parameters"));
    item.setState(Mark::Tick, 0, QStringLiteral("ready"), QStringLiteral("3 epochs · 0.002"));
    EXPECT_EQ(item.shownLine(), QStringLiteral("3 epochs · 0.002"));
    item.setState(Mark::Tick, 0, QStringLiteral("ready"), QStringLiteral("stories260K-instruct · 0.26 M parameters"));
    EXPECT_TRUE(item.shownLine().contains(QStringLiteral(" · 0.26 M"))) << item.shownLine().toStdString();
    EXPECT_TRUE(item.shownLine().startsWith(QLatin1Char('s'))) << item.shownLine().toStdString();
    EXPECT_TRUE(item.shownLine().contains(QChar(0x2026))) << item.shownLine().toStdString();
    EXPECT_EQ(item.toolTip(), QStringLiteral("stories260K-instruct · 0.26 M parameters"));
}

TEST(RailItem, EnoughOfTheNameIsLeftToKnowIt)
{
    testing::application();
    RailItem item(PageId::Model, QStringLiteral("Model"), {}, nullptr);
    item.resize(item.sizeHint());
    item.setState(Mark::Tick, 0, QStringLiteral("ready"), QStringLiteral("my-letters-gpt · 1.3 M parameters"));
    const QString name = item.shownLine().section(QStringLiteral(" · "), 0, 0);
    EXPECT_GE(name.size(), 8) << item.shownLine().toStdString();
    EXPECT_TRUE(item.shownLine().contains(QStringLiteral(" · 1.3 M"))) << item.shownLine().toStdString();
}

} // namespace
} // namespace fettle::ui
