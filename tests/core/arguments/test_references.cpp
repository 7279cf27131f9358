// SPDX-License-Identifier: GPL-3.0-or-later
// What run files name as models and texts.
#include "core/arguments/references.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fettle
{
namespace
{

using Source = Reference::Source;
using ::testing::HasSubstr;

template <typename Call>
Error refusalOf(const Call& call)
{
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return Error(ErrorCode::Failed, "");
}

TEST(References, AreReadAndWrittenBack)
{
    for (const char* text : {"bundled:nano-gpt", "hub:org/name", "/a/model/", "models/x", "random:bundled:nano-gpt",
                             "random:/a/model", "random:hub:org/name", ""})
        EXPECT_EQ(ModelReference::parse(text).text(), text);
    for (const char* text : {"bundled:recipes", "hub:org/name", "letters.txt", "random:x"})
        EXPECT_EQ(TextReference::parse(text).text(), text);
    EXPECT_TRUE(ModelReference::parse("random:bundled:x").fromNothing);
    EXPECT_TRUE(ModelReference::parse("random:bundled:x").isBundled());
    EXPECT_EQ(TextReference::parse("random:x").source, Source::Path) << "a text is never drawn";
    EXPECT_EQ(TextReference::parse("hub:a/b").source, Source::Hub);
}

TEST(References, HaveANameForPeople)
{
    EXPECT_EQ(ModelReference::parse("bundled:nano-gpt").name(), "nano-gpt");
    EXPECT_EQ(ModelReference::parse("random:bundled:nano-gpt").name(), "nano-gpt");
    EXPECT_EQ(ModelReference::parse("hub:org/name@v1").name(), "name");
    EXPECT_EQ(TextReference::parse("hub:datasets/org/name:en").fileName(), "name");
    EXPECT_EQ(ModelReference::parse("/a/model//").name(), "model");
    EXPECT_EQ(ModelReference::parse("").name(), "");
    EXPECT_EQ(TextReference::parse("bundled:recipes").name(), "recipes");
    EXPECT_EQ(TextReference::parse("bundled:recipes").fileName(), "recipes.txt");
    EXPECT_EQ(TextReference::parse("/a/letters.csv").fileName(), "letters.csv");
}

TEST(References, PathsOfARunFileAreRelativeToIt)
{
    EXPECT_EQ(modelFromRunFile("model", "/runs").text(), "/runs/model");
    EXPECT_EQ(modelFromRunFile("random:../model", "/runs").text(), "random:/model");
    EXPECT_EQ(modelFromRunFile("random:bundled:x", "/runs").text(), "random:bundled:x");
    EXPECT_EQ(modelFromRunFile("", "/runs").text(), "");
    EXPECT_EQ(textFromRunFile("bundled:recipes", "/runs").text(), "bundled:recipes");
    EXPECT_EQ(modelFromRunFile("random:hub:a/b@v1", "/runs").text(), "random:hub:a/b@v1");
    EXPECT_EQ(textFromRunFile("hub:datasets/a/b:en", "/runs").text(), "hub:datasets/a/b:en");
    EXPECT_EQ(refusalOf([] { modelFromRunFile("random:hub:../b", "/runs"); }).subject(), "model");
    EXPECT_EQ(refusalOf([] { textFromRunFile("hub:datasets/a b", "/runs"); }).subject(), "data");
}

TEST(References, APathThatIsNoUnicodeComesBack)
{
    const std::string path = "/a/caf\xE9.txt";
    EXPECT_EQ(textFromRunFile(toRunFile(TextReference::parse(path)), "/runs").text(), path);
    EXPECT_EQ(modelFromRunFile(toRunFile(ModelReference::parse("random:" + path)), "/runs").text(), "random:" + path);
}

TEST(References, WhatIsNotThereIsRefusedWithAWayOut)
{
    EXPECT_THAT(refusalOf([] { ModelReference::parse("bundled:../x").folder(); }).message(), HasSubstr("../x"));
    EXPECT_EQ(refusalOf([] { ModelReference::parse("").folder(); }).message(), "No model is named.");
    EXPECT_THAT(refusalOf([] { TextReference::parse("bundled:nothing").file(); }).hint(), HasSubstr("recipes"));
    EXPECT_THAT(refusalOf([] { ModelReference::parse("hub:org/no-such-model").folder(); }).hint(),
                HasSubstr("fettle-cli hub get org/no-such-model"));
    EXPECT_THAT(refusalOf([] { TextReference::parse("hub:datasets/org/none").files(); }).hint(),
                HasSubstr("fettle-cli hub get datasets/org/none"));
    for (const std::string& name : bundledTexts())
        EXPECT_TRUE(fs::exists(TextReference::bundled(name).file()));
}

} // namespace
} // namespace fettle
