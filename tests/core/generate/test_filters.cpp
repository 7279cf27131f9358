// SPDX-License-Identifier: GPL-3.0-or-later
// Which filters are applied when, and what is refused; their numbers are test_recorded.cpp's.
#include "core/base/error.h"
#include "core/generate/filters.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace fettle;

TEST(Filters, GreedyTakesThePenaltyAlone)
{
    std::vector<float> scores{1, 2, -3};
    GenerateOptions options;
    options.greedy = true;
    options.temperature = 0.5;
    options.topK = 1;
    options.repetitionPenalty = 2;
    const std::vector<int64_t> seen{1, 1, 2};
    EXPECT_TRUE(applyFilters(scores, {seen, 3, {}}, options).empty());
    EXPECT_EQ(scores, (std::vector<float>{1, 1, -6}));
}

/// What is out of what a float holds is no number to draw by; what is left where rules meet is told by their names.
TEST(Filters, WhatLeavesNothing)
{
    const auto rules = [](auto&& change, const std::vector<int64_t>& seen = {0, 1}) {
        std::vector<float> scores{1, 2, -3};
        GenerateOptions options;
        change(options);
        const std::vector<int64_t> ends{2};
        return applyFilters(scores, {seen, 2, ends}, options);
    };
    using O = GenerateOptions;
    EXPECT_EQ(rules([](O&) {}), RulesOut());
    EXPECT_EQ(rules([](O& o) { o.noRepeatNgramSize = 1; }), RulesOut());
    EXPECT_EQ(rules([](O& o) { o.noRepeatNgramSize = 1; }, {0, 1, 2}), RulesOut{"no_repeat_ngram_size"});
    EXPECT_EQ(rules([](O& o) { o.noRepeatNgramSize = 1, o.minLength = 3; }),
              (RulesOut{"no_repeat_ngram_size", "min_length"}));
    EXPECT_EQ(rules([](O& o) { o.temperature = 1e-39; }), RulesOut{"temperature"});
    EXPECT_EQ(rules([](O& o) { o.temperature = 1e-60; }), RulesOut{"temperature"});
    EXPECT_EQ(rules([](O& o) { o.temperature = 1e-39, o.greedy = true; }), RulesOut());
    EXPECT_EQ(rules([](O& o) { o.repetitionPenalty = 1e-39; }), RulesOut{"repetition_penalty"});
    EXPECT_EQ(rules([](O& o) { o.repetitionPenalty = 1e300; }), RulesOut()); // what is left is worth nothing alike
    EXPECT_EQ(nothingLeftError(
                  {"temperature"},
                  [] {
                      O options;
                      options.temperature = 1e-39;
                      return options;
                  }(),
                  1)
                  .message(),
              "temperature = 1e-39 leaves no token to write behind the first.");
}

TEST(Filters, ImpossibleValues)
{
    const auto subject = [](auto&& change) {
        GenerateOptions options;
        change(options);
        try {
            checkGenerateOptions(options);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadInput);
            return error.subject();
        }
        return std::string("nothing");
    };
    EXPECT_EQ(subject([](GenerateOptions&) {}), "nothing");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.temperature = 0; }), "temperature");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.temperature = 0, o.greedy = true; }), "nothing");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topK = -1, o.topP = 2, o.minP = -1, o.greedy = true; }), "nothing");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topP = 0; }), "top_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topP = 1.1; }), "top_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topK = -1; }), "top_k");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.maxNewTokens = 0; }), "max_new_tokens");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.repetitionPenalty = 0; }), "repetition_penalty");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.minP = 1.5; }), "min_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.typicalP = 0; }), "typical_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.noRepeatNgramSize = -1; }), "no_repeat_ngram_size");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.numBeams = 0; }), "num_beams");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.numBeams = 1000000; }), "num_beams");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.lengthPenalty = INFINITY; }), "length_penalty");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.stopStrings = {"a", ""}; }), "stop_strings");
}
