// SPDX-License-Identifier: GPL-3.0-or-later
// Names on the Hub.
#include "core/base/error.h"
#include "core/hub/hub_name.h"

#include <gtest/gtest.h>

namespace fettle
{
namespace
{

using Kind = HubName::Kind;

TEST(HubNames, AreReadAndWrittenBack)
{
    for (const char* text :
         {"gpt2", "org/name", "org/name@v1.0", "org/name@refs/pr/1", "datasets/org/name", "datasets/org/name:en",
          "datasets/org/name:en@main", "datasets/org/name/data/train.csv", "datasets/squad"})
        EXPECT_EQ(HubName::parse(text).text(), text);
    const HubName set = HubName::parse("hub:datasets/org/name/folder/x.jsonl:small@1a2b");
    EXPECT_EQ(set.kind, Kind::Dataset);
    EXPECT_EQ(set.id, "org/name");
    EXPECT_EQ(set.path, "folder/x.jsonl");
    EXPECT_EQ(set.config, "small");
    EXPECT_EQ(set.revision, "1a2b");
    EXPECT_EQ(HubName::parse("https://huggingface.co/datasets/org/name/").text(), "datasets/org/name");
}

TEST(HubNames, AreCalledAsHuggingfaceHubCallsThem)
{
    EXPECT_EQ(HubName::parse("org/name@x").folderName(), "models--org--name");
    EXPECT_EQ(HubName::parse("gpt2").folderName(), "models--gpt2");
    EXPECT_EQ(HubName::parse("datasets/org/name:en").folderName(), "datasets--org--name");
    EXPECT_EQ(HubName::parse("org/name").wantedRevision(), "main");
    EXPECT_EQ(shortHubName("datasets/org/name:en@x/y"), "name");
    EXPECT_EQ(shortHubName("org/name@refs/pr/1"), "name");
    EXPECT_EQ(shortHubName(""), "");
}

TEST(HubNames, ThatAreNoneAreRefused)
{
    for (const char* text : {"",
                             "/",
                             "org/",
                             "/name",
                             "org/name/more",
                             "a--b",
                             "org/a..b",
                             "-a",
                             "org/.a",
                             "org/a b",
                             "org/näme",
                             "x.git",
                             "../x",
                             "org/name@",
                             "org/name@../x",
                             "org/name@/x",
                             "org/name@a b",
                             "datasets/",
                             "datasets/org/name:",
                             "datasets/org/name/../x",
                             "datasets/org/name//x",
                             "datasets/org/name:../x",
                             "org/name@-x",
                             "org/name@a/.git"})
        EXPECT_THROW(HubName::parse(text), Error) << text;
    EXPECT_THROW(HubName::parse(std::string(97, 'a')), Error);
    EXPECT_NO_THROW(HubName::parse(std::string(96, 'a')));
}

TEST(HubNames, PathsThatAServerNamesStayInside)
{
    EXPECT_NO_THROW(requirePathInside("data/train-00000-of-00001.parquet"));
    for (const char* path : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/"})
        EXPECT_THROW(requirePathInside(path), Error) << path;
    EXPECT_THROW(requirePathInside(std::string("a\0b", 3)), Error);
}

} // namespace
} // namespace fettle
