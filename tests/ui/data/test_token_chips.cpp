// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens are graded, read from fabricated batches.
#include "ui/data/token_chips.h"

#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::ui;

namespace
{
BatchPreview causalBatch()
{
    BatchPreview preview;
    PackedBatch& batch = preview.batch;
    batch.inputIds = {5, 6, 7, 8, 9};
    batch.originalIds = batch.inputIds;
    batch.targets = {6, ignoredLabel, ignoredLabel, 9, ignoredLabel}; // 7 is not graded in its row's labels
    batch.cuSeqlens = {0, 3, 5};
    batch.rows = {1840, 206};
    batch.gradedTokens = 2;
    preview.tokens = {" Strong", " gales", "\n", "Top", "sail"};
    preview.originalTokens = preview.tokens;
    return preview;
}

BatchPreview maskedBatch()
{
    BatchPreview preview;
    PackedBatch& batch = preview.batch;
    batch.originalIds = {101, 20, 21, 22, 23, 102};
    batch.inputIds = {101, 103, 21, 99, 23, 102};
    batch.targets = {ignoredLabel, 20, ignoredLabel, 22, 23, ignoredLabel};
    batch.cuSeqlens = {0, 6};
    batch.rows = {0};
    preview.tokens = {"[CLS]", "[MASK]", "##ing", "boat", "sea", "[SEP]"};
    preview.originalTokens = {"[CLS]", "go", "##ing", "wind", "sea", "[SEP]"};
    return preview;
}
} // namespace

TEST(TokenChips, CausalTakesWhatTargetsSay)
{
    const ChipBatch batch = chipsOf(causalBatch(), Objective::Causal);
    ASSERT_EQ(batch.rows.size(), 2u);
    EXPECT_EQ(batch.rows[0].row, 1841);
    EXPECT_EQ(batch.rows[1].row, 207);
    EXPECT_EQ(batch.tokens, 5);
    EXPECT_EQ(batch.graded, 2);
    const auto& first = batch.rows[0].chips;
    EXPECT_EQ(first[0].kind, ChipKind::First);
    EXPECT_EQ(first[0].text, "Strong");
    EXPECT_EQ(first[1].kind, ChipKind::Graded);
    EXPECT_EQ(first[1].wantedId, 6);
    EXPECT_EQ(first[2].kind, ChipKind::NotGraded);
    EXPECT_EQ(first[2].text, QStringLiteral("↵"));
    EXPECT_TRUE(first[2].endsLine);
    const auto& second = batch.rows[1].chips;
    EXPECT_EQ(second[1].kind, ChipKind::Graded);
    EXPECT_FALSE(second[1].beginsWord);
    EXPECT_TRUE(explainChip(first[0], Objective::Causal).startsWith("Ignored"));
    EXPECT_EQ(explainChip(first[1], Objective::Causal), "Graded: to be guessed from the one piece before it.");
    EXPECT_EQ(explainBatch(batch, Objective::Causal), "The whole batch: 2 rows, 5 tokens, 2 graded, 3 ignored.");
}

TEST(TokenChips, MaskedTellsHiddenReplacedAndKeptApart)
{
    const ChipBatch batch = chipsOf(maskedBatch(), Objective::Masked, QStringLiteral("[MASK]"));
    ASSERT_EQ(batch.rows.size(), 1u);
    const auto& chips = batch.rows[0].chips;
    EXPECT_EQ(chips[0].kind, ChipKind::NotGraded);
    EXPECT_EQ(chips[1].kind, ChipKind::Hidden);
    EXPECT_EQ(chips[1].text, "blank") << "whatever the model calls its mask";
    EXPECT_EQ(chips[1].original, "go");
    EXPECT_EQ(chips[2].kind, ChipKind::NotGraded);
    EXPECT_EQ(chips[2].text, "ing");
    EXPECT_FALSE(chips[2].beginsWord);
    EXPECT_EQ(chips[3].kind, ChipKind::Replaced);
    EXPECT_EQ(chips[3].original, "wind");
    EXPECT_EQ(chips[3].wantedId, 22);
    EXPECT_EQ(chips[4].kind, ChipKind::Kept);
    EXPECT_TRUE(chips[4].beginsWord) << "WordPiece has no spaces: words begin where ## is missing";
    EXPECT_EQ(batch.hidden, 1);
    EXPECT_EQ(batch.replaced, 1);
    EXPECT_EQ(batch.kept, 1);
    EXPECT_TRUE(explainChip(chips[1], Objective::Masked).contains(QStringLiteral("“go”")));
}

