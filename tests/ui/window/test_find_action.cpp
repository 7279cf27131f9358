// SPDX-License-Identifier: GPL-3.0-or-later
// Find an action (Ctrl+K): menus and settings, by their words.
#include "ui/window/find_action.h"

#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"

#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>

namespace
{

using namespace fettle::ui;
using namespace fettle::ui::testing;

class Finding : public WholeWindow
{
};

TEST_F(Finding, FindsActionsByTheirWords)
{
    FindAction find(window->menuBar(), window.get());
    find.open();
    EXPECT_GT(find.list()->count(), 15);
    find.filter(QStringLiteral("dark"));
    ASSERT_EQ(find.list()->count(), 1);
    EXPECT_TRUE(find.list()->item(0)->text().contains(QStringLiteral("Dark")));
    EXPECT_TRUE(find.nothingFound().isEmpty());
    find.filter(QStringLiteral("zebra"));
    EXPECT_EQ(find.list()->count(), 0);
    EXPECT_TRUE(find.nothingFound().contains(QStringLiteral("zebra"))) << "an empty box would say nothing";
}

TEST_F(Finding, FindsThePromptsAndTheComparisonOfRuns)
{
    writeRun(fettle::defaultRunsFolder(), "one");
    writeRun(fettle::defaultRunsFolder(), "two");
    workbench->runs.refresh();
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 2; }, 20000));
    auto* find = window->findChild<FindAction*>();
    for (const char* typed : {"prompts", "samples prompts", "compare", "compare runs"}) {
        QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
        find->filter(QLatin1String(typed));
        ASSERT_GT(find->list()->count(), 0) << typed;
        EXPECT_TRUE(find->list()->item(0)->text().contains(QLatin1String(*typed == 'c' ? "Compare" : "Prompts")))
            << typed << ": " << find->list()->item(0)->text().toStdString();
    }
    auto* field = find->findChild<QLineEdit*>();
    field->setText(QStringLiteral("compare runs"));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(window->currentPage(), PageId::Runs);
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("What was different")))
        << words(PageId::Runs).toStdString();
}

TEST_F(Finding, FindsSettingsByNameAndByArgument)
{
    auto* find = window->findChild<FindAction*>();
    ASSERT_NE(find, nullptr);
    for (const char* typed : {"learning rate", "learning_rate", "warmup_ratio"}) {
        find->open();
        find->filter(QLatin1String(typed));
        ASSERT_GT(find->list()->count(), 0) << typed;
        EXPECT_TRUE(find->list()->item(0)->text().startsWith(QStringLiteral("Settings"))) << typed;
    }
    find->open();
    auto* field = find->findChild<QLineEdit*>();
    field->setText(QStringLiteral("learning_rate"));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(window->currentPage(), PageId::Settings);
}

} // namespace
