// SPDX-License-Identifier: GPL-3.0-or-later
// The codes of the events: each has a stable word of its own, and is known by it.
#include "core/events/events.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace fettle
{
namespace
{

bool isCode(const std::string& word)
{
    return !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

TEST(Codes, EveryNoticeHasAWordAndIsKnownByIt)
{
    std::set<std::string> words;
    for (const NoticeCode code : allNoticeCodes()) {
        EXPECT_TRUE(isCode(toString(code))) << toString(code);
        EXPECT_TRUE(words.insert(toString(code)).second) << toString(code);
        EXPECT_EQ(noticeCodeFrom(toString(code)), code);
        EXPECT_NE(code, NoticeCode::Other);
    }
    EXPECT_EQ(noticeCodeFrom("of_a_later_version"), NoticeCode::Other);
    EXPECT_EQ(noticeCodeFrom(""), NoticeCode::Other);
}

TEST(Codes, EveryActivityHasAWord)
{
    std::set<std::string> words;
    for (const Activity activity : allActivities()) {
        EXPECT_TRUE(isCode(toString(activity))) << toString(activity);
        EXPECT_TRUE(words.insert(toString(activity)).second) << toString(activity);
    }
}

// Scripts and the journals of earlier versions hold these: a word is never taken away or given a new meaning.
TEST(Codes, TheWordsOfEarlierVersionsStand)
{
    for (const char* word : {"text",
                             "text_format",
                             "model_files",
                             "settings_changed",
                             "matmul_changed",
                             "foreign_checkpoint",
                             "checkpoint_damaged",
                             "checkpoints_set_aside",
                             "not_a_checkpoint",
                             "learning_rate_high",
                             "learning_rate_low",
                             "warmup_too_long",
                             "epochs_overruled",
                             "loss_jumped",
                             "loss_above_start",
                             "nothing_moves",
                             "nothing_graded",
                             "nan_loss",
                             "nan_gradient",
                             "nan_check",
                             "sample_failed",
                             "best_lost",
                             "out_of_resources",
                             "failed"})
        EXPECT_NE(noticeCodeFrom(word), NoticeCode::Other) << word;
}

} // namespace
} // namespace fettle
