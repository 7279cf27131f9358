// SPDX-License-Identifier: GPL-3.0-or-later
// Filters against transformers' logits processors.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/generate/filters.h"
#include "tests/support/tree.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;

namespace
{

class RecordedFilters : public ::testing::Test
{
protected:
    Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/generate/filters.json");

    static std::vector<float> row(const Json& numbers)
    {
        std::vector<float> values;
        for (const Json& number : numbers)
            values.push_back(number.is_null() ? -INFINITY : number.get<float>());
        return values;
    }

    void expect(const char* name, const std::function<void(std::vector<float>&, const std::vector<int64_t>&)>& filter,
                const char* input = "logits")
    {
        SCOPED_TRACE(name);
        for (size_t i = 0; i < recorded[input].size(); ++i) {
            std::vector<float> scores = row(recorded[input][i]);
            filter(scores, recorded["input_ids"][i].get<std::vector<int64_t>>());
            const std::vector<float> expected = row(recorded[name][i]);
            for (size_t k = 0; k < scores.size(); ++k)
                if (std::isinf(expected[k]))
                    EXPECT_EQ(scores[k], expected[k]) << i << " " << k;
                else
                    EXPECT_NEAR(scores[k], expected[k], 1e-6 * std::abs(expected[k])) << i << " " << k;
        }
    }
};

} // namespace

TEST_F(RecordedFilters, RepetitionPenalty)
{
    expect("repetition_penalty_1.3", [](auto& scores, const auto& seen) { penalizeRepetition(scores, seen, 1.3); });
    expect("repetition_penalty_0.8", [](auto& scores, const auto& seen) { penalizeRepetition(scores, seen, 0.8); });
}

TEST_F(RecordedFilters, Temperature)
{
    expect("temperature_0.7", [](auto& scores, const auto&) { applyTemperature(scores, 0.7); });
    expect("temperature_1.5", [](auto& scores, const auto&) { applyTemperature(scores, 1.5); });
}

TEST_F(RecordedFilters, TopK)
{
    expect("top_k_1", [](auto& scores, const auto&) { keepTopK(scores, 1); });
    expect("top_k_5", [](auto& scores, const auto&) { keepTopK(scores, 5); });
    expect("top_k_200", [](auto& scores, const auto&) { keepTopK(scores, 200); });
    expect(
        "tie_top_k_2", [](auto& scores, const auto&) { keepTopK(scores, 2); }, "tie_logits");
}

TEST_F(RecordedFilters, TopP)
{
    expect("top_p_0.8", [](auto& scores, const auto&) { keepTopP(scores, 0.8); });
    expect("top_p_0.05", [](auto& scores, const auto&) { keepTopP(scores, 0.05); });
}

TEST(Filters, GreedyTakesThePenaltyAlone)
{
    std::vector<float> scores{1, 2, -3};
    GenerateOptions options;
    options.greedy = true;
    options.temperature = 0.5;
    options.topK = 1;
    options.repetitionPenalty = 2;
    applyFilters(scores, {1, 1, 2}, options);
    EXPECT_EQ(scores, (std::vector<float>{1, 1, -6}));
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
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topP = 0; }), "top_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topP = 1.1; }), "top_p");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.topK = -1; }), "top_k");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.maxNewTokens = 0; }), "max_new_tokens");
    EXPECT_EQ(subject([](GenerateOptions& o) { o.repetitionPenalty = 0; }), "repetition_penalty");
}
