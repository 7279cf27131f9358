// SPDX-License-Identifier: GPL-3.0-or-later
// The small widgets of the pages Train and Try.
#include "tests/ui/ui_test_support.h"
#include "ui/look/theme.h"
#include "ui/parts/blanks.h"
#include "ui/parts/guess_bars.h"
#include "ui/parts/written_text.h"
#include "ui/train/prompt_chips.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

TEST(Blanks, AreTypedInSeveralWays)
{
    const QString mask = QStringLiteral("<m>");
    EXPECT_EQ(withMasks(QStringLiteral("The ___ pays the __ [mask] ") + blankSign(), mask),
              QStringLiteral("The <m> pays the <m> <m> <m>"))
        << "the model's own token, whatever it is";
    EXPECT_EQ(withBlanks(QStringLiteral("a <m> b"), mask), QStringLiteral("a ▁blank▁ b"));
    EXPECT_EQ(countBlanks(QStringLiteral("a <mask> b_c")), 1);
    testing::application();
    BlankSentence one(QStringLiteral("Pay the ___ & go.")), two(QStringLiteral("___ and ___"));
    EXPECT_EQ(one.accessibleName(), QStringLiteral("Pay the blank & go."));
    EXPECT_EQ(two.accessibleName(), QStringLiteral("blank 1 and blank 2"));
    two.setWords({QStringLiteral("law"), QString()});
    EXPECT_EQ(two.accessibleName(), QStringLiteral("law and blank 2"));
}

TEST(GuessBars, ChancesAndPiecesAreWrittenForPeople)
{
    EXPECT_EQ(chanceText(0.64), QStringLiteral("64 %"));
    EXPECT_EQ(chanceText(0.008), QStringLiteral("0.8 %"));
    EXPECT_EQ(chanceText(0.0001), QStringLiteral("< 0.1 %"));
    EXPECT_EQ(shownPiece(QStringLiteral(" ship")), QStringLiteral("ship"));
    EXPECT_EQ(shownPiece(QStringLiteral("\n")), QStringLiteral("↵"));
    testing::application();
    GuessBars bars;
    bars.setWithBefore(true);
    bars.setBars({{QStringLiteral("rent"), 0.64, 0.004, 20, false}, {QStringLiteral("fee"), 0.11, {}, 20, false}});
    EXPECT_EQ(bars.accessibleName(),
              QStringLiteral("rent 64 %, before 0.4 %; fee 11 %, before not among its first 20"));
    bars.setWithBefore(false);
    bars.setBars({{QStringLiteral("rent"), 0.64, {}, 0, true},
                  {QStringLiteral("moon"), 0.002, {}, 0, true, QStringLiteral("what it wrote, no. 37")}});
    EXPECT_EQ(bars.accessibleName(), QStringLiteral("rent 64 %, what it wrote; moon 0.2 %, what it wrote, no. 37"));
    EXPECT_EQ(shownPiece(QStringLiteral("##ol")), QStringLiteral("…ol"));
    EXPECT_EQ(shownPiece(QStringLiteral("##")), QStringLiteral("##"));
}

TEST(GuessBars, BeginAtOnePlaceBehindTheLongestWord)
{
    testing::application();
    GuessBars one, two;
    one.setBars({{QStringLiteral("harbourmaster's assistant"), 0.6, {}, 0, false}});
    two.setBars({{QStringLiteral("sea"), 0.6, {}, 0, false}});
    ASSERT_LT(two.wordsWidth(), one.wordsWidth());
    alignBars({&one, &two});
    const auto barBegins = [](GuessBars& bars) {
        bars.resize(600, bars.sizeHint().height());
        const QImage image = bars.grab().toImage();
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                if (image.pixelColor(x, y) == colors().accent)
                    return x;
        return -1;
    };
    EXPECT_GT(barBegins(one), 0);
    EXPECT_EQ(barBegins(one), barBegins(two));
}

TEST(GuessBars, AnEndOfAWordIsCalledThat)
{
    EXPECT_EQ(listedPiece(QStringLiteral("##ol")), QStringLiteral("…ol (end of a word)"));
    EXPECT_EQ(listedPiece(QStringLiteral(" ship")), QStringLiteral("ship"));
    EXPECT_EQ(listedPiece(QStringLiteral("…")), QStringLiteral("…"));
}

TEST(Blanks, AWholeWordIsHiddenWithOneForEachPiece)
{
    const QString text = QStringLiteral("The harbour is calm.");
    const auto hidden = [&](const QString& in, int cursor, int start = -1, int length = 0) {
        const WordPlace place = wordToHide(in, cursor, start, length);
        return in.mid(place.start, place.length);
    };
    EXPECT_EQ(hidden(text, 6), QStringLiteral("harbour"));
    EXPECT_EQ(hidden(text, 4), QString()) << "before a word: there a blank is put";
    EXPECT_EQ(hidden(text, 11), QString()) << "behind it, as well";
    EXPECT_EQ(hidden(text, 15, 11, 4), QStringLiteral("is")) << "what is selected, without its spaces";
    EXPECT_EQ(hidden(QStringLiteral("A\nb"), 3, 0, 3), QString()) << "no more than one line";
    EXPECT_EQ(hidden(QStringLiteral("The ▁blank▁ is"), 7), QString()) << "a blank is no word";
    EXPECT_EQ(hidden(QStringLiteral("The __ is"), 6, 4, 2), QString());
    EXPECT_EQ(wordInPlace(text, {4, 7}), QStringLiteral(" harbour")) << "as the tokenizer meets it";
    EXPECT_EQ(wordInPlace(text, {0, 3}), QStringLiteral("The"));
    EXPECT_EQ(blanksFor(2), QStringLiteral("▁blank▁ ▁blank▁"));
    EXPECT_EQ(blanksFor(0), blankSign());
}

TEST(PromptChips, PromptsAreAddedAndTakenAway)
{
    testing::application();
    PromptChips chips;
    chips.setPrompts({QStringLiteral("one")});
    chips.setEditable(true);
    QSignalSpy edited(&chips, &PromptChips::promptsEdited);
    auto* field = chips.findChild<QLineEdit*>();
    ASSERT_TRUE(field);
    QTest::keyClicks(field, QStringLiteral("two"));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(chips.prompts(), (QStringList{QStringLiteral("one"), QStringLiteral("two")}));
    QTest::keyClicks(field, QStringLiteral("one"));
    QTest::keyClick(field, Qt::Key_Return); // already there
    EXPECT_EQ(edited.count(), 1);
    for (QPushButton* button : chips.findChildren<QPushButton*>())
        if (!button->isHidden() && button->toolTip() == QLatin1String("one")) {
            button->click();
            break;
        }
    EXPECT_EQ(chips.prompts(), QStringList{QStringLiteral("two")});
}

TEST(WrittenText, StreamsGrowsAndIsReadAloud)
{
    testing::application();
    WrittenText text;
    text.resize(300, 400);
    text.setWritten(QStringLiteral("In the morning"), {});
    const int before = text.heightForWidth(300);
    for (int i = 0; i < 40; ++i)
        text.append(QStringLiteral(" wind\r\n"));
    EXPECT_EQ(text.written().size(), 40 * 6);
    EXPECT_GT(text.heightForWidth(300), before);
    EXPECT_TRUE(text.accessibleDescription().startsWith(QLatin1String("In the morning wind\n")));
    text.setMarked({{1, 4}, {7, 4}, {1000, 5}}); // one beyond the end is left out
    text.setCaret(true);
    EXPECT_FALSE(text.grab().isNull());
}

} // namespace
} // namespace fettle::ui
