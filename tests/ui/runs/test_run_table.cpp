// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs with real runs in it: removing and renaming while the list renews itself, columns in a narrow
// window.
#include "ui/runs/run_table.h"

#include "core/base/folder_lock.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/written_run.h"
#include "ui/bench/bin.h"
#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/runs/ask_dialog.h"
#include "ui/runs/runs_page.h"

#include <QApplication>
#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStyleOptionHeader>
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
            workbench->run, workbench->runs,
            QList<RunListModel::Column>{RunListModel::Name, RunListModel::Model, RunListModel::Text,
                                        RunListModel::Curve, RunListModel::State, RunListModel::Steps,
                                        RunListModel::Best, RunListModel::Took, RunListModel::Action});
        table->resize(1000, 400);
        table->show();
        ASSERT_TRUE(waitFor([&] { return workbench->runs.runs().size() == names.size(); }, 20000));
    }
    /// Lists one run more: nothing is told of a list that is the same.
    void renew()
    {
        writeRun(root(), "renewed-" + std::to_string(++m_renewed));
        QSignalSpy renewed(&workbench->runs, &RunShelf::changed);
        workbench->runs.refresh();
        ASSERT_TRUE(waitFor([&] { return renewed.count() > 0; }, 20000));
    }
    QString folderOf(const char* name) const { return QString::fromStdString((root() / name).string()); }
    /// Selects a run and presses a key that asks something.
    AskDialog* ask(const char* name, Qt::Key key)
    {
        table->selectRun(folderOf(name));
        QTest::keyClick(table.get(), key);
        return table->findChild<AskDialog*>();
    }
    static QPushButton* button(const QDialog& box, const char* words)
    {
        for (QPushButton* each : box.findChildren<QPushButton*>())
            if (each->text() == QLatin1String(words))
                return each;
        return nullptr;
    }

    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<RunTable> table;

private:
    int m_renewed = 0;
};

TEST_F(Table, TheQuestionSpeaksOfItsRunWhateverBecomesOfTheList)
{
    open({"keep-me", "take-me"});
    AskDialog* box = ask("take-me", Qt::Key_Delete);
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->accessibleDescription().contains(QLatin1String("take-me")));
    // The list is another one by now, twice: rows move, memory is used anew.
    for (const char* name : {"aaa-new", "zzz-new"}) {
        writeRun(root(), name);
        renew();
    }
    std::filesystem::remove_all(root() / "aaa-new");
    renew();
    const QSignalSpy complaints(workbench.get(), &Workbench::message);
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
    AskDialog* box = ask("one", Qt::Key_Delete);
    ASSERT_NE(box, nullptr);
    renew();
    QTest::keyClick(box, Qt::Key_Escape);
    EXPECT_TRUE(std::filesystem::exists(root() / "one"));
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    box = ask("one", Qt::Key_Delete);
    ASSERT_NE(box, nullptr);
    QTest::keyClick(box, Qt::Key_Return);
    EXPECT_FALSE(box->isVisible());
    EXPECT_TRUE(std::filesystem::exists(root() / "one")) << "so does Enter";
}

TEST_F(Table, EnterPressesTheButtonThatHasTheKeyboard)
{
    open({"one"});
    AskDialog* box = ask("one", Qt::Key_Delete);
    ASSERT_NE(box, nullptr);
    QPushButton* yes = button(*box, "Move to the bin");
    ASSERT_NE(yes, nullptr);
    yes->setFocus(Qt::TabFocusReason);
    QTest::keyClick(yes, Qt::Key_Return);
    EXPECT_FALSE(std::filesystem::exists(root() / "one"));
}

TEST_F(Table, TheNeighbourOfARemovedRunIsSelected)
{
    open({"one", "two", "three"});
    const auto nameAt = [&](int row) { return table->model()->index(row, RunListModel::Name).data().toString(); };
    const QString second = nameAt(1), third = nameAt(2);
    table->selectRow(1);
    workbench->runs.remove(folderOf(second.toUtf8().constData()));
    ASSERT_TRUE(waitFor([&] { return workbench->runs.runs().size() == 2; }, 20000));
    ASSERT_TRUE(table->selectedRun());
    EXPECT_EQ(QString::fromStdString(table->selectedRun()->name), third);
    workbench->runs.remove(folderOf(third.toUtf8().constData()));
    ASSERT_TRUE(waitFor([&] { return workbench->runs.runs().size() == 1; }, 20000));
    EXPECT_EQ(QString::fromStdString(table->selectedRun()->name), nameAt(0)) << "the last one's is above it";
}

