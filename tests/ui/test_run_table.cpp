// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs with real runs in it: removing while the list renews itself, columns in a narrow window.
#include "ui/models/run_table.h"

#include "ui/bridge/bin.h"
#include "ui/bridge/workbench.h"
#include "ui/pages/runs_page.h"
#include "ui/style/theme.h"
#include "ui_test_support.h"
#include "written_run.h"

#include <QApplication>
#include <QDir>
#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;
using fettle::ui::testing::writeRun;

class Table : public ::testing::Test
{
protected:
    Table()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        std::filesystem::remove_all(root());
    }
    ~Table() override { std::filesystem::remove_all(root()); }

    static std::filesystem::path root() { return defaultRunsFolder(); }

    void open(std::initializer_list<const char*> names)
    {
        for (const char* name : names)
            writeRun(root(), name);
        workbench = std::make_unique<Workbench>();
        table = std::make_unique<RunTable>(
            *workbench, QList<RunListModel::Column>{RunListModel::Name, RunListModel::Model, RunListModel::Text,
                                                    RunListModel::Curve, RunListModel::State, RunListModel::Steps,
                                                    RunListModel::Best, RunListModel::Took, RunListModel::Action});
        table->resize(1000, 400);
        table->show();
        ASSERT_TRUE(waitFor([&] { return workbench->runs().size() == names.size(); }, 20000));
    }
    void renew()
    {
        QSignalSpy renewed(workbench.get(), &Workbench::runsChanged);
        workbench->refreshRuns();
        ASSERT_TRUE(waitFor([&] { return renewed.count() > 0; }, 20000));
    }
    static QPushButton* button(const QMessageBox& box, const char* words)
    {
        for (QPushButton* each : box.findChildren<QPushButton*>())
            if (each->text() == QLatin1String(words))
                return each;
        return nullptr;
    }

    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<RunTable> table;
};

TEST_F(Table, TheQuestionSpeaksOfItsRunWhateverBecomesOfTheList)
{
    open({"keep-me", "take-me"});
    table->selectRun(QString::fromStdString((root() / "take-me").string()));
    QTest::keyClick(table.get(), Qt::Key_Delete);
    auto* box = table->findChild<QMessageBox*>();
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->text().contains(QLatin1String("take-me")));
    // The list is another one by now, twice: rows move, memory is used anew.
    for (const char* name : {"aaa-new", "zzz-new"}) {
        writeRun(root(), name);
        renew();
    }
    std::filesystem::remove_all(root() / "aaa-new");
    renew();
    const QSignalSpy complaints(workbench.get(), &Workbench::messageForUser);
    QPushButton* yes = button(*box, "Move to the bin");
    ASSERT_NE(yes, nullptr);
    yes->click();
    EXPECT_FALSE(std::filesystem::exists(root() / "take-me"));
    EXPECT_TRUE(std::filesystem::exists(root() / "keep-me"));
    EXPECT_TRUE(std::filesystem::exists(root() / "zzz-new"));
    EXPECT_EQ(complaints.count(), 0);
}

TEST_F(Table, KeepingItRemovesNothing)
{
    open({"one"});
    table->selectRow(0);
    QTest::keyClick(table.get(), Qt::Key_Delete);
    auto* box = table->findChild<QMessageBox*>();
    ASSERT_NE(box, nullptr);
    renew();
    QTest::keyClick(box, Qt::Key_Escape);
    EXPECT_TRUE(std::filesystem::exists(root() / "one"));
}

TEST_F(Table, NamesAndFiguresAreNeverCut)
{
    open({"short", "sales-letters-of-march-1"});
    for (int width : {520, 600, 760, 1000, 1400}) {
        table->resize(width, 400);
        QCoreApplication::processEvents();
        int used = 0;
        for (int column = 0; column < RunListModel::ColumnCount; ++column) {
            if (table->isColumnHidden(column))
                continue;
            used += table->columnWidth(column);
            if (column == RunListModel::Model || column == RunListModel::Text)
                continue;
            EXPECT_GE(table->columnWidth(column),
                      static_cast<QAbstractItemView*>(table.get())->sizeHintForColumn(column))
                << width << ": " << column;
        }
        EXPECT_LE(used, table->viewport()->width()) << width;
        EXPECT_FALSE(table->isColumnHidden(RunListModel::State)) << width;
        EXPECT_FALSE(table->isColumnHidden(RunListModel::Action)) << width;
    }
}

TEST_F(Table, ARunThatWasOpenedIsTheSelectedOneOnRuns)
{
    open({"old", "new"});
    RunsPage page(*workbench, nullptr);
    page.resize(1100, 700);
    page.show();
    page.refresh();
    auto* rows = page.findChild<RunTable*>();
    rows->selectRun(QString::fromStdString((root() / "old").string()));
    EXPECT_EQ(rows->selectedRun()->name, "old");
    workbench->openRun(QString::fromStdString((root() / "new").string()));
    ASSERT_TRUE(waitFor([&] { return workbench->history() != nullptr; }, 20000));
    renew();
    page.refresh();
    EXPECT_EQ(rows->selectedRun()->name, "new");
    rows->selectRun(QString::fromStdString((root() / "old").string()));
    renew();
    page.refresh();
    EXPECT_EQ(rows->selectedRun()->name, "old") << "a person's own choice holds";
}

TEST(Bin, IsMadeWhereThereIsNone)
{
    fettle::ui::testing::application();
    const QTemporaryDir place;
    const QByteArray before = qgetenv("XDG_DATA_HOME");
    qputenv("XDG_DATA_HOME", (place.path() + QStringLiteral("/fresh/share")).toLocal8Bit());
    const QString current = QDir::currentPath();
    QDir().mkpath(place.path() + QStringLiteral("/place/run"));
    QDir::setCurrent(place.path() + QStringLiteral("/work"));
    EXPECT_EQ(moveToBin(place.path() + QStringLiteral("/place/run")), QString());
    EXPECT_EQ(QDir(place.path() + QStringLiteral("/work")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
              QStringList())
        << "nothing of it lies in the current folder";
    EXPECT_TRUE(QDir(place.path() + QStringLiteral("/fresh/share/Trash/files/run")).exists());
    EXPECT_FALSE(moveToBin(place.path() + QStringLiteral("/place/run")).isEmpty()) << "it is gone";
    QDir::setCurrent(current);
    before.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", before);
}

} // namespace
