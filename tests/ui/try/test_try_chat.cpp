// SPDX-License-Identifier: GPL-3.0-or-later
// A conversation on the page Try with a real engine: each answer is what the model writes behind all that was said.
#include "ui/try/try_chat.h"

#include "core/base/files.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "ui/parts/fold_header.h"
#include "ui/parts/written_text.h"
#include "ui/try/try_knobs.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

constexpr const char* turnByTurn = "{% if messages[0].role == 'system' and messages[0].content == 'none' %}"
                                   "{{ raise_exception('no system message, please') }}{% endif %}"
                                   "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:";

class TryChatOverEngine : public WholeWindow
{
protected:
    /// The bundled model in a folder of its own, with a chat template, is chosen; its page shows a conversation.
    void converse()
    {
        model = std::filesystem::path(scratch.path().toStdString()) / "talker";
        std::filesystem::copy(resourceFolder() / "models/nano-gpt", model, std::filesystem::copy_options::recursive);
        writeFile(model / "chat_template.jinja", turnByTurn);
        workbench->choices.setModel(QString::fromStdString(model.string()));
        shown(PageId::Try);
        ASSERT_TRUE(waitFor([this] { return seenButton(*page(PageId::Try), QStringLiteral("Conversation")); }, 20000));
        press(PageId::Try, QStringLiteral("Conversation"));
        ASSERT_TRUE(chat()->isVisible());
    }
    TryChat* chat() const { return page(PageId::Try)->findChild<TryChat*>(); }
    QString seen() const { return words(PageId::Try); }
    void say(const char* message)
    {
        QTest::keyClicks(chat()->field(), QString::fromUtf8(message));
        press(primary(PageId::Try));
    }
    bool isIdle() const { return !chat()->isBusy(); }
    QStringList answers() const
    {
        QStringList all;
        for (const WrittenText* text : chat()->findChildren<WrittenText*>())
            if (text->isVisible())
                all << text->written();
        return all;
    }
    /// What the engine answers, asked beside the page.
    QString answered(const std::vector<ChatMessage>& messages)
    {
        QSignalSpy written(&workbench->tries, &Tries::written);
        TryRequest request;
        request.model = model.string();
        request.options = page(PageId::Try)->findChild<TryKnobs*>()->options();
        request.messages = messages;
        workbench->tries.ask(request);
        EXPECT_TRUE(waitFor([&] { return written.count() == 1; }, 60000));
        return written.isEmpty() ? QString() : QString::fromStdString(written[0][1].value<Generation>().text);
    }

    QTemporaryDir scratch;
    std::filesystem::path model;
};

TEST_F(TryChatOverEngine, IsOfferedOnlyWhereTheModelHasATemplate)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    shown(PageId::Try);
    ASSERT_TRUE(waitFor([this] { return workbench->model.hasChatTemplate("bundled:nano-gpt").has_value(); }, 20000));
    EXPECT_FALSE(seenButton(*page(PageId::Try), QStringLiteral("Conversation")));
    EXPECT_FALSE(chat()->isVisible());
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Write"));
    converse();
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Send"));
    EXPECT_FALSE(primary(PageId::Try)->isEnabled()) << "nothing to send yet";
    press(PageId::Try, QStringLiteral("Write on"));
    EXPECT_FALSE(chat()->isVisible());
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Write"));
    // It is remembered, and no model without a template is shown it.
    press(PageId::Try, QStringLiteral("Conversation"));
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(waitFor([this] { return !chat()->isVisible(); }, 20000));
    workbench->choices.setModel(QString::fromStdString(model.string()));
    EXPECT_TRUE(waitFor([this] { return chat()->isVisible(); }, 20000));
    // A template that was taken away or put into the folder counts when the model is chosen again.
    const auto chooseAgain = [this] {
        workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
        workbench->choices.setModel(QString::fromStdString(model.string()));
    };
    std::filesystem::remove(model / "chat_template.jinja");
    chooseAgain();
    ASSERT_TRUE(waitFor([this] { return workbench->model.hasChatTemplate(model.string()).has_value(); }, 20000));
    EXPECT_FALSE(chat()->isVisible());
    writeFile(model / "chat_template.jinja", turnByTurn);
    chooseAgain();
    EXPECT_TRUE(waitFor([this] { return chat()->isVisible(); }, 20000));
}

