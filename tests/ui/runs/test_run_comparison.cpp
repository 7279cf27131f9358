// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that are checked are compared: what was different, what learnt, what each came to.
#include "ui/runs/run_comparison.h"

#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/charts/overlay_chart.h"
#include "ui/runs/run_delegate.h"
#include "ui/runs/run_differences.h"
#include "ui/runs/run_table.h"
#include "ui/runs/runs_page.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using namespace fettle::ui::testing;

class Comparing : public WholeWindow
{
protected:
    RunTable* table() const { return page(PageId::Runs)->findChild<RunTable*>(); }
    static void write(const char* name, double rate, int64_t rank = 0)
    {
        WrittenRun run;
        run.learningRate = rate;
        run.loraRank = rank;
        writeRun(defaultRunsFolder(), name, run);
    }
    bool lists(size_t count)
    {
        workbench->runs.refresh();
        shown(PageId::Runs);
        return waitFor([&] { return workbench->runs.runs().size() == count; }, 20000);
    }
    QModelIndex cell(const char* name, int column = RunListModel::Name) const
    {
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (table()->model()->index(row, RunListModel::Name).data().toString() == QLatin1String(name))
                return table()->model()->index(row, column);
        return {};
    }
    QPoint box(const char* name) const
    {
        return RunDelegate::checkBox(table()->visualRect(cell(name)), cell(name)).center();
    }
    void check(const char* name) { QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, box(name)); }
    QString compared() const
    {
        const auto* card = page(PageId::Runs)->findChild<RunComparison*>();
        return card->isVisible() ? seenWords(*card) : QString();
    }
};

TEST_F(Comparing, SaysInWhatCheckedRunsDiffer)
{
    write("whole", 5e-5);
    write("small", 2e-3, 8);
    ASSERT_TRUE(lists(2));
    EXPECT_TRUE(compared().isEmpty());
    check("whole");
    EXPECT_TRUE(compared().isEmpty()) << "one alone differs from none";
    check("small");
    for (const char* words : {"What was different", "whole", "small", "Learning rate", "learning_rate", "5e-5", "0.002",
                              "Learn a small addition (LoRA)", "the whole model", "an addition (LoRA)"})
        EXPECT_TRUE(compared().contains(QLatin1String(words))) << words << " in\n" << compared().toStdString();
    for (const char* same : {"Text", "Model", "weight_decay", "output_dir"})
        EXPECT_FALSE(compared().split(QLatin1Char('\n')).contains(QLatin1String(same))) << same;
    EXPECT_FALSE(words(PageId::Runs).contains(QStringLiteral("time it took"))) << "in the place of the one run's card";
    check("whole");
    EXPECT_TRUE(compared().isEmpty());
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("time it took")));
}

TEST_F(Comparing, LossesOnDifferentTextsAreNotSetAgainstEachOther)
{
    write("log", 1e-3);
    WrittenRun other;
    other.data = "bundled:recipes";
    writeRun(defaultRunsFolder(), "cook", other);
    ASSERT_TRUE(lists(2));
    check("log");
    check("cook");
    EXPECT_TRUE(compared().contains(QStringLiteral("recipes.txt"))) << compared().toStdString();
    EXPECT_TRUE(compared().contains(QStringLiteral("on different texts they say little of each other")));
}

TEST_F(Comparing, LossesLieOverEachOtherWhereTheyAreOfOneKind)
{
    write("one", 1e-3);
    WrittenRun steeper;
    steeper.validationSlope = -0.1;
    writeRun(defaultRunsFolder(), "two", steeper);
    WrittenRun bare;
    bare.validation = false;
    writeRun(defaultRunsFolder(), "bare", bare);
    ASSERT_TRUE(lists(3));
    check("one");
    check("two");
    const auto* chart = page(PageId::Runs)->findChild<OverlayChart*>();
    EXPECT_EQ(chart->accessibleDescription(), QStringLiteral("one: lowest 3.00 at step 20, last 3.00 at step 20; "
                                                             "two: lowest 2.00 at step 20, last 2.00 at step 20"));
    EXPECT_TRUE(compared().contains(QStringLiteral("lower is better"))) << compared().toStdString();
    check("bare");
    EXPECT_TRUE(compared().contains(QStringLiteral("none of bare"))) << compared().toStdString();
    EXPECT_FALSE(chart->accessibleDescription().contains(QStringLiteral("bare")));
}

TEST_F(Comparing, FourStandBesideEachOtherInASmallWindow)
{
    window->resize(1280, 800);
    const char* names[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 4; ++i)
        write(names[i], 1e-3 * (i + 1), 4 * i);
    ASSERT_TRUE(lists(4));
    for (const char* name : names)
        check(name);
    ASSERT_TRUE(compared().contains(QStringLiteral("2 settings"))) << compared().toStdString();
    const auto* scroll = page(PageId::Runs)->findChild<QScrollArea*>();
    EXPECT_TRUE(waitFor([&] { return scroll->verticalScrollBar()->maximum() == 0; }, 3000))
        << scroll->verticalScrollBar()->maximum() << " pixels cannot be seen";
}

