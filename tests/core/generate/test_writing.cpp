// SPDX-License-Identifier: GPL-3.0-or-later
// Where and why writing ends, and what comes out on the way; the texts themselves are test_recorded.cpp's.
#include "core/base/error.h"
#include "core/generate/generator.h"
#include "core/generate/writing.h"
#include "core/models/model.h"
#include "tests/core/generate/byte_tokenizer.h"
#include "tests/support/tree.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace fettle;

namespace
{

std::string recordedModel(const std::string& name)
{
    return std::string(fettle::test::goldenFolder) + "/generate/" + name;
}

class Writing : public ::testing::TestWithParam<const char*>
{
protected:
    std::unique_ptr<LanguageModel> model = loadModel(recordedModel(GetParam()), {});
};

} // namespace

TEST_P(Writing, EndsAtTheContext)
{
    GenerateOptions options;
    options.maxNewTokens = 1000;
    int64_t count = 0;
    const auto end = writeTokens(*model, std::vector<int64_t>(60, 5), {}, options, [&](int32_t, const auto&) {
        ++count;
        return true;
    });
    EXPECT_EQ(end, WritingEnd::Length);
    EXPECT_EQ(count, model->facts().contextLength - 60);
}

TEST_P(Writing, TellsWhereTheNewTokenRanks)
{
    GenerateOptions options;
    options.temperature = 3; // far down, too
    options.topK = 0;
    options.maxNewTokens = 20;
    const auto write = [&](int alternatives) {
        options.alternatives = alternatives;
        std::vector<std::pair<int32_t, std::vector<RankedToken>>> all;
        writeTokens(*model, {5, 6, 7}, {}, options, [&](int32_t id, const std::vector<RankedToken>& likeliest) {
            all.emplace_back(id, likeliest);
            return true;
        });
        return all;
    };
    const auto few = write(3), whole = write(static_cast<int>(model->facts().vocabularySize));
    ASSERT_EQ(few.size(), whole.size());
    int farDown = 0;
    for (size_t i = 0; i < few.size(); ++i) {
        const auto& [id, listed] = few[i];
        const auto isWritten = [id = id](const RankedToken& token) { return token.id == id; };
        const auto place = std::find_if(whole[i].second.begin(), whole[i].second.end(), isWritten);
        ASSERT_NE(place, whole[i].second.end());
        const bool isFarDown = place - whole[i].second.begin() >= 3;
        farDown += isFarDown;
        ASSERT_EQ(listed.size(), isFarDown ? 4u : 3u);
        const auto found = std::find_if(listed.begin(), listed.end(), isWritten);
        ASSERT_NE(found, listed.end());
        EXPECT_EQ(found->rank, place->rank);
        EXPECT_FLOAT_EQ(static_cast<float>(found->probability), static_cast<float>(place->probability));
    }
    EXPECT_GT(farDown, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, Writing, ::testing::Values("gpt2", "llama_gqa", "gpt_neox", "opt"));

TEST(Generate, TextAlternativesAndStops)
{
    const auto model = loadModel(recordedModel("gpt2"), {});
    ByteTokenizer tokenizer;
    GenerateOptions options;
    options.maxNewTokens = 6;
    options.alternatives = 3;
    std::string streamed;
    int pieces = 0;
    const Generation all = generate(*model, tokenizer, "!5!", options, [&](const GeneratedPiece& piece) {
        streamed += piece.text;
        EXPECT_LE(piece.alternatives.size(), 4u);
        EXPECT_TRUE(std::any_of(piece.alternatives.begin(), piece.alternatives.end(),
                                [&](const Alternative& other) { return other.id == piece.id; }));
        EXPECT_GE(piece.alternatives[0].probability, piece.alternatives[1].probability);
        ++pieces;
        return true;
    });
    EXPECT_EQ(all.text, streamed);
    EXPECT_EQ(all.promptIds, (std::vector<int32_t>{34, 54, 34}));
    EXPECT_EQ(static_cast<size_t>(pieces), all.ids.size());
    EXPECT_EQ(generate(*model, tokenizer, "!5!", options).ids, all.ids); // the seed says it all
    const Generation stopped = generate(*model, tokenizer, "!5!", options, [](const GeneratedPiece&) { return false; });
    EXPECT_EQ(stopped.stop, "string");
    EXPECT_EQ(stopped.ids.size(), 1u);
    EXPECT_EQ(generate(*model, tokenizer, "", options).promptIds, std::vector<int32_t>{95}); // config.json's
    const Generation cut = generate(*model, tokenizer, std::string(500, '!'), options);
    EXPECT_EQ(cut.promptIds.size(), 58u);
    EXPECT_THROW(fillMask(*model, tokenizer, "a", 5), Error);
}

/// With beams: each step tells the best text so far, and whoever has seen enough has that as the text.
TEST(Generate, BeamsTellHowFarTheyAre)
{
    const auto model = loadModel(recordedModel("gpt2"), {});
    const ByteTokenizer tokenizer;
    GenerateOptions options;
    options.greedy = true;
    options.maxNewTokens = 12;
    options.numBeams = 3;
    std::vector<BeamProgress> told;
    const auto until = [&](int64_t last) {
        return [&told, last](const BeamProgress& beams) {
            told.push_back(beams);
            return beams.written < last;
        };
    };
    const Generation whole = generate(*model, tokenizer, "!5!", options, {}, until(100));
    EXPECT_EQ(whole.ids, generate(*model, tokenizer, "!5!", options).ids);
    ASSERT_EQ(told.size(), 11u);
    const std::string fifth = told[4].best;
    EXPECT_EQ(fifth.size(), 5u);
    told.clear();
    std::string streamed;
    const auto onText = [&](const GeneratedPiece& piece) {
        streamed += piece.text;
        return true;
    };
    const Generation stopped = generate(*model, tokenizer, "!5!", options, onText, until(5));
    EXPECT_EQ(told.size(), 5u);
    EXPECT_EQ(stopped.text, fifth);
    EXPECT_EQ(streamed, fifth);
    EXPECT_EQ(stopped.stop, "string");
}

/// With or without beams: the text ends with the token that completes a stop string, which may lie across tokens and
/// begin in the prompt.
TEST(Generate, StopStrings)
{
    const auto model = loadModel(recordedModel("gpt2"), {});
    const ByteTokenizer tokenizer;
    GenerateOptions options;
    options.greedy = true;
    options.maxNewTokens = 12;
    for (const int64_t beams : {1, 3}) {
        options.numBeams = beams;
        options.stopStrings = {};
        const Generation all = generate(*model, tokenizer, "!5!", options);
        ASSERT_EQ(all.stop, "length");
        ASSERT_EQ(all.text.size(), 12u);
        for (const std::string& stop : {all.text.substr(3, 2), "!" + all.text.substr(0, 1), all.text.substr(5, 1)}) {
            options.stopStrings = {"not there", stop};
            std::string streamed;
            const Generation written = generate(*model, tokenizer, "!5!", options, [&](const GeneratedPiece& piece) {
                streamed += piece.text;
                return true;
            });
            EXPECT_EQ(streamed, written.text);
            const std::string whole = "!5!" + written.text;
            const size_t found = whole.find(stop, 4 - std::min<size_t>(4, stop.size()));
            EXPECT_EQ(written.stop, found == std::string::npos ? "length" : "string") << stop;
            if (found != std::string::npos) {
                EXPECT_EQ(found + stop.size(), whole.size()) << whole << ' ' << stop;
            }
            if (beams == 1) {
                EXPECT_EQ(written.stop, "string");
                EXPECT_TRUE(all.text.starts_with(written.text));
            }
        }
    }
    options.stopStrings = {""};
    EXPECT_THROW(generate(*model, tokenizer, "!5!", options), Error);
    options.stopStrings = {};
    options.maxLength = 8;
    EXPECT_EQ(generate(*model, tokenizer, "!5!", options).ids.size(), 5u);
    options.maxLength = 3;
    EXPECT_THROW(generate(*model, tokenizer, "!5!", options), Error);
}
