// SPDX-License-Identifier: GPL-3.0-or-later
// Which column is the question and which the answer, chosen on the Data page; what is graded follows.
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/data/answer_columns.h"
#include "ui/data/data_page.h"
#include "ui/data/format_line.h"
#include "ui/data/health_card.h"
#include "ui/data/token_loupe.h"
#include "ui/parts/small_choice.h"

#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

class AnswerTable : public ::testing::Test
{
protected:
    AnswerTable()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
        page = std::make_unique<DataPage>(*workbench, nullptr);
        page->resize(1056, 770);
        page->show();
    }

    void open(const QByteArray& bytes)
    {
        QFile file(folder.path() + QStringLiteral("/table.csv"));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        workbench->choices.setTexts({file.fileName()});
        ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && !workbench->text.isReading(); }, 30000));
    }
    /// Presses a key on a box and waits for what is read then.
    void press(QWidget* box, Qt::Key key)
    {
        const auto before = workbench->text.preview();
        QTest::keyClick(box, key);
        ASSERT_TRUE(waitFor(
            [&] {
                return workbench->text.preview() && workbench->text.preview() != before && !workbench->text.isReading();
            },
            30000));
    }
    AnswerColumns* columns() const { return page->findChild<AnswerColumns*>(); }
    const DataConfig& chosen() const { return workbench->choices.config().data; }
    /// What the page's labels say, and what painted widgets say to a screen reader.
    QString said() const
    {
        QString all;
        for (const QWidget* widget : page->findChildren<QWidget*>()) {
            const auto* label = qobject_cast<const QLabel*>(widget);
            all += (label != nullptr ? label->text() : widget->accessibleName()) + QLatin1Char('\n');
        }
        return all;
    }
    int chips(ChipKind kind) const
    {
        int count = 0;
        for (const ChipRow& row : page->findChild<TokenLoupe*>()->batch().rows)
            count += static_cast<int>(std::count_if(row.chips.begin(), row.chips.end(),
                                                    [kind](const TokenChip& chip) { return chip.kind == kind; }));
        return count;
    }

    QTemporaryDir folder;
    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<DataPage> page;
};

QByteArray questions()
{
    QByteArray bytes = "nr,note,question,answer\n";
    for (int i = 0; i < 60; ++i)
        bytes += QByteArray::number(i) + ",kept by the clerk,\"Where is ship " + QByteArray::number(i) +
                 "? \",\"In the harbour, at quay " + QByteArray::number(i) + ".\"\n";
    return bytes;
}

TEST_F(AnswerTable, TheAnswerAloneIsGradedOnceItIsChosen)
{
    open(questions());
    ASSERT_TRUE(columns()->kindChoice()->isVisible());
    EXPECT_EQ(chips(ChipKind::NotGraded), 0);
    EXPECT_FALSE(columns()->answerChoice()->isVisible());
    press(columns()->kindChoice(), Qt::Key_Down);
    EXPECT_EQ(chosen().prompt, "question");
    EXPECT_EQ(chosen().completion, "\n{answer}");
    EXPECT_TRUE(columns()->answerChoice()->isVisible());
    EXPECT_EQ(columns()->promptChoice()->currentText(), QStringLiteral("question"));
    EXPECT_FALSE(page->findChild<FormatLine*>()->columnChoice()->isVisible());
    EXPECT_GT(chips(ChipKind::NotGraded), 0);
    EXPECT_GT(chips(ChipKind::Graded), 0);
    EXPECT_TRUE(said().contains(QStringLiteral("question: only read")));
    EXPECT_TRUE(said().contains(QStringLiteral("Only answers are graded:")));
    const auto* table = page->findChild<QTableView*>();
    EXPECT_EQ(table->model()->index(0, 1).data().toString(),
              QStringLiteral("Where is ship 0? → In the harbour, at quay 0."));

    press(columns()->answersOnlyBox(), Qt::Key_Space);
    EXPECT_FALSE(chosen().completionOnly);
    EXPECT_EQ(chips(ChipKind::NotGraded), 0);
}

