// SPDX-License-Identifier: GPL-3.0-or-later
// Whole words against transformers' collator, spans against what SpanBERT says of them.
#include "core/data/collator.h"
#include "core/data/masking.h"
#include "core/data/random_source.h"
#include "core/data/tokenizing.h"
#include "core/data/training_data.h"
#include "tests/core/data/data_test_support.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <numeric>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace
{

Dataset encodedLines(const std::vector<std::string>& lines, std::shared_ptr<const Tokenizer> tokenizer,
                     const TokenizeOptions& options)
{
    RowTable table;
    table.beginFile("lines");
    for (const std::string& line : lines)
        table.appendText(line, false);
    std::vector<int64_t> rows(lines.size());
    std::iota(rows.begin(), rows.end(), 0);
    TokenizeCounts counts;
    return Dataset(tokenizeRows(table, rows, std::move(tokenizer), options, counts));
}

/// One row: '.' is not maskable, a letter begins a word, '-' goes on with it.
MaskPlaces placesFrom(const std::string& row)
{
    MaskPlaces places{1, static_cast<int64_t>(row.size()), {}, {}};
    for (const char c : row) {
        places.maskable.push_back(c != '.');
        places.wordStarts.push_back(c != '.' && c != '-');
    }
    return places;
}

} // namespace

TEST(MaskKinds, WholeWordsAreTransformers)
{
    const Json recorded = golden("whole_word.json");
    const auto tokenizer = loadTokenizer(fettle::test::inTree("resources/models/nano-bert"));
    TokenizeOptions options;
    options.maxLength = recorded["max_length"].get<int64_t>();
    options.wordStarts = true;
    const Dataset dataset = encodedLines(recorded["lines"].get<std::vector<std::string>>(), tokenizer, options);
    std::vector<int64_t> rows(static_cast<size_t>(dataset.size()));
    std::iota(rows.begin(), rows.end(), 0);
    for (const Json& each : recorded["cases"]) {
        MaskingOptions masking;
        masking.rule = {MaskKind::WholeWord, each["probability"].get<double>()};
        masking.maskToken = *tokenizer->special().mask;
        masking.vocabularySize = tokenizer->vocabularySize();
        RandomSource random(each["seed"].get<uint64_t>());
        Masker masker(masking, random);
        const PackedBatch batch = maskedCollator(masker, tokenizer, MaskDraws::WholeBatch)->collate(dataset, rows);
        std::vector<int64_t> ids, targets;
        const auto attention = each["attention_mask"].get<std::vector<std::vector<int64_t>>>();
        for (size_t b = 0; b < attention.size(); ++b)
            for (size_t i = 0; i < attention[b].size(); ++i)
                if (attention[b][i] != 0) {
                    ids.push_back(each["input_ids"][b][i].get<int64_t>());
                    targets.push_back(each["labels"][b][i].get<int64_t>());
                }
        EXPECT_EQ(batch.inputIds, ids);
        EXPECT_EQ(batch.targets, targets);
    }
}

TEST(MaskKinds, AWordBeginsAtATokenThatBringsItsSpace)
{
    const auto tokenizer = loadTokenizer(fettle::test::inTree("resources/models/nano-gpt"));
    TokenizeOptions options;
    options.wordStarts = true;
    const Dataset dataset = encodedLines({"unforeseeable weather ahead"}, tokenizer, options);
    const Example example = dataset.get(0);
    std::string words;
    for (size_t i = 0; i < example.ids.size(); ++i)
        words += (example.wordStarts[i] != 0 ? "|" : "") + tokenizer->pieceText(example.ids[i]);
    EXPECT_EQ(words, "|unforeseeable| weather| ahead");
    EXPECT_GT(example.ids.size(), 3u) << "a word of several tokens";
}

