// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "ui/bench/workbench.h"
#include "ui/data/data_page.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/notice_bar.h"

#include <QAction>
#include <QFile>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <gtest/gtest.h>

using namespace fettle::ui;

TEST(DataPage, BeginsEmptyAndTakesADroppedText)
{
    fettle::ui::testing::application();
    QSettings().clear();
    Workbench workbench;
    DataPage page(workbench, nullptr);
    page.resize(1056, 770);
    page.show();
    auto* field = page.findChild<DropField*>();
    ASSERT_NE(field, nullptr);
    EXPECT_TRUE(field->isVisible());
    EXPECT_FALSE(page.header()->primary()->isEnabled());
    Q_EMIT field->dropped({QString::fromStdString(fettle::test::inTree("resources/texts/recipes.txt"))});
    ASSERT_TRUE(fettle::ui::testing::waitFor([&] { return workbench.choices.config().data.train.size() == 1; }, 20000));
    EXPECT_FALSE(field->isVisible());
    EXPECT_TRUE(page.header()->primary()->isEnabled());
}

TEST(DataPage, OfSeveralTextsOneIsReadMoreOften)
{
    fettle::ui::testing::application();
    QSettings().clear();
    const std::string recipes = fettle::test::inTree("resources/texts/recipes.txt"),
                      log = fettle::test::inTree("resources/texts/ships-log.txt");
    Workbench workbench;
    DataPage page(workbench, nullptr);
    page.show();
    workbench.choices.setTexts({QString::fromStdString(recipes), QString::fromStdString(log)});
    const auto rows = [&] { return workbench.text.preview() ? workbench.text.preview()->trainRows : 0; };
    ASSERT_TRUE(fettle::ui::testing::waitFor([&] { return rows() > 0; }, 20000));
    const int64_t once = rows();
    const auto buttons = page.findChildren<QPushButton*>();
    const auto more = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* button) {
        return button->accessibleName() == QStringLiteral("More for these files");
    });
    ASSERT_NE(more, buttons.end());
    const auto choose = [&](const QString& words) {
        (*more)->click();
        for (QMenu* menu : page.findChildren<QMenu*>())
            for (QAction* action : menu->actions())
                if (menu->title().contains(QStringLiteral("recipes")) && action->text() == words)
                    action->trigger();
        for (QMenu* menu : page.findChildren<QMenu*>())
            menu->close();
    };
    choose(QStringLiteral("All rows twice"));
    EXPECT_EQ(workbench.choices.config().data.trainWeights, (std::map<std::string, double>{{recipes, 2}}));
    EXPECT_TRUE(fettle::ui::testing::waitFor([&] { return rows() > once; }, 20000)) << rows();
    workbench.choices.setTexts({QString::fromStdString(log)});
    EXPECT_TRUE(workbench.choices.config().data.trainWeights.empty()) << "of a text that is no longer read";
}

TEST(DataPage, WhatIsWrongIsSaidInACardAsHighAsItsWords)
{
    fettle::ui::testing::application();
    QSettings().clear();
    const QTemporaryDir folder;
    QFile noise(folder.path() + QStringLiteral("/noise.txt"));
    ASSERT_TRUE(noise.open(QIODevice::WriteOnly));
    for (int i = 0; i < 3000; ++i)
        noise.putChar(static_cast<char>(i * i * 31 + i * 7));
    noise.close();
    Workbench workbench;
    DataPage page(workbench, nullptr);
    page.resize(1056, 770);
    page.show();
    workbench.choices.setTexts({noise.fileName()});
    auto* notice = page.findChild<NoticeBar*>();
    ASSERT_NE(notice, nullptr);
    ASSERT_TRUE(fettle::ui::testing::waitFor([&] { return notice->isVisible(); }, 20000));
    const auto fits = [&] { return notice->height() <= notice->heightForWidth(notice->width()) + 2; };
    EXPECT_TRUE(fettle::ui::testing::waitFor(fits, 5000))
        << notice->height() << " for " << notice->heightForWidth(notice->width());
    const QPushButton* next = page.header()->primary();
    EXPECT_FALSE(next->isEnabled());
    EXPECT_TRUE(next->toolTip().startsWith(QStringLiteral("Mend this first: "))) << next->toolTip().toStdString();
    workbench.choices.setTexts({QStringLiteral("bundled:recipes")});
    EXPECT_TRUE(fettle::ui::testing::waitFor([&] { return next->isEnabled() && next->toolTip().isEmpty(); }, 20000));
}

using DataPageInWindow = fettle::ui::testing::WholeWindow;

namespace
{
/// Pixels of the page and its columns that cannot be seen.
int beyond(const QWidget* page)
{
    int pixels = 0;
    for (const auto* area : page->findChildren<QScrollArea*>())
        pixels += area->isVisible() ? area->verticalScrollBar()->maximum() : 0;
    return pixels;
}
} // namespace

TEST_F(DataPageInWindow, WhatMattersOfQuestionsAndAnswersIsSeenInASmallWindow)
{
    using fettle::ui::testing::waitFor;
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("visitors.csv")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("nr,question,answer\n");
    for (int i = 0; i < 300; ++i)
        file.write(
            QStringLiteral("%1,Where does ship %1 lie tonight?,\"In the harbour, at quay %1, with all hands.\"\n")
                .arg(i)
                .toUtf8());
    file.close();
    window->resize(1280, 800);
    workbench->opener.openPath(file.fileName());
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && !workbench->text.isReading(); }, 20000));
    shown(PageId::Data);
    waitFor([] { return false; }, 200); // it is laid out
    const auto pageIsWhole = [this] {   // the columns may scroll their last lines, the page does not
        return page(PageId::Data)->findChild<QScrollArea*>()->verticalScrollBar()->maximum() == 0;
    };
    EXPECT_TRUE(pageIsWhole());
    const auto buttons = page(PageId::Data)->findChildren<QPushButton*>();
    const auto read = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton* button) {
        return button->text() == QStringLiteral("Read as questions and answers");
    });
    ASSERT_NE(read, buttons.end());
    EXPECT_EQ((*read)->visibleRegion().boundingRect(), (*read)->rect()) << "it is seen";
    (*read)->click();
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && workbench->text.preview()->hasAnswers; }, 20000));
    waitFor([] { return false; }, 200);
    EXPECT_TRUE(pageIsWhole());
}

TEST_F(DataPageInWindow, NothingScrollsInASmallWindow)
{
    using fettle::ui::testing::waitFor;
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("ships-log.txt"));
    ASSERT_TRUE(QFile::copy(QString::fromStdString(fettle::test::inTree("resources/texts/ships-log.txt")), file));
    window->resize(1280, 800);
    workbench->opener.openPath(file);
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr && workbench->text.isReading() == false; },
                        20000));
    shown(PageId::Data);
    for (const auto blocks : {fettle::Blocks::Lines, fettle::Blocks::Packed, fettle::Blocks::GroupTexts}) {
        fettle::DataConfig rules = workbench->choices.config().data;
        rules.blocks = blocks;
        workbench->choices.setData(rules);
        ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && !workbench->text.isReading(); }, 20000));
        waitFor([] { return false; }, 200); // it is laid out
        EXPECT_EQ(beyond(page(PageId::Data)), 0) << "pixels with " << int(blocks);
    }
}