TEST_F(Table, F2GivesARunAnotherName)
{
    open({"first", "second"});
    workbench->run.open(folderOf("second"));
    ASSERT_TRUE(waitFor([&] { return workbench->run.history() != nullptr; }, 20000));
    AskDialog* box = ask("second", Qt::Key_F2);
    ASSERT_NE(box, nullptr);
    EXPECT_EQ(box->field()->text(), QStringLiteral("second"));
    QPushButton* yes = button(*box, "Rename");
    ASSERT_NE(yes, nullptr);
    // What cannot be is said beside the field, and nothing has changed.
    for (const char* bad : {"first", "", "  ", "a/b", "..", ".hidden"}) {
        box->field()->setText(QLatin1String(bad));
        yes->click();
        EXPECT_FALSE(box->problem().isEmpty()) << bad;
        EXPECT_TRUE(box->isVisible()) << bad;
        EXPECT_TRUE(std::filesystem::exists(root() / "second")) << bad;
    }
    box->field()->setText(QStringLiteral(" Lower rate "));
    yes->click();
    EXPECT_FALSE(box->isVisible());
    EXPECT_FALSE(std::filesystem::exists(root() / "second"));
    EXPECT_TRUE(std::filesystem::exists(root() / "Lower rate" / "journal.jsonl"));
    ASSERT_TRUE(table->selectedRun());
    EXPECT_EQ(table->selectedRun()->name, "Lower rate") << "at once, not when the list comes anew";
    EXPECT_EQ(workbench->run.history()->name, "Lower rate") << "the run on show is still the same";
    EXPECT_EQ(workbench->run.history()->runFolder, folderOf("Lower rate").toStdString());
    renew();
    EXPECT_EQ(workbench->runs.runs().size(), 3U) << "two, and the one that came";
    ASSERT_TRUE(table->selectedRun());
    EXPECT_EQ(table->selectedRun()->name, "Lower rate");
    EXPECT_EQ(table->selectedRun()->state, RunState::Finished);
}

TEST_F(Table, ARunThatIsWrittenKeepsItsName)
{
    open({"busy"});
    AskDialog* box = ask("busy", Qt::Key_F2);
    ASSERT_NE(box, nullptr);
    box->field()->setText(QStringLiteral("other"));
    {
        const FolderLock writer(root() / "busy");
        button(*box, "Rename")->click();
        EXPECT_TRUE(box->problem().contains(QLatin1String("is being written"))) << box->problem().toStdString();
        EXPECT_TRUE(std::filesystem::exists(root() / "busy"));
    }
    button(*box, "Rename")->click(); // it has ended
    EXPECT_TRUE(box->problem().isEmpty());
    EXPECT_TRUE(std::filesystem::exists(root() / "other"));
}

TEST_F(Table, ARenamedRunGoesWithWhatIsChosen)
{
    open({"model"});
    workbench->choices.setModel(folderOf("model"));
    EXPECT_EQ(workbench->runs.rename(folderOf("model"), QStringLiteral("model")), QString()) << "it is called so";
    EXPECT_EQ(workbench->runs.rename(folderOf("model"), QStringLiteral("base")), QString());
    EXPECT_EQ(workbench->choices.config().model, folderOf("base").toStdString());
    EXPECT_FALSE(workbench->runs.rename(folderOf("model"), QStringLiteral("again")).isEmpty()) << "it is not there";
}

