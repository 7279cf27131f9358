// SPDX-License-Identifier: GPL-3.0-or-later
// The prompts as they are typed, and the warning where a masked one has no mask.
#include "tests/ui/ui_test_support.h"
#include "ui/dialogs/prompts_dialog.h"

#include <QPlainTextEdit>
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
