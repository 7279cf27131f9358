// SPDX-License-Identifier: GPL-3.0-or-later
// The page of all arguments stays in step with their table.
#include "core/arguments/train_args.h"
#include "core/base/files.h"
#include "tests/support/tree.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace fettle;

/// FETTLE_UPDATE_DOCS=1 writes the page anew.
TEST(ArgumentsPage, IsInStepWithTheTable)
{
    const fs::path page = fs::path(fettle::test::sourceFolder) / "resources" / "docs" / "arguments.md";
    if (std::getenv("FETTLE_UPDATE_DOCS")) {
        fs::create_directories(page.parent_path());
        writeFileAtomically(page, argumentsMarkdown());
    }
    EXPECT_EQ(readFile(page), argumentsMarkdown()) << "run this test with FETTLE_UPDATE_DOCS=1";
}
