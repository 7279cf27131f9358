// SPDX-License-Identifier: GPL-3.0-or-later
// What is written against what transformers' generate() wrote with the same weights.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/generate/generator.h"
#include "core/generate/writing.h"
#include "core/models/model.h"
#include "tests/core/generate/byte_tokenizer.h"
#include "tests/support/tree.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
    Json recorded = readJson(recordedModel(GetParam()) + "/cases.json");

    /// Runs the recorded settings; rows of a padded batch one by one (greedy ones do not depend on each other).
    void expectSame(const std::string& name, bool greedy)
    {
        SCOPED_TRACE(name);
        const Json& test = recorded["cases"][name];
        const Json& settings = test["kwargs"];
        for (size_t row = 0; row < test["sequences"].size(); ++row) {
            GenerateOptions options;
            options.greedy = greedy;
            options.maxNewTokens = settings.value("max_new_tokens", 0);
            options.temperature = settings.value("temperature", 1.0);
            options.topK = settings.value("top_k", 50);
            options.topP = settings.value("top_p", 1.0);
            options.repetitionPenalty = settings.value("repetition_penalty", 1.0);
            if (!test["manual_seed"].is_null())
                options.seed = test["manual_seed"].get<int64_t>();
            const auto padded = test["input_ids"][row].get<std::vector<int64_t>>();
            std::vector<int64_t> prompt;
            for (size_t i = 0; i < padded.size(); ++i)
                if (test["attention_mask"][row][i].get<int>() != 0)
                    prompt.push_back(padded[i]);
            if (settings.contains("max_length"))
                options.maxNewTokens = settings["max_length"].get<int64_t>() - static_cast<int64_t>(padded.size());
            const int64_t end = settings.value("eos_token_id", recorded["eos_token_id"].get<int64_t>());
            std::vector<int64_t> written;
            writeTokens(*model, prompt, {end}, options, [&](int32_t id, const auto&) {
                written.push_back(id);
                return true;
            });
            auto expected = test["sequences"][row].get<std::vector<int64_t>>();
            expected.erase(expected.begin(), expected.begin() + static_cast<ptrdiff_t>(padded.size()));
            const auto stop = std::find(expected.begin(), expected.end(), end);
            if (stop != expected.end())
                expected.erase(stop + 1, expected.end()); // finished rows were filled up
            EXPECT_EQ(written, expected) << "row " << row;
        }
    }
};

} // namespace

TEST_P(Writing, Greedy)
{
    for (const char* name : {"greedy/single", "greedy/left_padded_batch", "greedy_repetition_penalty/single",
                             "greedy_max_length/single", "greedy_eos/single", "greedy_eos/left_padded_batch"})
        expectSame(name, true);
}

TEST_P(Writing, SampledWithTheSameSeed)
{
    expectSame("sample_seeded/single", false);
}

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
        EXPECT_EQ(piece.alternatives.size(), 3u);
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
    EXPECT_THROW(generate(*model, tokenizer, "", options), Error); // nothing to begin with
    tokenizer.specials.bos = 95;
    EXPECT_EQ(generate(*model, tokenizer, "", options).promptIds, std::vector<int32_t>{95});
    const Generation cut = generate(*model, tokenizer, std::string(500, '!'), options);
    EXPECT_EQ(cut.promptIds.size(), 58u);
    EXPECT_THROW(fillMask(*model, tokenizer, "a", 5), Error);
}
