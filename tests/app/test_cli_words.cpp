// SPDX-License-Identifier: GPL-3.0-or-later
// Every code that a terminal tells has a word.
#include "app/cli_words.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace fettle::cli
{
namespace
{

TEST(CliWords, EveryActivityHasOneOfItsOwn)
{
    std::set<std::string> words;
    for (const Activity activity : allActivities()) {
        EXPECT_STRNE(activityWords(activity), "") << toString(activity);
        EXPECT_TRUE(words.insert(activityWords(activity)).second) << toString(activity);
    }
}

} // namespace
} // namespace fettle::cli