TEST(TokenChips, LinesBreakBetweenWords)
{
    std::vector<TokenChip> chips(6);
    for (size_t i = 0; i < chips.size(); ++i)
        chips[i].beginsWord = i != 3; // word 2 has two pieces
    ChipMetrics metrics;
    metrics.width = 100;
    metrics.textWidth = [](const TokenChip&) { return 20.0; };
    std::vector<QRectF> places;
    const qreal height = layOutChips(chips, metrics, places); // a chip is 30 wide
    ASSERT_EQ(places.size(), chips.size());
    EXPECT_EQ(places[0].left(), 0);
    EXPECT_EQ(places[1].left(), 37);
    EXPECT_EQ(places[2].left(), 0) << "two pieces do not fit beside two words";
    EXPECT_EQ(places[3].left(), 31) << "pieces of a word stand close";
    EXPECT_EQ(places[3].top(), places[2].top());
    EXPECT_EQ(places[4].left(), 68);
    EXPECT_EQ(places[5].left(), 0);
    EXPECT_EQ(height, 3 * metrics.lineHeight);
    for (const QRectF& place : places)
        EXPECT_LE(place.right(), metrics.width);
}

TEST(TokenChips, ABatchWithoutTextsStillShowsIds)
{
    BatchPreview preview = causalBatch();
    preview.tokens.clear();
    preview.originalTokens.clear();
    EXPECT_EQ(chipsOf(preview, Objective::Causal).rows[0].chips[0].text, "#5");
}

TEST(TokenChips, ACharacterOverSeveralPiecesIsOneText)
{
    BatchPreview preview;
    preview.batch.inputIds = {4, 5, 6, 7};
    preview.batch.originalIds = preview.batch.inputIds;
    preview.batch.targets = {5, 6, 7, ignoredLabel};
    preview.batch.cuSeqlens = {0, 4};
    preview.batch.rows = {0};
    preview.tokens = {" f", "ü", "ü", "r"};
    preview.originalTokens = preview.tokens;
    preview.continues = {false, false, true, false};
    const ChipBatch batch = chipsOf(preview, Objective::Causal);
    const auto& chips = batch.rows[0].chips;
    EXPECT_EQ(chips[1].text, "ü");
    EXPECT_EQ(chips[1].parts, 2);
    EXPECT_EQ(chips[2].part, 1);
    EXPECT_EQ(chips[3].parts, 1);
    EXPECT_TRUE(explainChip(chips[2], Objective::Causal).endsWith("no piece of its own for “ü”: this is part 2 of 2."))
        << explainChip(chips[2], Objective::Causal).toStdString();

    ChipMetrics metrics;
    metrics.width = 200;
    metrics.textWidth = [](const TokenChip&) { return 8.0; };
    std::vector<QRectF> places;
    layOutChips(chips, metrics, places);
    ASSERT_EQ(places.size(), 4u);
    EXPECT_EQ(places[1].width(), places[2].width()) << "half a chip each";
    EXPECT_GE(places[1].united(places[2]).width(), 18) << "the text fits over both";
    EXPECT_LT(places[1].width(), places[0].width());
    metrics.width = 45; // too narrow for the word: the character still stands on one line
    layOutChips(chips, metrics, places);
    EXPECT_EQ(places[1].top(), places[2].top());
}
