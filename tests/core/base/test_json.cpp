// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON reader against files that are made to hurt: depth, size, numbers, equal keys.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "tests/support/processor_time.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace
{

std::string complaintOf(const std::string& text, EqualKeys keys = EqualKeys::LastCounts)
{
    try {
        parseJson(text, "a.json", keys);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        return error.message();
    }
    return "nothing was thrown";
}

std::string nested(const std::string& open, const std::string& close, int levels)
{
    std::string text;
    for (int i = 0; i < levels; ++i)
        text += open;
    text += "1";
    for (int i = 0; i < levels; ++i)
        text += close;
    return text;
}

std::string objectOf(int keys)
{
    std::string text = "{";
    for (int i = 0; i < keys; ++i)
        text += fmt::format("{}\"key{}\":{}", i ? "," : "", i, i);
    return text + "}";
}

} // namespace

TEST(JsonDepth, AHundredLevelsAreReadAndAHundredThousandRefused)
{
    EXPECT_TRUE(tryParseJson(nested("[", "]", 200)));
    EXPECT_TRUE(tryParseJson(nested("{\"a\":", "}", 200)));
    EXPECT_FALSE(tryParseJson(nested("[", "]", 201)));
    EXPECT_FALSE(tryParseJson(nested("{\"a\":", "}", 201)));
    for (const int levels : {66'000, 106'000, 3'000'000}) {
        EXPECT_EQ(complaintOf(nested("[", "]", levels)), "a.json, line 1, column 201: nested deeper than 200 levels");
        EXPECT_THAT(complaintOf("{\"a\":\n" + nested("[{\"b\":", "}]", levels) + ",\"n\":1}"),
                    HasSubstr("a.json, line 2, column 596: nested deeper than 200 levels"));
    }
    EXPECT_THAT(complaintOf(std::string(1'000'000, '[')), HasSubstr("nested deeper"));
    EXPECT_TRUE(tryParseJson("\"" + std::string(1000, '[') + "\\\"[[[\"")); // brackets of a text are no levels
}

TEST(JsonDepth, TimeIsLinearInTheKeys)
{
    std::optional<Json> object;
    const double seconds = processorSeconds([&] { object = tryParseJson(objectOf(500'000)); });
    ASSERT_TRUE(object);
    EXPECT_EQ(object->size(), 500'000u);
    EXPECT_EQ((*object)["key499999"], 499'999);
    EXPECT_LT(seconds, 15); // half a second; the square would be hours
}

TEST(JsonObjects, KeepTheirOrderAndFindTheirKeys)
{
    for (const int size : {3, 15, 16, 17, 200}) {
        Json object = parseJson(objectOf(size), "x");
        int next = 0;
        for (const auto& [key, value] : object.items())
            EXPECT_EQ(key, fmt::format("key{}", next++));
        EXPECT_EQ(next, size);
        Json copy = object;
        EXPECT_EQ(copy, object);
        copy.erase("key1");
        EXPECT_EQ(copy.size(), object.size() - 1);
        EXPECT_FALSE(copy.contains("key1"));
        EXPECT_EQ(copy["key2"], 2);
        copy["key1"] = "again";
        EXPECT_EQ(std::prev(copy.end()).key(), "key1");
        EXPECT_EQ(object["key1"], 1);
        const Json moved = std::move(copy);
        EXPECT_EQ(moved.at("key1"), "again");
        object.erase(object.begin());
        EXPECT_FALSE(object.contains("key0"));
        object.clear();
        EXPECT_FALSE(object.contains("key2"));
        object["key0"] = 7;
        EXPECT_EQ(jsonText(object), "{\"key0\":7}");
    }
}

TEST(JsonObjects, TheLastOfEqualKeysCountsUnlessTheyAreRefused)
{
    EXPECT_EQ(jsonText(parseJson("{\"a\":1,\"b\":2,\"a\":{\"c\":3}}", "x")), "{\"a\":{\"c\":3},\"b\":2}");
    EXPECT_THAT(complaintOf("{\"b\":{\"a\":1,\"a\":2}}", EqualKeys::Refused), HasSubstr("the key \"a\" stands twice"));
    EXPECT_EQ(complaintOf("{\"b\":{\"a\":1},\"a\":2}", EqualKeys::Refused), "nothing was thrown");
}

TEST(JsonNumbers, OutOfRangeAreToldWithTheirPlace)
{
    EXPECT_EQ(complaintOf("{\n \"a\": 1e400}"), "a.json, line 2, column 7: the number 1e400 is too large");
    EXPECT_THAT(complaintOf("[-" + std::string(400, '9') + "]"), AllOf(HasSubstr("too large"), HasSubstr("…")));
    EXPECT_EQ(parseJson("18446744073709551616", "x").get<double>(), 18446744073709551616.0);
    EXPECT_EQ(parseJson("1e-400", "x").get<double>(), 0);
}

TEST(JsonComplaints, AreShortPrintableAndWithoutTheLibrarysWords)
{
    for (const std::string& text :
         {std::string("{\"a\":\x1B[31m}"), "\"" + std::string(100'000, 'x'), std::string("[1,"),
          std::string("\"\\ud800\""), std::string("\"a\nb\""), std::string("\0", 1), std::string("nul"), std::string(),
          std::string("[1] 2"), std::string("\xFF")}) {
        const std::string complaint = complaintOf(text);
        EXPECT_THAT(complaint, HasSubstr("a.json, line 1, column"));
        EXPECT_THAT(complaint, Not(HasSubstr("json.exception")));
        EXPECT_LT(complaint.size(), 300u);
        EXPECT_EQ(shown(complaint, 1000), complaint);
    }
}

TEST(JsonShown, ShortensValuesOfAnySize)
{
    EXPECT_EQ(shown(Json::parse(R"({"a": [1, "b\n", null], "c": 0.5})")), R"({"a":[1,"b\n",null],"c":0.5})");
    EXPECT_EQ(shown(Json(std::string(1'000'000, 'x')), 10), "\"xxxxxxxx…");
    EXPECT_EQ(shown(Json("\x1B[2J\xFF")), "\"\\u001b[2J\uFFFD\"");
    Json wide = Json::array();
    for (int i = 0; i < 1'000'000; ++i)
        wide.push_back(Json::array());
    std::string text;
    EXPECT_LT(processorSeconds([&] { text = shown(wide, 20); }), 0.5);
    EXPECT_EQ(countCodePoints(text), 20u);
}

TEST(JsonPaths, AreLosslessWhereTheyAreNotUtf8)
{
    for (const std::string& path : {std::string("/home/u/caf\xE9 50%.txt"), std::string("/home/u/café 50%.txt"),
                                    std::string("relative/a.txt"), std::string("/a/%41")}) {
        const std::string text = pathToJson(path);
        EXPECT_FALSE(firstInvalidUtf8(text));
        EXPECT_EQ(pathFromJson(text), path);
    }
    EXPECT_EQ(pathToJson("/home/u/café.txt"), "/home/u/café.txt");
    EXPECT_EQ(pathToJson("/caf\xE9.txt"), "file:///caf%E9.txt");
    EXPECT_EQ(pathFromJson("file:notes.txt"), "file:notes.txt");
}
