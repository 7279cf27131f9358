// SPDX-License-Identifier: GPL-3.0-or-later
// What stands before a start: Start is disabled with the reason and leads to the field; nothing old refuses a start.
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "ui/look/words.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/settings_page.h"
#include "ui/window/rail_lines.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class Starts : public WholeWindow
{
protected:
    SettingsPage* settings() const { return static_cast<SettingsPage*>(page(PageId::Settings)); }
    SettingRow* row(const char* key) const { return settings()->form()->row(QLatin1String(key)); }
    static void type(const SettingRow* row, const char* text)
    {
        auto* line = row->field()->findChild<QLineEdit*>();
        line->selectAll();
        QTest::keyClicks(line, QLatin1String(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    bool hasFocus(const SettingRow* row) const { return row->isAncestorOf(window->focusWidget()); }
    /// A text of which nothing is kept aside.
    void choose(const char* name, int64_t steps)
    {
        RunConfig config = smallRun(name, steps);
        config.data.validationFraction = 0;
        workbench->choices.set(config);
        ASSERT_TRUE(waitFor([this] { return workbench->canStart() && workbench->forecasts.forecast(); }, 60000));
    }
    void stopRun()
    {
        workbench->run.stop(StopMode::Discard);
        ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    }
    /// Chooses what would fill any disk, and waits for the forecast that says so.
    void lackDisk()
    {
        RunConfig config = smallRun("greedy", 100'000'000);
        config.arguments.save_steps = 1;
        workbench->choices.set(config);
        ASSERT_TRUE(waitFor([this] { return workbench->forecasts.missing().has_value(); }, 60000));
    }
};

TEST_F(Starts, WhatSettingsForbidTogetherDisablesStartAndLeadsToTheField)
{
    choose("forbidden", 4);
    shown(PageId::Settings);
    ASSERT_TRUE(primary(PageId::Settings)->isEnabled());
    type(row("early_stopping_patience"), "2");
    // At once, everywhere alike.
    EXPECT_FALSE(workbench->canStart());
    EXPECT_FALSE(primary(PageId::Settings)->isEnabled());
    EXPECT_EQ(railLine(*workbench, PageId::Settings), QStringLiteral("1 thing to mend"));
    EXPECT_EQ(railMark(*workbench, PageId::Settings), Mark::Alert);
    EXPECT_TRUE(row("early_stopping_patience")->hasProblem());
    const QString label = row("early_stopping_patience")->setting().label;
    auto* mend = page(PageId::Settings)->header()->findChild<QLabel*>();
    for (auto* one : page(PageId::Settings)->header()->findChildren<QLabel*>())
        if (one->text().startsWith(QStringLiteral("Mend first")))
            mend = one;
    EXPECT_TRUE(mend->text().contains(label.toHtmlEscaped())) << mend->text().toStdString();
    row("learning_rate")->focusField();
    Q_EMIT mend->linkActivated(QStringLiteral("early_stopping_patience"));
    EXPECT_TRUE(hasFocus(row("early_stopping_patience")));
    // On Train it is said, too, and leads to the same field.
    shown(PageId::Train);
    EXPECT_FALSE(primary(PageId::Train)->isEnabled());
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("early_stopping_patience needs rows kept aside")))
        << words(PageId::Train).toStdString();
    row("learning_rate")->focusField();
    press(PageId::Train, QStringLiteral("Show settings"));
    EXPECT_EQ(window->currentPage(), PageId::Settings);
    EXPECT_TRUE(hasFocus(row("early_stopping_patience")));
    // Whoever starts all the same is told why, and nothing was begun.
    QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->start();
    ASSERT_EQ(failed.count(), 1);
    EXPECT_EQ(failed[0][0].value<Problem>().subject, QStringLiteral("early_stopping_patience"));
    EXPECT_FALSE(workbench->run.isRunning());
    EXPECT_FALSE(std::filesystem::exists(runFolder("forbidden")));
    // Mended, it starts.
    type(row("early_stopping_patience"), "0");
    EXPECT_EQ(railMark(*workbench, PageId::Settings), Mark::Tick);
    ASSERT_TRUE(waitFor([this] { return primary(PageId::Settings)->isEnabled(); }, 20000));
    press(primary(PageId::Settings));
    EXPECT_TRUE(workbench->run.isRunning());
    stopRun();
}

TEST_F(Starts, KeepingRowsAsideMendsIt)
{
    choose("aside", 4);
    workbench->choices.setArgument(QStringLiteral("early_stopping_patience"), QStringLiteral("2"));
    ASSERT_TRUE(workbench->choices.conflict());
    DataConfig data = workbench->choices.config().data;
    data.validationFraction = 0.05;
    workbench->choices.setData(data);
    EXPECT_FALSE(workbench->choices.conflict());
    EXPECT_TRUE(waitFor([this] { return workbench->canStart(); }, 20000));
    workbench->choices.undo();
    EXPECT_TRUE(workbench->choices.conflict());
    workbench->choices.undo();
    EXPECT_FALSE(workbench->choices.conflict());
}

TEST_F(Starts, ADemoIsNotRefusedForWhatWasForbiddenBefore)
{
    choose("before", 4);
    workbench->choices.setArgument(QStringLiteral("early_stopping_patience"), QStringLiteral("2"));
    ASSERT_FALSE(workbench->canStart());
    const QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->startDemo(QStringLiteral("ships-log"));
    EXPECT_TRUE(workbench->run.isRunning());
    EXPECT_EQ(failed.count(), 0);
    stopRun();
}

TEST_F(Starts, ADiskThatIsTooSmallDisablesStartUntilTheForecastIsAnew)
{
    lackDisk();
    shown(PageId::Settings);
    EXPECT_FALSE(primary(PageId::Settings)->isEnabled());
    EXPECT_TRUE(row("save_total_limit")->problemText().contains(QStringLiteral("of disk needed")));
    settings()->mend(QStringLiteral("save_total_limit"));
    type(row("save_total_limit"), "2");
    EXPECT_TRUE(waitFor([this] { return primary(PageId::Settings)->isEnabled(); }, 60000));
    EXPECT_FALSE(row("save_total_limit")->hasProblem());
}

TEST_F(Starts, ADemoIsNotRefusedForTheDiskThatAnotherRunWouldNeed)
{
    lackDisk();
    const QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->startDemo(QStringLiteral("ships-log"));
    EXPECT_TRUE(workbench->run.isRunning());
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 1; }, 120000));
    EXPECT_EQ(failed.count(), 0);
    stopRun();
}

