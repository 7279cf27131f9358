// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/passes.h"

#include <gtest/gtest.h>

namespace fettle
{
namespace
{

TEST(PassesText, HasTwoDecimalsOrNone)
{
    EXPECT_EQ(passesText(300.0 / 96), "3.13"); // 3.125
    EXPECT_EQ(passesText(1.0 / 96), "0.01");
    EXPECT_EQ(passesText(1.5), "1.50");
    EXPECT_EQ(passesText(3), "3");
    EXPECT_EQ(passesText(0), "0");
    EXPECT_EQ(passesText(2000), "2000");
}

} // namespace
} // namespace fettle
