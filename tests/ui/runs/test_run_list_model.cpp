// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/run_list_model.h"

#include "tests/ui/ui_test_support.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;

RunSummary run(const char* name, RunState state, int64_t step, double changed)
{
    RunSummary summary;
    summary.folder = std::filesystem::path("/runs") / name;
    summary.name = name;
    summary.state = state;
    summary.model = "nano-gpt";
    summary.data = "ships-log.txt";
    summary.step = step;
    summary.maxSteps = 400;
    summary.changed = changed;
    summary.started = changed - 100;
    summary.seconds = 51;
    summary.bestLoss = 2.5 + static_cast<double>(step) / 1000;
    if (state == RunState::Finished)
        summary.modelStep = step;
    summary.validationLosses = {4.5, 3.1, 2.7};
    summary.isValidation = true;
    summary.canContinue = state == RunState::Paused || state == RunState::Stopped;
    return summary;
}

std::vector<RunSummary> someRuns()
{
    return {run("ships-log-3", RunState::Running, 248, 5000), run("ships-log-2", RunState::Finished, 400, 4000),
            run("clauses-4", RunState::Paused, 164, 3000), run("letters-big", RunState::Failed, 96, 2000),
            run("broken-1", RunState::Broken, 0, 1000)};
}

class RunList : public ::testing::Test
{
protected:
    RunList()
    {
        fettle::ui::testing::application();
        tester =
            std::make_unique<QAbstractItemModelTester>(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        filterTester =
            std::make_unique<QAbstractItemModelTester>(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
        filter.setSourceModel(&model);
    }

    QString text(int row, int column) const { return model.index(row, column).data().toString(); }

    RunListModel model;
    RunFilterModel filter;
    std::unique_ptr<QAbstractItemModelTester> tester, filterTester;
};

TEST_F(RunList, SaysStateAndWhatIsNext)
{
    model.setRuns(someRuns());
    EXPECT_EQ(text(0, RunListModel::State), QStringLiteral("running · 62 %"));
    EXPECT_EQ(text(0, RunListModel::Action), QStringLiteral("Watch"));
    EXPECT_EQ(text(1, RunListModel::State), QStringLiteral("finished"));
    EXPECT_EQ(text(1, RunListModel::Action), QStringLiteral("Try model"));
    EXPECT_EQ(text(2, RunListModel::State), QStringLiteral("paused at 41 %"));
    EXPECT_EQ(text(2, RunListModel::Action), QStringLiteral("Continue"));
    EXPECT_EQ(text(3, RunListModel::Action), QStringLiteral("What happened?"));
    EXPECT_EQ(text(4, RunListModel::State), QStringLiteral("cannot be read"));
    EXPECT_EQ(text(0, RunListModel::Curve), QStringLiteral("validation loss from 4.50 to 2.70"));
    EXPECT_EQ(text(0, RunListModel::Took), QStringLiteral("0:51"));
}

TEST_F(RunList, SaysTheLossOfTheModelThatLiesThere)
{
    auto runs = someRuns();
    runs.resize(3);
    runs[0].bestLoss = runs[1].bestLoss = runs[2].bestLoss = 3.82;
    runs[0].checkedStep = 240;
    runs[0].checkedLoss = 3.97;
    runs[1].modelStep = 240;
    runs[1].modelLoss = 4.58;
    runs[2].modelStep = 100; // never checked
    model.setRuns(runs);
    EXPECT_EQ(text(0, RunListModel::Best), QStringLiteral("3.97"));
    EXPECT_EQ(model.index(0, RunListModel::Best).data(Qt::ToolTipRole).toString(),
              QStringLiteral("Validation loss at step 240."));
    EXPECT_EQ(text(1, RunListModel::Best), QStringLiteral("4.58"));
    EXPECT_EQ(model.index(1, RunListModel::Best).data(Qt::ToolTipRole).toString(),
              QStringLiteral("Validation loss of its model, step 240. No better than before training: 4.50. "
                             "Lowest on the way: 3.82."));
    EXPECT_EQ(text(2, RunListModel::Best), QString());
}

TEST_F(RunList, TheUntouchedModelsLossIsNoRuns)
{
    std::vector<RunSummary> runs{run("worse", RunState::Stopped, 66, 5000)};
    runs[0].bestLoss = 8.12; // of step 0
    model.setRuns(runs);
    EXPECT_EQ(text(0, RunListModel::Best), QString()) << "no state of it was checked";
    EXPECT_EQ(model.index(0, RunListModel::Best).data(Qt::ToolTipRole).toString(), QString());
    runs[0].checkedStep = 48;
    runs[0].checkedLoss = 10.77;
    model.setRuns(runs);
    EXPECT_EQ(text(0, RunListModel::Best), QStringLiteral("10.77"));
    runs[0] = run("begun", RunState::Running, 0, 5000);
    runs[0].bestLoss = 8.12;
    model.setRuns(runs);
    EXPECT_EQ(text(0, RunListModel::Best), QStringLiteral("8.12"));
    EXPECT_EQ(model.index(0, RunListModel::Best).data(Qt::ToolTipRole).toString(),
              QStringLiteral("Validation loss before any training."));
}

TEST_F(RunList, AModelThatIsNoBetterThanTheUntouchedOneHasNoTick)
{
    auto runs = someRuns();
    runs[1].modelLoss = 4.58; // 4.5 before training
    runs[1].bestLoss = 4.5;
    model.setRuns(runs);
    EXPECT_EQ(stateKind(runs[1]), StateBadge::Warning);
    EXPECT_EQ(model.index(1, RunListModel::Best).data(Qt::ToolTipRole).toString(),
              QStringLiteral("Validation loss of its model, step 400. No better than before training: 4.50."));
    runs[1].modelLoss = runs[1].bestLoss = 2.7;
    EXPECT_EQ(stateKind(runs[1]), StateBadge::Good);
}

TEST_F(RunList, TrainingLossIsNotCalledValidationLoss)
{
    auto runs = someRuns();
    runs[1].isValidation = false;
    runs[1].bestLoss.reset();
    model.setRuns(runs);
    EXPECT_EQ(text(1, RunListModel::Curve), QStringLiteral("training loss from 4.50 to 2.70"));
    EXPECT_FALSE(model.index(1, 0).data(RunListModel::IsValidationRole).toBool());
    EXPECT_FALSE(model.headerData(RunListModel::Curve, Qt::Horizontal, Qt::DisplayRole)
                     .toString()
                     .contains(QLatin1String("alidation")));
    EXPECT_EQ(text(1, RunListModel::Best), QString());
}

TEST_F(RunList, APausedRunThatIsHeldIsWatched)
{
    auto runs = someRuns();
    runs[1].modelStep.reset();
    runs[2].canContinue = false;
    runs[3].step = 0;
    model.setRuns(runs);
    EXPECT_EQ(text(1, RunListModel::Action), QStringLiteral("What happened?")) << "there is no model to try";
    EXPECT_EQ(text(2, RunListModel::Action), QStringLiteral("Watch"));
    EXPECT_EQ(text(3, RunListModel::State), QStringLiteral("did not start"));
}

TEST_F(RunList, UpdatesInPlaceWhereTheRunsAreTheSame)
{
    model.setRuns(someRuns());
    const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    auto runs = someRuns();
    runs[0].step = 300;
    model.setRuns(runs);
    EXPECT_EQ(reset.count(), 0);
    EXPECT_EQ(changed.count(), 1);
    EXPECT_EQ(text(0, RunListModel::Steps), QStringLiteral("300"));
    runs.erase(runs.begin());
    model.setRuns(runs);
    EXPECT_EQ(reset.count(), 1);
    EXPECT_EQ(model.rowOf(QStringLiteral("/runs/clauses-4")), 1);
    EXPECT_EQ(model.rowOf(QStringLiteral("/runs/none")), -1);
}

TEST_F(RunList, FiltersByWordsAndGroup)
{
    model.setRuns(someRuns());
    EXPECT_EQ(filter.rowCount(), 5);
    filter.setGroup(RunFilterModel::Unfinished);
    EXPECT_EQ(filter.rowCount(), 3);
    filter.setGroup(RunFilterModel::All);
    filter.setText(QStringLiteral("CLAUSES"));
    ASSERT_EQ(filter.rowCount(), 1);
    EXPECT_EQ(filter.index(0, 0).data().toString(), QStringLiteral("clauses-4"));
    filter.setText({});
    filter.setMostRows(2);
    EXPECT_EQ(filter.rowCount(), 2);
}

TEST_F(RunList, SortsNumbersAsNumbers)
{
    model.setRuns(someRuns());
    filter.sort(RunListModel::Steps, Qt::DescendingOrder);
    EXPECT_EQ(filter.index(0, 0).data().toString(), QStringLiteral("ships-log-2"));
    filter.sort(RunListModel::Started, Qt::AscendingOrder);
    EXPECT_EQ(filter.index(0, 0).data().toString(), QStringLiteral("broken-1"));
}

} // namespace