TEST_F(AnswerTable, WhereItLooksSoOneClickReadsQuestionsAndAnswers)
{
    open(questions());
    ASSERT_TRUE(said().contains(QStringLiteral("look like questions with their answers")));
    const auto buttons = page->findChildren<QPushButton*>();
    const auto read = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* button) {
        return button->text() == QStringLiteral("Read as questions and answers");
    });
    ASSERT_NE(read, buttons.end());
    press(*read, Qt::Key_Space);
    EXPECT_EQ(chosen().prompt, "question");
    EXPECT_EQ(chosen().completion, "\n{answer}");
    EXPECT_FALSE(workbench->text.preview()->looksLikeAnswers) << "it is done";
    EXPECT_TRUE(said().contains(QStringLiteral("Only answers are graded:")));
}

TEST_F(AnswerTable, OtherColumnsAndTheWayBack)
{
    open(questions());
    press(columns()->kindChoice(), Qt::Key_Down);
    press(columns()->promptChoice(), Qt::Key_Up); // note
    EXPECT_EQ(chosen().prompt, "note");
    EXPECT_EQ(chosen().completion, "\n{answer}");
    press(columns()->answerChoice(), Qt::Key_Up);
    EXPECT_EQ(chosen().completion, "\n{question}");
    press(columns()->answerChoice(), Qt::Key_Up); // what the question had: it takes another
    EXPECT_EQ(chosen().completion, "\n{note}");
    EXPECT_EQ(chosen().prompt, "question");
    press(columns()->kindChoice(), Qt::Key_Up);
    EXPECT_TRUE(chosen().completion.empty());
    EXPECT_TRUE(page->findChild<FormatLine*>()->columnChoice()->isVisible());
    EXPECT_EQ(workbench->text.preview()->column, "answer");
}

TEST_F(AnswerTable, WhatStandsBetweenThemIsChosen)
{
    open("nr,Visitor's question,Archivist's answer\n" +
         questions().mid(questions().indexOf('\n') + 1).replace(",kept by the clerk,", ","));
    press(columns()->kindChoice(), Qt::Key_Down);
    EXPECT_EQ(chosen().prompt, "Visitor's question") << "such a word stands in its name";
    EXPECT_EQ(chosen().completion, "\n{Archivist's answer}");
    EXPECT_EQ(columns()->answerChoice()->currentText(), QStringLiteral("Archivist's answer"));
    EXPECT_EQ(columns()->betweenChoice()->currentText(), QStringLiteral("a line break"));
    press(columns()->betweenChoice(), Qt::Key_Down);
    EXPECT_EQ(chosen().completion, " {Archivist's answer}");
    press(columns()->betweenChoice(), Qt::Key_Down);
    EXPECT_EQ(chosen().completion, "Archivist's answer");
    EXPECT_TRUE(columns()->betweenChoice()->isVisible());
}

TEST_F(AnswerTable, AnAnswerThatIsCutAwayIsToldInTheHealthCard)
{
    open(questions());
    DataConfig rules = chosen();
    rules.prompt = "question";
    rules.completion = "answer";
    rules.keepsStart = true;
    rules.maxLength = 4;
    rules.column.clear();
    const auto before = workbench->text.preview();
    workbench->choices.setData(rules);
    ASSERT_TRUE(waitFor([&] { return !workbench->text.isReading() && workbench->text.problem(); }, 30000));
    EXPECT_TRUE(said().contains(QStringLiteral("every answer is cut away at max_length = 4")));
    rules.keepsStart = false;
    workbench->choices.setData(rules);
    ASSERT_TRUE(waitFor(
        [&] {
            return workbench->text.preview() && workbench->text.preview() != before && !workbench->text.isReading();
        },
        30000));
    EXPECT_TRUE(said().contains(QStringLiteral("60 answers lose their ends.")));
}

TEST_F(AnswerTable, OneColumnOfTextsOffersNothing)
{
    QByteArray bytes = "nr,text\n";
    for (int i = 0; i < 30; ++i)
        bytes += QByteArray::number(i) + ",The wind comes from the north tonight.\n";
    open(bytes);
    EXPECT_FALSE(columns()->kindChoice()->isVisible());
}

} // namespace
