// SPDX-License-Identifier: GPL-3.0-or-later
// A drop-down list keeps its place and its width.
#include "ui/parts/small_choice.h"

#include "tests/ui/ui_test_support.h"

#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

TEST(SmallChoice, IsAsWideWhateverIsChosen)
{
    testing::application();
    SmallChoice box(QStringLiteral("What a row is"), nullptr);
    const std::vector<std::pair<QString, QString>> choices{{QStringLiteral("one text"), QStringLiteral("one")},
                                                           {QStringLiteral("a question and its answer"), {}}};
    box.offer(choices, QStringLiteral("one"));
    const int width = box.sizeHint().width();
    EXPECT_GT(width, box.fontMetrics().horizontalAdvance(choices[1].first));
    box.setCurrentIndex(1);
    EXPECT_EQ(box.sizeHint().width(), width);
}

TEST(SmallChoice, ShowsALongNameShortlyAndListsItWhole)
{
    testing::application();
    SmallChoice box(QStringLiteral("Encoding"), nullptr);
    box.offer({{QStringLiteral("UTF-8"), QStringLiteral("8")},
               {QStringLiteral("Central European (Windows-1250)"), QStringLiteral("1250")}},
              QStringLiteral("8"));
    const int whole = box.sizeHint().width();
    box.setShortening([](const QString& words) { return words.left(5); });
    EXPECT_LT(box.sizeHint().width(), whole);
    EXPECT_EQ(box.itemText(1), QStringLiteral("Central European (Windows-1250)"));
}

} // namespace
} // namespace fettle::ui
