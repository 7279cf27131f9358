// SPDX-License-Identifier: GPL-3.0-or-later
// What the Hub answers, and what a person is told of it.
#include "core/hub/answers.h"
#include "core/hub/complaints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fettle
{
namespace
{

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Trouble = HttpAnswer::Trouble;

TEST(HubAnswers, FactsAreReadWhereverTheyStand)
{
    const HubFacts facts = readHubFacts(
        R"({"id": "org/name", "sha": "607a30d783dfa663caf39e06633721c8d4cfcd7e", "pipeline_tag": "text-generation",
            "tags": ["transformers", "license:mit"], "config": {"model_type": "gpt2"}, "gated": "auto", "private": false,
            "safetensors": {"total": 137022720}, "downloads": 3, "likes": -1, "library_name": 5})",
        "here");
    EXPECT_EQ(facts.licence, "mit");
    EXPECT_EQ(facts.modelType, "gpt2");
    EXPECT_EQ(facts.parameters, 137022720);
    EXPECT_TRUE(facts.isGated);
    EXPECT_FALSE(facts.likes) << "a count that is none is not said";
    EXPECT_EQ(facts.library, "");
    EXPECT_EQ(readHubSearch(R"([{"id": "a", "cardData": {"license": ["x", "y"]}}, {"no": 1}, 7])", "here").size(), 1U);
    for (const char* strange : {"<html>login</html>", "[]", "{}", R"({"id": "a", "sha": "main"})", ""})
        EXPECT_THROW(readHubFacts(strange, "here"), Error) << strange;
    EXPECT_THROW(readHubSearch("{}", "here"), Error);
}

TEST(HubAnswers, ATreeNamesSizesAndChecksums)
{
    const std::string sha1(40, 'a'), sha256(64, 'b');
    const auto files =
        readHubTree(R"([{"type": "directory", "path": "d"}, {"type": "file", "path": "c", "size": 3, "oid": ")" + sha1 +
                        R"("}, {"type": "file", "path": "d/w", "size": 134, "oid": ")" + sha1 +
                        R"(", "lfs": {"oid": ")" + sha256 + R"(", "size": 5000000000, "pointerSize": 134}}])",
                    "here");
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].etag, sha1);
    EXPECT_EQ(files[1].etag, sha256);
    EXPECT_EQ(files[1].size, 5000000000U);
    for (const char* strange :
         {"{}", R"([{"type": "file", "path": "c", "size": 3, "oid": "../x"}])", R"([{"type": "file", "path": "c"}])",
          R"([{"type": "file", "path": "c", "size": -3, "oid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}])"})
        EXPECT_THROW(readHubTree(strange, "here"), Error) << strange;
}

TEST(HubAnswers, PagesFollowEachOther)
{
    EXPECT_EQ(nextPage(R"(<https://h/api?cursor=a%2Cb>; rel="next")"), "https://h/api?cursor=a%2Cb");
    EXPECT_EQ(nextPage(R"(<https://h/1>; rel="prev", <https://h/2>; rel=next)"), "https://h/2");
    for (const char* none : {"", "<x>", "rel=\"next\"", "><; rel=\"next\"", R"(<https://h/1>; rel="last")"})
        EXPECT_EQ(nextPage(none), "") << none;
}

HttpAnswer answerWith(int status, const std::string& code = {}, const std::string& words = {})
{
    HttpAnswer answer;
    answer.host = "huggingface.co";
    answer.status = status;
    answer.headers = {{"x-error-code", code}, {"x-error-message", words}};
    return answer;
}

std::string told(const HttpAnswer& answer, const std::string& file = {}, const std::string& token = {})
{
    HubSettings settings;
    settings.token = token;
    settings.tokenSource = token.empty() ? "" : "HF_TOKEN";
    const Error error = hubError(answer, {HubName::parse("org/name@v2"), file}, settings);
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("hf_secret")));
    return std::to_string(static_cast<int>(error.code())) + " " + error.message() + " | " + error.hint();
}

