// SPDX-License-Identifier: GPL-3.0-or-later
// Every code that the window tells has words.
#include "ui/bench/activity_words.h"

#include <QSet>
#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

TEST(ActivityWords, EveryActivityHasItsOwn)
{
    QSet<QString> words;
    for (const Activity activity : allActivities()) {
        EXPECT_FALSE(activityWords(activity).isEmpty()) << toString(activity);
        EXPECT_FALSE(words.contains(activityWords(activity))) << toString(activity);
        words.insert(activityWords(activity));
    }
}

} // namespace
} // namespace fettle::ui