TEST_F(Comparing, TheListAndThePagesSayThatAnAdditionLearnt)
{
    write("whole", 5e-5);
    write("small", 2e-3, 8);
    ASSERT_TRUE(lists(2));
    EXPECT_EQ(cell("small").data(RunListModel::MarkRole).toString(), QStringLiteral("LoRA")) << "in any width";
    EXPECT_EQ(cell("whole").data(RunListModel::MarkRole).toString(), QString());
    EXPECT_EQ(cell("whole", RunListModel::Model).data().toString(), QStringLiteral("nano-gpt"));
    EXPECT_EQ(cell("small", RunListModel::Model).data().toString(), QStringLiteral("nano-gpt + addition (LoRA)"));
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(cell("small")).center());
    EXPECT_TRUE(words(PageId::Runs).contains(QStringLiteral("an addition learns, not the model (LoRA)")));
    workbench->run.open(QString::fromStdString(runFolder("small").string()));
    ASSERT_TRUE(waitFor([this] { return workbench->run.history() != nullptr; }, 20000));
    shown(PageId::Train);
    EXPECT_TRUE(words(PageId::Train).contains(QStringLiteral("An addition to nano-gpt (LoRA) learns ships-log")))
        << words(PageId::Train).toStdString();
    const uint64_t mark = workbench->run.history()->mark;
    workbench->run.open(QString::fromStdString(runFolder("whole").string()));
    ASSERT_TRUE(waitFor([&] { return workbench->run.history() && workbench->run.history()->mark != mark; }, 20000));
    EXPECT_FALSE(words(PageId::Train).contains(QStringLiteral("LoRA"))) << words(PageId::Train).toStdString();
}

TEST_F(Comparing, SpaceChecksAndTwoClicksOnABoxOpenNothing)
{
    write("one", 5e-5);
    write("two", 1e-3);
    ASSERT_TRUE(lists(2));
    table()->selectRun(QString::fromStdString(runFolder("one").string()));
    QTest::keyClick(table(), Qt::Key_Space);
    EXPECT_EQ(cell("one").data(Qt::CheckStateRole).toInt(), Qt::Checked);
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, box("two"));
    EXPECT_EQ(cell("two").data(Qt::CheckStateRole).toInt(), Qt::Unchecked);
    EXPECT_EQ(window->currentPage(), PageId::Runs);
    EXPECT_EQ(workbench->run.history(), nullptr);
}

TEST_F(Comparing, TheCommandComparesWhatIsCheckedAndSaysWhatThatIs)
{
    for (const char* name : {"a", "b", "c"})
        write(name, 1e-3);
    ASSERT_TRUE(lists(3));
    auto* runs = dynamic_cast<RunsPage*>(page(PageId::Runs));
    const QSignalSpy told(workbench.get(), &Workbench::message);
    table()->selectRun(QString::fromStdString(runFolder("b").string()));
    runs->compare();
    EXPECT_EQ(cell("b").data(Qt::CheckStateRole).toInt(), Qt::Checked);
    ASSERT_EQ(table()->runs().checkedRuns().size(), 2U);
    EXPECT_TRUE(told.isEmpty());
    const char* other = cell("a").data(Qt::CheckStateRole).toInt() == Qt::Checked ? "c" : "a";
    table()->selectRun(QString::fromStdString(runFolder(other).string()));
    runs->compare();
    EXPECT_EQ(table()->runs().checkedRuns().size(), 2U) << "none joins them unasked";
    ASSERT_EQ(told.size(), 1);
    EXPECT_TRUE(told[0][0].toString().contains(QStringLiteral("b"))) << told[0][0].toString().toStdString();
}

TEST_F(Comparing, FourAtOnceAndARunThatGoesMakesRoom)
{
    for (const char* name : {"a", "b", "c", "d", "e"})
        write(name, 1e-3);
    ASSERT_TRUE(lists(5));
    for (const char* name : {"a", "b", "c", "d"})
        check(name);
    EXPECT_TRUE(compared().contains(QStringLiteral("all settings are the same"))) << compared().toStdString();
    const QSignalSpy told(workbench.get(), &Workbench::message);
    check("e");
    ASSERT_EQ(told.size(), 1);
    EXPECT_EQ(cell("e").data(Qt::CheckStateRole).toInt(), Qt::Unchecked);
    workbench->runs.rename(QString::fromStdString(runFolder("b").string()), QStringLiteral("better"));
    EXPECT_TRUE(compared().contains(QStringLiteral("better"))) << "the same run by another name";
    workbench->runs.remove(QString::fromStdString(runFolder("a").string()));
    ASSERT_TRUE(waitFor([this] { return workbench->runs.runs().size() == 4; }, 20000));
    check("e");
    EXPECT_EQ(cell("e").data(Qt::CheckStateRole).toInt(), Qt::Checked);
}

TEST(RunDifferences, NamesTextsAndModelsSoThatTheyCanBeToldApart)
{
    RunConfig a, b;
    a.model = b.model = "bundled:nano-gpt";
    a.data.train = {"/one/letters.csv"};
    b.data.train = {"/two/letters.csv"};
    const auto found = differencesOf({&a, &b});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].values, QStringList({"/one/letters.csv", "/two/letters.csv"})) << "one name, two places";
    b.data.train = {"/two/notes.csv"};
    EXPECT_EQ(differencesOf({&a, &b})[0].values, QStringList({"letters.csv", "notes.csv"}));
    b.data.train = a.data.train;
    b.arguments.lora_r = 16;
    b.arguments.lora_alpha = 32;
    const auto addition = differencesOf({&a, &b});
    ASSERT_EQ(addition.size(), 1U) << "its strength says nothing of a run without one";
    EXPECT_EQ(addition[0].name, QStringLiteral("lora_r"));
}

} // namespace
