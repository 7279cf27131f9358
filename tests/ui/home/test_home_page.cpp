// SPDX-License-Identifier: GPL-3.0-or-later
// The page Home in the whole window: a demo begins with one click, recent runs stand there.
#include "ui/home/home_page.h"

#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/home/demo_tile.h"
#include "ui/look/theme.h"
#include "ui/runs/run_table.h"

#include <QImage>
#include <QPushButton>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class HomePageOverEngine : public WholeWindow
{
protected:
    HomePageOverEngine() { shown(PageId::Home); }

    DemoTile* tile(const char* name) const
    {
        for (auto* one : page(PageId::Home)->findChildren<DemoTile*>())
            if (one->name() == QLatin1String(name))
                return one;
        return nullptr;
    }
};

TEST_F(HomePageOverEngine, TheChosenDemoRuns)
{
    EXPECT_TRUE(tile("ships-log")->isChecked());
    press(tile("contract-clauses"));
    EXPECT_FALSE(tile("ships-log")->isChecked());
    press(primary(PageId::Home));
    ASSERT_TRUE(workbench->run.isRunning());
    EXPECT_EQ(window->currentPage(), PageId::Train);
    const RunConfig demo = Demos::config(QStringLiteral("contract-clauses"));
    EXPECT_EQ(workbench->run.config()->model, demo.model);
    EXPECT_EQ(workbench->run.config()->data.train, demo.data.train);
    shown(PageId::Home);
    EXPECT_FALSE(primary(PageId::Home)->isEnabled()) << "one run at a time";
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 1; }, 120000));
    EXPECT_TRUE(waitFor(
        [this] {
            const auto forecast = workbench->demos.forecast(QStringLiteral("contract-clauses"));
            return forecast && forecast->measured;
        },
        120000))
        << "the run measures how long the demo takes";
    workbench->run.stop(StopMode::Discard);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    EXPECT_TRUE(primary(PageId::Home)->isEnabled());
}

TEST_F(HomePageOverEngine, AThickFrameIsTheFocusAlone)
{
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        Theme::instance().setChoice(choice);
        const QImage chosen = tile("ships-log")->grab().toImage(), other = tile("contract-clauses")->grab().toImage();
        const int middle = chosen.height() / 2;
        EXPECT_EQ(chosen.pixelColor(1, middle), colors().tint) << "its frame is as thin as the other's";
        EXPECT_EQ(other.pixelColor(1, middle), colors().card);
    }
    Theme::instance().setChoice(ThemeChoice::System);
}

TEST_F(HomePageOverEngine, ADemoIsNotHeldUpByWhatWasWrongWithAnotherText)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({QStringLiteral("/no/such/text.txt")});
    ASSERT_TRUE(waitFor([this] { return workbench->text.problem().has_value(); }, 20000));
    press(tile("contract-clauses")); // of another model, which is read first
    press(primary(PageId::Home));
    EXPECT_TRUE(workbench->run.isRunning());
    workbench->run.stop(StopMode::Discard);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
}

TEST_F(HomePageOverEngine, RecentRunsAreThoseThatLieThere)
{
    EXPECT_TRUE(words(PageId::Home).contains(QStringLiteral("Your runs will stand here.")));
    for (const char* name : {"a", "b", "c", "d", "e", "f"})
        writeRun(defaultRunsFolder(), name);
    workbench->runs.refresh();
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 6; }, 20000));
    EXPECT_FALSE(words(PageId::Home).contains(QStringLiteral("Your runs will stand here.")));
    EXPECT_EQ(page(PageId::Home)->findChild<RunTable*>()->model()->rowCount(), 5) << "the newest";
    press(PageId::Home, QStringLiteral("All 6 runs"));
    EXPECT_EQ(window->currentPage(), PageId::Runs);
}

} // namespace
