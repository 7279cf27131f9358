// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench: choices, problems beside their cause, undo, background reading.
#include "ui/bridge/workbench.h"

#include "ui_test_support.h"

#include <QSettings>
#include <QSignalSpy>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

class Bench : public ::testing::Test
{
protected:
    Bench()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }

    void chooseDemo()
    {
        workbench->setModel(QStringLiteral("bundled:nano-gpt"));
        workbench->setTexts({QStringLiteral("bundled:ships-log")});
        ASSERT_TRUE(waitFor([this] { return workbench->preview() && workbench->forecast(); }, 20000));
    }

    std::unique_ptr<Workbench> workbench;
};

TEST_F(Bench, NamesWhatIsMissing)
{
    EXPECT_EQ(workbench->problems().size(), 2U);
    EXPECT_TRUE(workbench->problem(QStringLiteral("model")) == std::nullopt) << "nothing is wrong, only missing";
    EXPECT_EQ(workbench->stepLine(QStringLiteral("train")), QStringLiteral("needs a model and a text"));
    const QSignalSpy failed(workbench.get(), &Workbench::startFailed);
    workbench->start();
    EXPECT_EQ(failed.count(), 1);
    EXPECT_FALSE(workbench->isRunning());
}

TEST_F(Bench, BecomesReadyByItself)
{
    chooseDemo();
    ASSERT_TRUE(workbench->canStart());
    EXPECT_EQ(workbench->stepState(QStringLiteral("model")), StepState::Ready);
    EXPECT_EQ(workbench->stepState(QStringLiteral("data")), StepState::Ready);
    EXPECT_EQ(workbench->stepLine(QStringLiteral("train")), QStringLiteral("ready to start"));
    EXPECT_GT(workbench->preview()->rows, 100);
    EXPECT_GT(workbench->forecast()->steps, 0);
}

TEST_F(Bench, KeepsABadValueAsAProblemAndTakesItBack)
{
    chooseDemo();
    const double before = workbench->config().arguments.learning_rate;
    workbench->setArgument(QStringLiteral("learning_rate"), QStringLiteral("5"));
    EXPECT_EQ(workbench->config().arguments.learning_rate, before);
    ASSERT_TRUE(workbench->problem(QStringLiteral("learning_rate")));
    EXPECT_FALSE(workbench->canStart());
    EXPECT_EQ(workbench->stepState(QStringLiteral("settings")), StepState::Broken);
    workbench->undo();
    EXPECT_FALSE(workbench->problem(QStringLiteral("learning_rate")));
    workbench->setArgument(QStringLiteral("learning_rate"), QStringLiteral("5e-4"));
    EXPECT_DOUBLE_EQ(workbench->config().arguments.learning_rate, 5e-4);
    workbench->undo();
    EXPECT_DOUBLE_EQ(workbench->config().arguments.learning_rate, before);
}

TEST_F(Bench, ReadsTheTextAgainOnlyForWhatChangesIt)
{
    chooseDemo();
    const auto preview = workbench->preview();
    workbench->setArgument(QStringLiteral("learning_rate"), QStringLiteral("1e-3"));
    EXPECT_FALSE(workbench->isReadingData());
    const int64_t steps = preview->maxSteps;
    workbench->setArgument(QStringLiteral("num_train_epochs"), QStringLiteral("6"));
    EXPECT_TRUE(workbench->isReadingData());
    ASSERT_TRUE(waitFor([this] { return !workbench->isReadingData(); }, 20000));
    EXPECT_EQ(workbench->preview()->maxSteps, 2 * steps);
}

TEST_F(Bench, QuickChangesAreReadOnce)
{
    chooseDemo();
    DataConfig data = workbench->config().data;
    for (int64_t length : {64, 80, 96, 112}) {
        data.maxLength = length;
        workbench->setData(data);
    }
    ASSERT_TRUE(waitFor([this] { return !workbench->isReadingData(); }, 20000));
    for (const PreviewRow& row : workbench->preview()->firstRows)
        EXPECT_GT(row.tokens, 0);
    EXPECT_EQ(workbench->config().data.maxLength, 112);
}

TEST_F(Bench, ABadTextStandsBesideItsCause)
{
    workbench->setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->setTexts({QStringLiteral("/no/such/text.txt")});
    ASSERT_TRUE(waitFor([this] { return workbench->problem(QStringLiteral("data")).has_value(); }, 20000));
    EXPECT_TRUE(workbench->problem(QStringLiteral("data"))->message.contains(QStringLiteral("text.txt")));
    EXPECT_EQ(workbench->stepState(QStringLiteral("data")), StepState::Broken);
}

TEST_F(Bench, CutsASentenceAsTheModelDoes)
{
    workbench->setModel(QStringLiteral("bundled:nano-gpt"));
    ASSERT_TRUE(waitFor([this] { return workbench->model() != nullptr; }, 20000));
    QSignalSpy cut(workbench.get(), &Workbench::textCut);
    workbench->cutText(QStringLiteral("The boat"));
    ASSERT_TRUE(waitFor([&] { return cut.count() > 0; }, 20000));
    EXPECT_EQ(cut.front().front().toString(), QStringLiteral("The boat"));
    EXPECT_FALSE(cut.front().at(1).value<std::vector<TextPiece>>().empty());
}

} // namespace
