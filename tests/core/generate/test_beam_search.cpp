// SPDX-License-Identifier: GPL-3.0-or-later
// Beam search against what transformers' wrote with the same weights.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/generate/beam_search.h"
#include "core/generate/generation_config.h"
#include "core/models/model.h"
#include "core/nn/threads.h"
#include "tests/support/tree.h"

#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace fettle;

namespace
{

std::string goldenGenerate()
{
    return std::string(test::goldenFolder) + "/generate/";
}

} // namespace

TEST(BeamSearch, RecordedTexts)
{
    useThreads(1); // the products are tiny: a second one only waits
    std::map<std::string, std::unique_ptr<LanguageModel>> models;
    size_t drawn = 0;
    for (const Json& test : readJson(goldenGenerate() + "beams/cases.json")) {
        const auto name = test["model"].get<std::string>();
        auto& model = models[name];
        if (!model)
            model = loadModel(goldenGenerate() + name, {});
        const Json& settings = test["settings"];
        SCOPED_TRACE(name + jsonText(settings));
        GenerateOptions options;
        options.greedy = !settings["do_sample"].get<bool>();
        drawn += options.greedy ? 0 : 1;
        options.seed = 11;
        options.numBeams = settings["num_beams"].get<int64_t>();
        options.lengthPenalty = settings["length_penalty"].get<double>();
        options.earlyStopping = earlyStoppingFrom(settings["early_stopping"].is_string()   ? "never"
                                                  : settings["early_stopping"].get<bool>() ? "true"
                                                                                           : "false")
                                    .value();
        options.maxNewTokens = settings["max_new_tokens"].get<int64_t>();
        options.minNewTokens = settings.value("min_new_tokens", int64_t{0});
        options.repetitionPenalty = settings.value("repetition_penalty", 1.0);
        options.noRepeatNgramSize = settings.value("no_repeat_ngram_size", int64_t{0});
        options.temperature = settings.value("temperature", 1.0);
        options.topK = settings.value("top_k", int64_t{50});
        options.topP = settings.value("top_p", 1.0);
        EXPECT_EQ(beamSearch(*model, test["prompt"].get<std::vector<int64_t>>(),
                             settings["eos_token_id"].get<std::vector<int64_t>>(), options, {}),
                  test["ids"].get<std::vector<int64_t>>());
    }
    EXPECT_EQ(models.size(), 4u);
    EXPECT_GE(drawn, 8u);
}

/// A text that ends otherwise than by a token of its own is as whole as one that does.
TEST(BeamSearch, StopsAreEnds)
{
    const auto model = loadModel(goldenGenerate() + "gpt2", {});
    GenerateOptions options;
    options.greedy = true;
    options.numBeams = 3;
    options.maxNewTokens = 20;
    for (const int64_t end : {9, 69, 88}) {
        const auto stop = [&](std::span<const int64_t> tokens) { return tokens.back() == end; };
        EXPECT_EQ(beamSearch(*model, {27, 15, 87}, {}, options, stop),
                  beamSearch(*model, {27, 15, 87}, {end}, options, {}));
    }
}

/// Of 96 tokens all but three end the text and are ruled out, and none of those may come twice: behind the third there
/// is nothing, but a text that was whole before is given rather than an error.
TEST(BeamSearch, RunsOutOfTokens)
{
    const auto model = loadModel(goldenGenerate() + "gpt2", {});
    std::vector<int64_t> ends(93);
    std::iota(ends.begin(), ends.end(), int64_t{0});
    GenerateOptions options;
    options.minNewTokens = 30;
    options.noRepeatNgramSize = 1;
    for (const int64_t beams : {1, 2, 4})
        for (const bool greedy : {true, false}) {
            options.numBeams = beams;
            options.greedy = greedy;
            SCOPED_TRACE(std::to_string(beams) + (greedy ? " greedy" : " drawn"));
            try {
                beams == 1 ? static_cast<void>(writeTokens(*model, {27, 15, 87}, ends, options,
                                                           [](int32_t, const auto&) { return true; }))
                           : static_cast<void>(beamSearch(*model, {27, 15, 87}, ends, options, {}));
                ADD_FAILURE() << "it went on";
            } catch (const Error& error) {
                EXPECT_EQ(error.message(), "no_repeat_ngram_size = 1 and min_new_tokens = 30 leave no token to write "
                                           "behind the first 3.");
                EXPECT_EQ(error.hint(), "Choose for no_repeat_ngram_size: a larger one, or 0 (off), or for "
                                        "min_new_tokens: a smaller one, or 0 (off).");
            }
            if (beams == 1)
                continue;
            const auto stop = [](std::span<const int64_t> tokens) { return tokens.back() == 94; };
            const std::vector<int64_t> whole = beamSearch(*model, {27, 15, 87}, ends, options, stop);
            ASSERT_FALSE(whole.empty());
            EXPECT_EQ(whole.back(), 94);
        }
}

/// After each step the best text so far is told, and whoever has seen enough gets that one at once.
TEST(BeamSearch, TellsTheBestSoFarAndCanBeStopped)
{
    const auto model = loadModel(goldenGenerate() + "gpt2", {});
    GenerateOptions options;
    options.greedy = true;
    options.numBeams = 4;
    options.maxNewTokens = 20;
    const std::vector<int64_t> prompt = {27, 15, 87};
    std::vector<std::vector<int64_t>> told;
    const auto keep = [&](std::span<const int64_t> best) {
        told.emplace_back(best.begin(), best.end());
        return true;
    };
    const std::vector<int64_t> whole = beamSearch(*model, prompt, {}, options, {}, keep);
    EXPECT_EQ(whole, beamSearch(*model, prompt, {}, options, {}));
    ASSERT_EQ(told.size(), 19u); // the last token ends it
    for (size_t i = 0; i < told.size(); ++i)
        EXPECT_EQ(told[i].size(), i + 1);
    EXPECT_TRUE(std::equal(told.back().begin(), told.back().begin() + 15, whole.begin()));
    const auto stop = [](std::span<const int64_t> best) { return best.size() < 5; };
    EXPECT_EQ(beamSearch(*model, prompt, {}, options, {}, stop), told[4]);
}

/// Every token ends the text and none may yet: there is nothing to choose (transformers writes nothing then, or fails).
TEST(BeamSearch, NothingMayFollow)
{
    const auto model = loadModel(goldenGenerate() + "gpt2", {});
    std::vector<int64_t> all(static_cast<size_t>(model->facts().vocabularySize));
    std::iota(all.begin(), all.end(), int64_t{0});
    GenerateOptions options;
    options.greedy = true;
    options.numBeams = 2;
    options.minNewTokens = 3;
    for (const bool greedy : {true, false}) {
        options.greedy = greedy;
        try {
            beamSearch(*model, {27, 15, 87}, all, options, {});
            ADD_FAILURE() << "something was written";
        } catch (const Error& error) {
            EXPECT_EQ(error.message(), "min_new_tokens = 3 leaves no token to write.");
            EXPECT_EQ(error.hint(), "Choose a smaller one, or 0 (off).");
        }
    }
    options.numBeams = 1000; // with so many ends, too many candidates
    try {
        beamSearch(*model, {27, 15, 87}, all, options, {});
        ADD_FAILURE() << "it was searched";
    } catch (const Error& error) {
        EXPECT_EQ(error.subject(), "num_beams");
        EXPECT_NE(error.message().find("num_beams = 1000 with 96 tokens in eos_token_id"), std::string::npos)
            << error.message();
    }
}
