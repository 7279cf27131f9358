// SPDX-License-Identifier: GPL-3.0-or-later
// A run that failed, beside other choices: what is said of it stays with it, and its data are its own.
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"

#include <QSignalSpy>
#include <QTemporaryDir>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class FailedRuns : public WholeWindow
{
protected:
    /// Opens a run of `text` while the recipes are chosen; its failure was about `subject`.
    void open(const char* name, const std::string& text, const std::string& subject = {})
    {
        WrittenRun run;
        run.subject = subject;
        run.reason = FinishReason::Failed;
        run.data = text;
        writeRun(defaultRunsFolder(), name, run);
        workbench->choices.setTexts({QStringLiteral("bundled:recipes")});
        workbench->run.open(QString::fromStdString(runFolder(name).string()));
        ASSERT_TRUE(waitFor(
            [&] { return workbench->run.history() && workbench->run.history()->runFolder == runFolder(name).string(); },
            20000));
        shown(PageId::Train);
    }
    const std::vector<std::string>& chosen() const { return workbench->choices.config().data.train; }
    static Problem gone() { return {QStringLiteral("data"), QStringLiteral("letters.csv: there is no such file"), {}}; }

    QTemporaryDir m_folder;
};

TEST_F(FailedRuns, ShowDataOfARunWhoseTextIsGoneSaysWhereItLay)
{
    const std::string file = (m_folder.path() + QStringLiteral("/letters.csv")).toStdString();
    open("lost", file);
    Q_EMIT workbench->run.failed(gone()); // it was to go on
    const QSignalSpy told(workbench.get(), &Workbench::message);
    press(PageId::Train, QStringLiteral("Show data"));
    ASSERT_EQ(told.size(), 1);
    EXPECT_TRUE(told[0][0].toString().contains(QStringLiteral("letters.csv"))) << told[0][0].toString().toStdString();
    EXPECT_TRUE(told[0][0].toString().contains(QStringLiteral("gone")));
    EXPECT_TRUE(told[0][1].toString().contains(m_folder.path())) << told[0][1].toString().toStdString();
    EXPECT_EQ(window->currentPage(), PageId::Train) << "another run's text is not shown in its place";
    EXPECT_EQ(chosen(), std::vector<std::string>{"bundled:recipes"});
}

TEST_F(FailedRuns, ShowDataShowsTheTextOfTheRunOnShow)
{
    open("there", "bundled:ships-log");
    Q_EMIT workbench->run.failed({QStringLiteral("data"), QStringLiteral("The text is another one now."), {}});
    press(PageId::Train, QStringLiteral("Show data"));
    EXPECT_EQ(window->currentPage(), PageId::Data);
    EXPECT_EQ(chosen(), std::vector<std::string>{"bundled:ships-log"});
}

TEST_F(FailedRuns, OneThatIsOpenedLaterLeadsToWhatItsFailureWasAbout)
{
    open("format", "bundled:ships-log", "data.format");
    EXPECT_EQ(seenButton(*page(PageId::Train), QStringLiteral("Show settings")), nullptr);
    press(PageId::Train, QStringLiteral("Show data"));
    EXPECT_EQ(window->currentPage(), PageId::Data);
    EXPECT_EQ(chosen(), std::vector<std::string>{"bundled:ships-log"});
    open("model", "bundled:ships-log", "model");
    EXPECT_NE(seenButton(*page(PageId::Train), QStringLiteral("Show models")), nullptr);
    open("rate", "bundled:ships-log", "learning_rate");
    EXPECT_NE(seenButton(*page(PageId::Train), QStringLiteral("Show settings")), nullptr);
}

TEST_F(FailedRuns, AContinuationThatFailsIsNotSaidOfTheNextRunsSettings)
{
    open("first", "bundled:ships-log");
    ASSERT_TRUE(workbench->run.isOtherNext());
    Q_EMIT workbench->run.failed(gone());
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("there is no such file")))
        << words(PageId::Train).toStdString();
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("The run did not go on.")));
    shown(PageId::Settings);
    EXPECT_FALSE(words(PageId::Settings).contains(QStringLiteral("there is no such file")))
        << words(PageId::Settings).toStdString();
    open("second", "bundled:ships-log");
    EXPECT_FALSE(words(PageId::Train).contains(QStringLiteral("there is no such file"))) << "that was the other run";
}

TEST_F(FailedRuns, AFailureOfWhatIsChosenGoesWhenAnotherRunIsOpened)
{
    workbench->choices.setTexts({QStringLiteral("bundled:recipes")});
    shown(PageId::Settings);
    Q_EMIT workbench->startFailed(gone());
    EXPECT_TRUE(words(PageId::Settings).contains(QStringLiteral("Training did not start.")));
    open("other", "bundled:ships-log");
    shown(PageId::Settings);
    EXPECT_FALSE(words(PageId::Settings).contains(QStringLiteral("Training did not start.")))
        << words(PageId::Settings).toStdString();
}

} // namespace
