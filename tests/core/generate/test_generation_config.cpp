// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's file asks for, what a user asks for, and what comes of both.
#include "core/base/error.h"
#include "core/base/model_facts.h"
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
    const GenerateOptions usual, options = optionsFrom({}, read());
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
    GenerateOptions options = optionsFrom({}, file);
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
    options = optionsFrom(asked, file);
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

TEST_F(GenerationFile, ImpossibleValuesAreTheFiles)
{
    const auto objection = [&](const GenerationSettings& asked) -> std::string {
        try {
            optionsFrom(asked, read());
        } catch (const Error& error) {
            EXPECT_EQ(error.subject(), "model");
            EXPECT_NE(error.message().find("generation_config.json: "), std::string::npos) << error.message();
            return error.message().substr(error.message().rfind(": ") + 2);
        }
        return "none";
    };
    GenerationSettings asked;
    for (const auto& [text, said] : std::initializer_list<std::pair<const char*, const char*>>{
             {R"({"do_sample": true, "top_k": -1})", "top_k = -1 is not possible."},
             {R"({"num_beams": 100000})", "num_beams = 100000 is not possible."},
             {R"({"stop_strings": ["a", ""]})", "stop_strings = \"\" is not possible."},
             {R"({"do_sample": true, "temperature": 0})", "temperature = 0 is not possible."},
             {R"({"do_sample": false, "top_k": -1, "min_p": 7})", "none"}}) {
        write(text);
        EXPECT_EQ(objection(asked), said) << text;
    }
    asked.doSample = true; // now the last one's top_k counts
    EXPECT_EQ(objection(asked), "top_k = -1 is not possible.");
    asked.topK = 5;
    EXPECT_EQ(objection(asked), "min_p = 7 is not possible.");
    asked.minP = -1; // the user's own: said by checkGenerateOptions
    EXPECT_EQ(objection(asked), "none");
}

TEST_F(GenerationFile, TemperatureZeroIsGreedy)
{
    write(R"({"temperature": 0})");
    EXPECT_TRUE(optionsFrom({}, read()).greedy);
    GenerationSettings asked;
    asked.temperature = 0.5;
    EXPECT_FALSE(optionsFrom(asked, read()).greedy);
    asked.temperature = 0; // a user's is no way to say it
    EXPECT_FALSE(optionsFrom(asked, read()).greedy);
}

TEST_F(GenerationFile, BoundsOfATextAreTheFirstThatAreSaid)
{
    ByteTokenizer tokenizer;
    ModelFacts model;
    model.folder = folder.path();
    model.vocabularySize = tokenizer.vocabularySize();
    EXPECT_TRUE(textBounds(model, tokenizer).ends.empty());
    EXPECT_FALSE(textBounds(model, tokenizer).begin);
    tokenizer.specials.eos = 300;
    EXPECT_EQ(textBounds(model, tokenizer).ends, std::vector<int64_t>{300});
    EXPECT_EQ(textBounds(model, tokenizer).begin, 300);
    write(R"({"eos_token_id": 5, "bos_token_id": 6})", "config.json");
    EXPECT_EQ(textBounds(model, tokenizer).ends, std::vector<int64_t>{5});
    write(R"({"eos_token_id": [7, 8], "bos_token_id": null})");
    EXPECT_EQ(textBounds(model, tokenizer).ends, (std::vector<int64_t>{7, 8}));
    EXPECT_EQ(textBounds(model, tokenizer).begin, 6);
    // Doubles and what is no token of the model's end nothing; the first of the others is the one to begin with.
    write(R"({"eos_token_id": [9000000000, 8, 7, 400, -1, 8]})");
    write("{}", "config.json");
    EXPECT_EQ(textBounds(model, tokenizer).ends, (std::vector<int64_t>{7, 8}));
    EXPECT_EQ(textBounds(model, tokenizer).begin, 8);
    write(R"({"eos_token_id": 1000})");
    EXPECT_TRUE(textBounds(model, tokenizer).ends.empty());
    EXPECT_FALSE(textBounds(model, tokenizer).begin);
    for (const char* broken : {R"({"bos_token_id": []})", R"({"bos_token_id": "<s>"})", R"({"bos_token_id": 400})"}) {
        write(broken);
        EXPECT_EQ(textBounds(model, tokenizer).begin, 300) << broken; // the tokenizer's
    }
    write(R"({"eos_token_id": "end"})");
    EXPECT_THROW(textBounds(model, tokenizer), Error);
}