TEST_F(TryChatOverEngine, EachAnswerIsWrittenBehindAllThatWasSaid)
{
    converse();
    say("Hello");
    EXPECT_EQ(primary(PageId::Try)->text(), QStringLiteral("Stop writing"));
    EXPECT_TRUE(chat()->field()->text().isEmpty());
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    ASSERT_EQ(answers().size(), 1);
    const QString first = answers().front();
    EXPECT_EQ(first, answered({{"user", "Hello"}}));
    EXPECT_TRUE(seen().contains(QStringLiteral("Hello")));
    EXPECT_TRUE(seen().contains(QStringLiteral("talker, as it came"))) << seen().toStdString();

    QTest::keyClicks(chat()->field(), QStringLiteral("And then?"));
    QTest::keyClick(chat()->field(), Qt::Key_Return);
    ASSERT_TRUE(chat()->isBusy());
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    ASSERT_EQ(answers().size(), 2);
    EXPECT_EQ(answers().front(), first);
    EXPECT_EQ(answers().back(),
              answered({{"user", "Hello"}, {"assistant", first.toStdString()}, {"user", "And then?"}}));

    press(PageId::Try, QStringLiteral("Start over"));
    EXPECT_TRUE(answers().isEmpty());
    EXPECT_TRUE(seen().contains(QStringLiteral("Say something to talker")));
    auto* head = chat()->findChild<FoldHeader*>();
    press(head);
    QTest::keyClicks(chat()->findChild<QPlainTextEdit*>(), QStringLiteral("Be a cook."));
    EXPECT_EQ(head->summary(), QStringLiteral("Be a cook."));
    say("Hello");
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    ASSERT_EQ(answers().size(), 1);
    EXPECT_EQ(answers().front(), answered({{"system", "Be a cook."}, {"user", "Hello"}}));
}

TEST_F(TryChatOverEngine, WhatIsRefusedOrStoppedStandsInTheFieldAgain)
{
    converse();
    press(chat()->findChild<FoldHeader*>());
    auto* instructions = chat()->findChild<QPlainTextEdit*>();
    QTest::keyClicks(instructions, QStringLiteral("none"));
    say("Hello");
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_TRUE(seen().contains(QStringLiteral("no system message, please"))) << seen().toStdString();
    EXPECT_EQ(chat()->field()->text(), QStringLiteral("Hello"));
    EXPECT_TRUE(answers().isEmpty());
    instructions->clear();
    press(primary(PageId::Try));
    press(primary(PageId::Try)); // stops it before anything came
    EXPECT_TRUE(isIdle());
    EXPECT_EQ(chat()->field()->text(), QStringLiteral("Hello"));
    press(primary(PageId::Try));
    ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    EXPECT_EQ(answers(), QStringList{answered({{"user", "Hello"}})});
}

TEST_F(TryChatOverEngine, SaysWhichMessagesAreNoLongerSeen)
{
    converse();
    const QString note = QStringLiteral("no longer sees");
    int said = 0;
    for (; said < 20 && !seen().contains(note); ++said) {
        say("The captain went ashore in the boat and came back with water, wood and three fat goats for the ship.");
        ASSERT_TRUE(waitFor([this] { return isIdle(); }, 60000));
    }
    EXPECT_GT(said, 1);
    EXPECT_TRUE(seen().contains(note));
    EXPECT_EQ(answers().size(), said) << "all of it stays to be read";
    press(PageId::Try, QStringLiteral("Start over"));
    EXPECT_FALSE(seen().contains(note));
}

} // namespace
