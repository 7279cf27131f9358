// SPDX-License-Identifier: GPL-3.0-or-later
// What of a conversation a model is given where it does not fit.
#include "core/generate/conversation.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/tokenizers/tokenizer.h"

#include <gmock/gmock.h>

using namespace fettle;
using ::testing::HasSubstr;
using ::testing::Not;

namespace
{

const ChatTemplate& plain()
{
    static const ChatTemplate made("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if "
                                   "add_generation_prompt %}assistant:{% endif %}",
                                   "template");
    return made;
}

const Tokenizer& tokenizer()
{
    static const auto loaded = loadTokenizer(resourceFolder() / "models/nano-gpt");
    return *loaded;
}

std::vector<ChatMessage> turns(int count)
{
    std::vector<ChatMessage> messages = {{"system", "Be brief."}};
    for (int i = 0; i < count; ++i) {
        messages.push_back({"user", "question " + std::to_string(i)});
        messages.push_back({"assistant", "answer " + std::to_string(i)});
    }
    messages.push_back({"user", "and now"});
    return messages;
}

int64_t tokensOf(const std::string& text)
{
    return static_cast<int64_t>(tokenizer().encodeIds(text, false).size());
}

} // namespace

TEST(FitConversation, KeepsAllThatHasRoom)
{
    const FittedConversation fitted = fitConversation(plain(), tokenizer(), turns(2), 4096, 64);
    EXPECT_EQ(fitted.leftOut, 0);
    EXPECT_TRUE(fitted.prompt.hasSpecialTokens);
    EXPECT_EQ(fitted.prompt.text, "system: Be brief.\nuser: question 0\nassistant: answer 0\nuser: question 1\n"
                                  "assistant: answer 1\nuser: and now\nassistant:");
}

TEST(FitConversation, LeavesTheOldestTurnsOutAndTheInstructionsIn)
{
    const int64_t whole = tokensOf(plain().render(turns(5)));
    const FittedConversation fitted = fitConversation(plain(), tokenizer(), turns(5), whole + 31, 32);
    EXPECT_EQ(fitted.leftOut, 2) << "a question goes with its answer";
    EXPECT_THAT(fitted.prompt.text, HasSubstr("system: Be brief.\nuser: question 1\n"));
    EXPECT_THAT(fitted.prompt.text, Not(HasSubstr("answer 0")));
    EXPECT_LE(tokensOf(fitted.prompt.text) + 32, whole + 31);
    EXPECT_EQ(fitConversation(plain(), tokenizer(), turns(5), whole + 32, 32).leftOut, 0);
    // An answer may take half of the context at most, however long it may get.
    EXPECT_EQ(fitConversation(plain(), tokenizer(), turns(5), 2 * whole, 100000).leftOut, 0);
}

TEST(FitConversation, RendersSeldomAndStopsWhenToldTo)
{
    const int64_t room = tokensOf(plain().render(turns(20)));
    int asked = 0;
    const auto fitted = [&](int most) {
        return fitConversation(plain(), tokenizer(), turns(200), room + 8, 8, [&] { return ++asked <= most; });
    };
    EXPECT_TRUE(fitted(3).prompt.text.empty());
    EXPECT_EQ(asked, 4);
    asked = 0;
    const FittedConversation all = fitted(1000);
    EXPECT_LE(asked, 10);
    // As many turns as have room: one more has none.
    std::vector<ChatMessage> more = turns(200);
    more.erase(more.begin() + 1, more.begin() + 1 + all.leftOut - 2);
    EXPECT_GT(tokensOf(plain().render(more)), room);
    EXPECT_LE(tokensOf(all.prompt.text), room);
}

TEST(FitConversation, SaysWhereTheLastMessageAloneIsTooLong)
{
    try {
        fitConversation(plain(), tokenizer(), turns(3), 12, 4);
        FAIL() << "it fits";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_THAT(error.message(), HasSubstr("has room for 8 beside its answer"));
    }
}