TEST(HubComplaints, NameTheThingAndTheWayOut)
{
    EXPECT_THAT(told(answerWith(401, "GatedRepo")),
                AllOf(HasSubstr("2 the model org/name is gated"), HasSubstr("https://huggingface.co/org/name"),
                      HasSubstr("HF_TOKEN")));
    EXPECT_THAT(told(answerWith(403, "GatedRepo"), "", "hf_secret"), HasSubstr("same account"));
    EXPECT_THAT(told(answerWith(401, "RepoNotFound")),
                AllOf(HasSubstr("no model org/name"), HasSubstr("or it is private")));
    EXPECT_THAT(told(answerWith(401, "", "Invalid credentials in Authorization header"), "", "hf_secret"),
                AllOf(HasSubstr("does not take the token from HF_TOKEN"), HasSubstr("settings/tokens")));
    EXPECT_THAT(told(answerWith(403, "", "No\x1B[2J way")), AllOf(HasSubstr("refuses"), Not(HasSubstr("\x1B"))));
    EXPECT_THAT(told(answerWith(404, "RevisionNotFound")), HasSubstr("no revision v2"));
    EXPECT_EQ(hubError(answerWith(401), {}, {}).message(), "huggingface.co refuses the search (401).");
    EXPECT_THAT(told(answerWith(404, "EntryNotFound"), "x.json"), HasSubstr("no file x.json"));
    EXPECT_THAT(told(answerWith(404)), AllOf(HasSubstr("2 There is no model org/name"), HasSubstr("hub search name")));
    HttpAnswer busy = answerWith(429);
    busy.headers["retry-after"] = "90";
    EXPECT_THAT(told(busy), AllOf(HasSubstr("1 huggingface.co asks for a pause"), HasSubstr("1:30")));
    EXPECT_THAT(told(answerWith(503)), HasSubstr("1 huggingface.co has trouble of its own (503)"));
    EXPECT_THAT(told(answerWith(418)), HasSubstr("418"));
    HttpAnswer none;
    none.host = "huggingface.co";
    for (const auto& [trouble, words] :
         {std::pair(Trouble::NoConnection, "could not be reached"), std::pair(Trouble::NotTrusted, "not to be trusted"),
          std::pair(Trouble::Silent, "went silent"), std::pair(Trouble::BrokenOff, "broke off")}) {
        none.trouble = trouble;
        EXPECT_THAT(told(none), AllOf(HasSubstr(words), HasSubstr("huggingface.co"))) << words;
    }
}

TEST(HubComplaints, WhatPassesIsTriedAgain)
{
    for (const int status : {408, 429, 500, 502, 503, 504})
        EXPECT_TRUE(isPassing(answerWith(status), false)) << status;
    for (const int status : {400, 401, 403, 404, 416, 501})
        EXPECT_FALSE(isPassing(answerWith(status), true)) << status;
    HttpAnswer none;
    none.trouble = Trouble::NoConnection;
    EXPECT_FALSE(isPassing(none, false));
    EXPECT_TRUE(isPassing(none, true));
    HttpAnswer limited = answerWith(429);
    limited.headers["ratelimit"] = "\"api\";r=0;t=55";
    EXPECT_EQ(limited.askedPause(), 55);
}

TEST(Addresses, AreTakenApartAndQuoted)
{
    EXPECT_EQ(originOf("https://Huggingface.co/x?y"), "https://huggingface.co:443");
    EXPECT_EQ(originOf("http://127.0.0.1:8080/a"), "http://127.0.0.1:8080");
    EXPECT_EQ(originOf("https://huggingface.co@evil.example/"), "https://evil.example:443");
    for (const char* other : {"file:///etc/passwd", "ftp://h/x", "", "/x"})
        EXPECT_EQ(originOf(other), "") << other;
    EXPECT_EQ(resolveUrl("https://h/a/b", "/api/models/x"), "https://h/api/models/x");
    EXPECT_EQ(resolveUrl("https://h/a", "//other/b"), "https://other/b");
    EXPECT_EQ(quoteUrl("a b/ü&"), "a%20b%2F%C3%BC%26");
    EXPECT_EQ(quoteUrl("a b/c", true), "a%20b/c");
    EXPECT_EQ(hostOf("http://h:81/x"), "h:81");
}

} // namespace
} // namespace fettle
