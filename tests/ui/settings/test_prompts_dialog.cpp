// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts as they are typed, and the warning where a masked one has no mask.
#include "tests/ui/ui_test_support.h"
#include "ui/settings/prompts_dialog.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::ui;

TEST(PromptsDialog, OnePromptALine)
{
    EXPECT_EQ(promptsOf("In the morning\n\n  \nThe captain\n"),
              (std::vector<std::string>{"In the morning", "The captain"}));
    EXPECT_EQ(promptWithoutBlank({"The [MASK] sank.", "A <mask>.", "The __ sank."}), 0);
    EXPECT_EQ(promptWithoutBlank({"The [MASK] sank.", "A ship."}), 2);

    fettle::ui::testing::application();
    SamplesConfig samples;
    samples.prompts = {"The <m> sank."}; // as this model calls it
    samples.everySteps = 7;
    PromptsDialog dialog(samples, QStringLiteral("<m>"), nullptr);
    auto* edit = dialog.findChild<QPlainTextEdit*>();
    ASSERT_NE(edit, nullptr);
    EXPECT_EQ(edit->toPlainText(), QStringLiteral("The ▁blank▁ sank."));
    edit->setPlainText(QStringLiteral("One ▁blank▁.\nTwo __."));
    EXPECT_EQ(dialog.samples().prompts, (std::vector<std::string>{"One <m>.", "Two <m>."}));
    EXPECT_EQ(dialog.samples().everySteps, 7) << "what is not asked stays";
}

TEST(PromptsDialog, APromptOfSeveralLinesStaysOne)
{
    fettle::ui::testing::application();
    SamplesConfig samples;
    samples.prompts = {"User: How are you?\nAssistant:", "In the morning"};
    const PromptsDialog dialog(samples, {}, nullptr);
    EXPECT_EQ(dialog.findChild<QPlainTextEdit*>()->toPlainText(),
              QStringLiteral("User: How are you?↵Assistant:\nIn the morning"));
    EXPECT_EQ(dialog.samples().prompts, samples.prompts);
}

TEST(PromptsDialog, HidesAWordWhole)
{
    fettle::ui::testing::application();
    SamplesConfig samples;
    samples.prompts = {"The harbour is calm."};
    QString asked;
    std::function<void(int)> answer;
    PromptsDialog dialog(samples, QStringLiteral("<m>"), nullptr,
                         [&](const QString& word, QObject*, std::function<void(int)> then) {
                             asked = word;
                             answer = std::move(then);
                         });
    auto* edit = dialog.findChild<QPlainTextEdit*>();
    QPushButton* hide = nullptr;
    for (QPushButton* button : dialog.findChildren<QPushButton*>())
        if (button->text() == QLatin1String("Put a blank here"))
            hide = button;
    ASSERT_NE(hide, nullptr);
    QTextCursor cursor = edit->textCursor();
    cursor.setPosition(7);
    edit->setTextCursor(cursor);
    EXPECT_EQ(hide->text(), QStringLiteral("Hide this word"));
    hide->click();
    EXPECT_EQ(asked, QStringLiteral(" harbour"));
    answer(3);
    EXPECT_EQ(edit->toPlainText(), QStringLiteral("The ▁blank▁ ▁blank▁ ▁blank▁ is calm."));
    EXPECT_EQ(dialog.samples().prompts, std::vector<std::string>{"The <m> <m> <m> is calm."});
    // An answer that comes when the text is another one changes nothing.
    cursor = edit->textCursor();
    cursor.setPosition(int(edit->toPlainText().indexOf(QLatin1String("calm"))) + 1);
    edit->setTextCursor(cursor);
    hide->click();
    edit->setPlainText(QStringLiteral("Another sentence."));
    answer(2);
    EXPECT_EQ(edit->toPlainText(), QStringLiteral("Another sentence."));
    hide->click(); // the cursor stands in no word
    EXPECT_EQ(edit->toPlainText().count(blankSign()), 1);
}