TEST_F(Table, TheArrowOfAColumnPointsUpWhereTheSmallestStandsFirst)
{
    open({"one"});
    QHeaderView* header = table->horizontalHeader();
    QStyleOptionHeader option;
    option.rect = QRect(0, 0, 24, 24);
    // Where its ink lies: a chevron that points up has its tip, of little ink, in the upper half.
    const auto inkBelow = [&](QStyleOptionHeader::SortIndicator order) {
        option.sortIndicator = order;
        QImage image(24, 24, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        header->style()->drawPrimitive(QStyle::PE_IndicatorHeaderArrow, &option, &painter, header);
        painter.end();
        int top = 24, bottom = 0, topInk = 0, bottomInk = 0;
        for (int y = 0; y < 24; ++y)
            for (int x = 0; x < 24; ++x)
                if (qAlpha(image.pixel(x, y)) > 100) {
                    top = std::min(top, y);
                    bottom = std::max(bottom, y);
                }
        for (int x = 0; x < 24; ++x)
            for (int y = 0; y < 2; ++y) {
                topInk += qAlpha(image.pixel(x, std::min(23, top + y)));
                bottomInk += qAlpha(image.pixel(x, std::max(0, bottom - y)));
            }
        return bottomInk - topInk;
    };
    // Qt calls ascending "down".
    EXPECT_GT(inkBelow(QStyleOptionHeader::SortDown), 0);
    EXPECT_LT(inkBelow(QStyleOptionHeader::SortUp), 0);
    EXPECT_EQ(inkBelow(QStyleOptionHeader::None), 0);
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

TEST_F(Table, AHeadingStandsAboveItsColumnInEveryTextSize)
{
    open({"short"});
    for (double scale : {1.0, 2.0}) {
        Theme::instance().setTextScale(scale);
        table->resize(int(1000 * scale), 400);
        QCoreApplication::processEvents();
        const QHeaderView* header = table->horizontalHeader();
        const int left = header->sectionViewportPosition(RunListModel::Text);
        const auto inkBegins = [left](const QWidget* widget, int top, int bottom) {
            const QImage image = const_cast<QWidget*>(widget)->grab().toImage();
            const QColor ground = image.pixelColor(left + 1, (top + bottom) / 2);
            for (int x = left + 1; x < image.width(); ++x)
                for (int y = top; y < bottom; ++y)
                    if (std::abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 60)
                        return x;
            return -1;
        };
        const int row = table->rowHeight(0);
        EXPECT_NEAR(inkBegins(header->viewport(), 2, header->height() - 4), inkBegins(table->viewport(), 2, row - 4),
                    3 * scale)
            << scale;
    }
    Theme::instance().setTextScale(1);
}

TEST_F(Table, TheFieldToFindARunShowsWhatItIsForInANarrowWindow)
{
    open({"short"});
    RunsPage page(workbench->run, workbench->runs, nullptr);
    page.show();
    auto* find = page.findChild<QLineEdit*>();
    ASSERT_NE(find, nullptr);
    for (int width : {700, 760, 800, 860, 1000}) {
        page.resize(width, 600);
        QCoreApplication::processEvents();
        EXPECT_GE(find->width(), find->fontMetrics().horizontalAdvance(find->placeholderText()) + 30) << width;
    }
}

TEST_F(Table, ARunThatWasOpenedIsTheSelectedOneOnRuns)
{
    open({"old", "new"});
    RunsPage page(workbench->run, workbench->runs, nullptr);
    page.resize(1100, 700);
    page.show();
    page.refresh();
    auto* rows = page.findChild<RunTable*>();
    rows->selectRun(QString::fromStdString((root() / "old").string()));
    EXPECT_EQ(rows->selectedRun()->name, "old");
    workbench->run.open(QString::fromStdString((root() / "new").string()));
    ASSERT_TRUE(waitFor([&] { return workbench->run.history() != nullptr; }, 20000));
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
    QDir::setCurrent(place.path() + QStringLiteral("/place"));
    EXPECT_EQ(moveToBin(place.path() + QStringLiteral("/place/run")), QString());
    EXPECT_EQ(QDir(place.path() + QStringLiteral("/place")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
              QStringList())
        << "nothing of it lies in the current folder";
    EXPECT_TRUE(QDir(place.path() + QStringLiteral("/fresh/share/Trash/files/run")).exists());
    EXPECT_FALSE(moveToBin(place.path() + QStringLiteral("/place/run")).isEmpty()) << "it is gone";
    QDir::setCurrent(current);
    before.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", before);
}

} // namespace