TEST_F(Starts, TheEngineMeasuresTheDiskAnewAndNothingIsLeftBehind)
{
    lackDisk();
    QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->start();
    ASSERT_TRUE(waitFor([&] { return failed.count() == 1; }, 60000));
    EXPECT_FALSE(workbench->run.isRunning());
    const auto problem = failed[0][0].value<Problem>();
    EXPECT_TRUE(problem.message.contains(QStringLiteral("needed"))) << problem.message.toStdString();
    EXPECT_FALSE(std::filesystem::exists(runFolder("greedy")));
}

TEST_F(Starts, ARunThatStartsAgainIsNotRefusedForItsFormersFindings)
{
    RunConfig config = smallRun("again", 5000);
    config.arguments.early_stopping_patience = 3;
    workbench->choices.set(config);
    workbench->start();
    ASSERT_TRUE(waitFor([this] { return workbench->run.history()->lastStep() >= 1; }, 120000));
    const uint64_t first = workbench->run.history()->mark;
    const QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->run.startAgain(2e-3);
    ASSERT_TRUE(waitFor(
        [&] { return workbench->run.history()->mark != first && workbench->run.history()->lastStep() >= 1; }, 120000));
    EXPECT_EQ(failed.count(), 0);
    EXPECT_DOUBLE_EQ(workbench->run.config()->arguments.learning_rate, 2e-3);
    stopRun();
}

} // namespace