TEST(MaskKinds, SpansTakeTheirShareAndNoMore)
{
    MaskingOptions masking;
    masking.rule = {MaskKind::Span, 0.15};
    masking.vocabularySize = 50;
    RandomSource random(5);
    Masker masker(masking, random);
    const MaskPlaces places = placesFrom(".ab-cde-fghijklmnop--qrstu.vwxyz-abcdefgh..");
    const auto tokens = std::accumulate(places.maskable.begin(), places.maskable.end(), 0);
    const auto share = static_cast<int64_t>(std::ceil(0.15 * tokens));
    std::map<MaskFate, int> fates;
    std::map<int64_t, int> replaced;
    for (int draws = 0; draws < 4000; ++draws) {
        const MaskDraw draw = masker.draw(places);
        int64_t taken = 0;
        for (size_t i = 0; i < draw.fates.size(); ++i) {
            taken += draw.fates[i] != MaskFate::Untouched;
            ++fates[draw.fates[i]];
            if (draw.fates[i] == MaskFate::Replaced)
                ++replaced[draw.replacement[i]];
            if (!places.maskable[i]) {
                ASSERT_EQ(draw.fates[i], MaskFate::Untouched);
            }
        }
        ASSERT_EQ(taken, share);
    }
    const double all = 4000.0 * static_cast<double>(share);
    EXPECT_NEAR(fates[MaskFate::Hidden] / all, 0.8, 0.02);
    EXPECT_NEAR(fates[MaskFate::Replaced] / all, 0.1, 0.02);
    EXPECT_NEAR(fates[MaskFate::Kept] / all, 0.1, 0.02);
    EXPECT_EQ(replaced.size(), 50u);
}

TEST(MaskKinds, SpanLengthsAreGeometric)
{
    // So few of so many tokens that spans hardly ever meet, and only the last of a row is cut.
    MaskingOptions masking;
    masking.rule = {MaskKind::Span, 0.005};
    masking.vocabularySize = 50;
    RandomSource random(6);
    Masker masker(masking, random);
    const MaskPlaces places = placesFrom(std::string(100000, 'a'));
    std::map<ptrdiff_t, double> lengths;
    double all = 0;
    for (int row = 0; row < 60; ++row) {
        const MaskDraw draw = masker.draw(places);
        const auto isTaken = [](MaskFate fate) { return fate != MaskFate::Untouched; };
        auto begin = std::find_if(draw.fates.begin(), draw.fates.end(), isTaken);
        for (; begin != draw.fates.end(); begin = std::find_if(begin, draw.fates.end(), isTaken), ++all) {
            const auto end = std::find(begin, draw.fates.end(), MaskFate::Untouched);
            ++lengths[end - begin];
            begin = end;
        }
    }
    const double kept = 1 - std::pow(0.8, 10);
    for (int length = 1; length <= 10; ++length)
        EXPECT_NEAR(lengths[length] / all, 0.2 * std::pow(0.8, length - 1) / kept, 0.015) << length;
}

TEST(MaskKinds, SpansBeginWithAWordAndStopAtSpecialTokens)
{
    MaskingOptions masking;
    masking.rule = {MaskKind::Span, 0.0001}; // a token: the beginning of the drawn word
    masking.vocabularySize = 50;
    RandomSource random(7);
    Masker masker(masking, random);
    const MaskPlaces words = placesFrom(".a--b-c.");
    for (int i = 0; i < 200; ++i) {
        const MaskDraw draw = masker.draw(words);
        for (size_t place = 0; place < draw.fates.size(); ++place)
            if (draw.fates[place] != MaskFate::Untouched) {
                ASSERT_TRUE(words.wordStarts[place]);
            }
    }
    masking.rule.probability = 0.5; // six of twelve: from one side of the special token only where all is taken
    Masker half(masking, random);
    const MaskPlaces sides = placesFrom("a-----.b-----");
    for (int i = 0; i < 200; ++i) {
        const MaskDraw draw = half.draw(sides);
        const auto left = std::count(draw.fates.begin(), draw.fates.begin() + 6, MaskFate::Untouched);
        ASSERT_TRUE(left == 0 || left == 6) << left;
    }
}

TEST_F(DataFolder, WordsNeedText)
{
    auto tokenizer = bertLike(2, 3, 4);
    ModelFacts model;
    model.objective = Objective::Masked;
    model.vocabularySize = 300;
    RunConfig config;
    config.data.train = {write("ids.jsonl", "{\"input_ids\": [2, 7, 8, 3]}\n").string()};
    config.arguments.mask_kind = "whole_word";
    EXPECT_THAT(failure([&] { loadTrainingData(config, tokenizer, model); }), HasSubstr("where words begin"));
    config.arguments.mask_kind = "token";
    EXPECT_EQ(loadTrainingData(config, tokenizer, model).train.size(), 1);
}
