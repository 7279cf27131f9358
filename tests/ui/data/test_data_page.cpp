// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/data/data_page.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/notice_bar.h"

#include <QFile>
#include <QPushButton>
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
}
