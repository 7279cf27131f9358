// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's file asks for, what a user asks for, and what comes of both.
#include "core/base/error.h"
#include "core/generate/generation_config.h"
#include "tests/core/generate/byte_tokenizer.h"
#include "tests/core/models/models_support.h"

#include <gtest/gtest.h>

using namespace fettle;
using fettle::test::TemporaryFolder;

namespace
{

class GenerationFile : public ::testing::Test
{
protected:
    void write(const std::string& text, const char* name = "generation_config.json") { folder.write(name, text); }
    GenerationConfig read() const { return readGenerationConfig(folder.path()); }
    std::string complaint() const
    {
        try {
            read();
        } catch (const Error& error) {
            EXPECT_EQ(error.subject(), "model");
            return error.message();
        }
        return "none";
    }

    TemporaryFolder folder;
};

} // namespace

TEST_F(GenerationFile, NoFileAsksForNothing)
{
    const GenerateOptions usual, options = optionsFrom({}, read().settings);
    EXPECT_EQ(options.maxNewTokens, usual.maxNewTokens);
    EXPECT_FALSE(options.greedy);
    EXPECT_TRUE(read().notices.empty());
}

TEST_F(GenerationFile, TheUserGoesBeforeTheFile)
{
    write(R"({"do_sample": true, "temperature": 0.6, "top_k": 20.0, "top_p": 0.9, "max_length": 100, "num_beams": 3,
              "early_stopping": "never", "stop_strings": "END", "repetition_penalty": 1.1, "transformers_version": "5"})");
    const GenerationConfig file = read();
    EXPECT_TRUE(file.notices.empty());
    GenerateOptions options = optionsFrom({}, file.settings);
    EXPECT_FALSE(options.greedy);
    EXPECT_EQ(options.temperature, 0.6);
    EXPECT_EQ(options.topK, 20);
    EXPECT_EQ(options.topP, 0.9);
    EXPECT_EQ(options.maxLength, 100);
    EXPECT_EQ(options.numBeams, 3);
    EXPECT_EQ(options.earlyStopping, EarlyStopping::Never);
    EXPECT_EQ(options.stopStrings, std::vector<std::string>{"END"});
    EXPECT_EQ(options.repetitionPenalty, 1.1);
    GenerationSettings asked;
    asked.doSample = false;
    asked.maxNewTokens = 7;
    asked.numBeams = 1;
    asked.topK = 0;
    options = optionsFrom(asked, file.settings);
    EXPECT_TRUE(options.greedy);
    EXPECT_EQ(options.maxNewTokens, 7);
    EXPECT_EQ(options.maxLength, 0);
    EXPECT_EQ(options.numBeams, 1);
    EXPECT_EQ(options.topK, 0);
    EXPECT_EQ(options.topP, 0.9);
}

TEST_F(GenerationFile, BeamsDrawOnlyWhereAsked)
{
    GenerationSettings asked;
    asked.numBeams = 4;
    EXPECT_TRUE(optionsFrom(asked, {}).greedy);
    asked.doSample = true;
    EXPECT_FALSE(optionsFrom(asked, {}).greedy);
}

TEST_F(GenerationFile, WhatIsNotDoneIsSaid)
{
    write(R"({"renormalize_logits": true, "guidance_scale": 1.0, "num_beam_groups": 1, "bad_words_ids": null,
              "suppress_tokens": [1, 2], "remove_invalid_values": false, "pad_token_id": 3, "_from_model_config": true})");
    ASSERT_EQ(read().notices.size(), 1u);
    EXPECT_EQ(
        read().notices[0],
        "generation_config.json asks for what Fettle does not do: renormalize_logits = true, suppress_tokens = [1,2].");
}

TEST_F(GenerationFile, WrongValuesAreNamed)
{
    for (const char* wrong : {R"({"temperature": "hot"})", R"({"top_k": 1.5})", R"({"early_stopping": "soon"})",
                              R"({"stop_strings": [1]})", R"({"do_sample": 1})", "[]"}) {
        write(wrong);
        EXPECT_NE(complaint().find("generation_config.json"), std::string::npos) << wrong << complaint();
    }
}

TEST_F(GenerationFile, BoundsOfATextAreTheFirstThatAreSaid)
{
    ByteTokenizer tokenizer;
    EXPECT_TRUE(textBounds(folder.path(), tokenizer).ends.empty());
    EXPECT_FALSE(textBounds(folder.path(), tokenizer).begin);
    tokenizer.specials.eos = 300;
    EXPECT_EQ(textBounds(folder.path(), tokenizer).ends, std::vector<int64_t>{300});
    EXPECT_EQ(textBounds(folder.path(), tokenizer).begin, 300);
    write(R"({"eos_token_id": 5, "bos_token_id": 6})", "config.json");
    EXPECT_EQ(textBounds(folder.path(), tokenizer).ends, std::vector<int64_t>{5});
    write(R"({"eos_token_id": [7, 8], "bos_token_id": null})");
    EXPECT_EQ(textBounds(folder.path(), tokenizer).ends, (std::vector<int64_t>{7, 8}));
    EXPECT_EQ(textBounds(folder.path(), tokenizer).begin, 6);
    write(R"({"eos_token_id": "end"})");
    EXPECT_THROW(textBounds(folder.path(), tokenizer), Error);
}
