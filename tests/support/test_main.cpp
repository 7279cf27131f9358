// SPDX-License-Identifier: GPL-3.0-or-later
// The main of every test program: no display is needed.
#include "tests/support/tree.h"

#include <cstdlib>
#include <gtest/gtest.h>

const char* const fettle::test::sourceFolder = FETTLE_SOURCE;
const char* const fettle::test::goldenFolder = FETTLE_SOURCE "/tests/golden";

int main(int argc, char** argv)
{
    setenv("QT_QPA_PLATFORM", "offscreen", 0);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
