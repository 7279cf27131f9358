// SPDX-License-Identifier: GPL-3.0-or-later
// A person's own table, as their spreadsheet writes it: recognised, corrected, its column chosen in every state; and
// files that are no texts, which leave the good one alone.
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/data/format_line.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/page.h"
#include "ui/parts/small_choice.h"
#include "ui/window/main_window.h"

#include <QCheckBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace
{

using namespace fettle;
using namespace fettle::ui;
using fettle::ui::testing::waitFor;

class OwnTable : public ::testing::Test
{
protected:
    OwnTable()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
        window = std::make_unique<MainWindow>(*workbench);
        window->show();
    }

    QString write(const QString& name, const QByteArray& bytes)
    {
        QFile file(folder.path() + QLatin1Char('/') + name);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        return file.fileName();
    }
    /// As a German spreadsheet saves it: semicolons, Windows-1252, \r\n.
    static QByteArray letters()
    {
        QByteArray bytes = "Nr;Anrede;Brief\r\n";
        for (int i = 0; i < 120; ++i)
            bytes += QByteArray::number(i) + ";Frau M\xFCller;\"Sehr geehrte Frau M\xFCller; wir danken f\xFCr Brief " +
                     QByteArray::number(i) + " vom M\xE4rz.\"\r\n";
        return bytes;
    }
    bool read()
    {
        return waitFor(
            [this] {
                return !workbench->choices.config().data.train.empty() && workbench->model.entry() &&
                       !workbench->text.isReading() &&
                       (workbench->text.preview() || workbench->problem(QStringLiteral("data")));
            },
            30000);
    }
    FormatLine* line() const { return window->page(PageId::Data)->findChild<FormatLine*>(); }
    QString said() const
    {
        QString all;
        for (const QLabel* label : window->findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + QLatin1Char('\n');
        return all;
    }

    QTemporaryDir folder;
    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<MainWindow> window;
};

TEST_F(OwnTable, OfASpreadsheetIsReadAndReadyInOneStep)
{
    workbench->opener.openPath(write(QStringLiteral("briefe.csv"), letters()));
    ASSERT_TRUE(read());
    ASSERT_TRUE(workbench->text.preview()) << said().toStdString();
    EXPECT_EQ(window->currentPage(), PageId::Data);
    EXPECT_EQ(workbench->text.preview()->rows, 120);
    EXPECT_EQ(workbench->text.preview()->column, "Brief");
    EXPECT_EQ(workbench->text.preview()->firstRows.front().text,
              "Sehr geehrte Frau Müller; wir danken für Brief 0 vom März.");
    ASSERT_NE(line(), nullptr);
    EXPECT_EQ(line()->kindChoice()->currentData().toString(), QStringLiteral("csv"));
    EXPECT_EQ(line()->separatorChoice()->currentData().toString(), QStringLiteral(";"));
    EXPECT_EQ(line()->encodingChoice()->currentData().toString().toLower(), QStringLiteral("windows-1252"));
    EXPECT_TRUE(line()->headerBox()->isChecked());
    EXPECT_EQ(line()->columnChoice()->currentText(), QStringLiteral("Brief"));
    // One more click to the settings, one to start: far below eight.
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 20000));
}

TEST_F(OwnTable, SeveralDocumentsAreNamedByWhatEachIs)
{
    workbench->opener.openPaths(
        {write(QStringLiteral("a.md"), "# One\n\nA block of text.\n\nAnother block.\n"),
         write(QStringLiteral("b.html"), "<html><body><p>A page.</p><p>More.</p></body></html>"),
         write(QStringLiteral("c.md"), "# Two\n\nMore of it.\n")});
    ASSERT_TRUE(read());
    EXPECT_TRUE(
        waitFor([this] { return said().contains(QStringLiteral("3 files: 2 × Markdown, 1 × Web page")); }, 20000))
        << said().toStdString();
}

TEST_F(OwnTable, AnotherTextBeginsAtItsTop)
{
    workbench->opener.openPath(write(QStringLiteral("briefe.csv"), letters()));
    ASSERT_TRUE(read());
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    auto* rows = window->page(PageId::Data)->findChild<QTableView*>();
    ASSERT_NE(rows, nullptr);
    ASSERT_TRUE(waitFor([&] { return rows->verticalScrollBar()->maximum() > 0; }, 20000));
    rows->verticalScrollBar()->setValue(rows->verticalScrollBar()->maximum() / 2); // the end moves with the height
    const int place = rows->verticalScrollBar()->value();
    ASSERT_GT(place, 0);
    const auto before = workbench->text.preview();
    DataConfig rules = workbench->choices.config().data;
    rules.blocks = joinsRows(rules.blocks) ? Blocks::Lines : Blocks::Packed;
    workbench->choices.setData(rules);
    ASSERT_TRUE(waitFor([&] { return workbench->text.preview() && workbench->text.preview() != before; }, 20000));
    EXPECT_EQ(rows->verticalScrollBar()->value(), place) << "the same text, read otherwise";
    workbench->opener.openPath(write(QStringLiteral("others.csv"), letters()));
    ASSERT_TRUE(waitFor(
        [&] {
            return workbench->text.preview() && !workbench->text.isReading() &&
                   QString::fromStdString(workbench->choices.config().data.train.front()).endsWith("others.csv");
        },
        20000));
    EXPECT_EQ(rows->verticalScrollBar()->value(), 0);
}

TEST_F(OwnTable, IsCorrectedInItsLine)
{
    workbench->opener.openPath(write(QStringLiteral("briefe.csv"), letters()));
    ASSERT_TRUE(read());
    Q_EMIT line()->separatorChoice()->valueChosen(QStringLiteral(","));
    EXPECT_EQ(workbench->choices.config().data.format.separator, ",");
    ASSERT_TRUE(read());
    Q_EMIT line()->formatChosen(DataFormat{});
    EXPECT_TRUE(workbench->choices.config().data.format == DataFormat{});
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && workbench->text.preview()->rows == 120; }, 20000));
    Q_EMIT line()->columnChoice()->valueChosen(QStringLiteral("Anrede"));
    ASSERT_TRUE(
        waitFor([this] { return workbench->text.preview() && workbench->text.preview()->column == "Anrede"; }, 20000));
    workbench->choices.undo();
    EXPECT_EQ(workbench->choices.config().data.column, "");
}

TEST_F(OwnTable, WhatIsChosenInItsLineMovesNothingBesideIt)
{
    workbench->opener.openPath(write(QStringLiteral("briefe.csv"), letters()));
    ASSERT_TRUE(read());
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 20000));
    window->resize(1280, 800);
    const auto places = [this] {
        const QWidget* part = line()->columnChoice()->parentWidget();
        EXPECT_TRUE(waitFor([&] { return part->width() >= part->sizeHint().width(); }, 5000)) << "laid out";
        QList<QPoint> all;
        for (const QWidget* choice : {line()->encodingChoice(), line()->separatorChoice(), line()->columnChoice()})
            all << choice->mapTo(line(), QPoint(choice->width(), 0));
        return all;
    };
    const QList<QPoint> before = places();
    Q_EMIT line()->encodingChoice()->valueChosen(QStringLiteral("windows-1250"));
    ASSERT_TRUE(read());
    ASSERT_TRUE(waitFor([this] { return workbench->canStart(); }, 20000));
    EXPECT_EQ(line()->encodingChoice()->currentData().toString(), QStringLiteral("windows-1250"));
    EXPECT_EQ(places(), before);
}

TEST_F(OwnTable, AsksForAColumnWhereItStands)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {write(QStringLiteral("briefe.csv"), letters()).toStdString()};
    config.data.column = "text"; // as a run file for another table would say
    workbench->choices.set(config);
    window->showPage(PageId::Data);
    ASSERT_TRUE(read());
    ASSERT_TRUE(workbench->problem(QStringLiteral("data")));
    ASSERT_TRUE(waitFor([this] { return workbench->text.facts() != nullptr; }, 20000));
    SmallChoice* asked = nullptr;
    for (auto* bar : window->page(PageId::Data)->findChildren<NoticeBar*>())
        for (auto* choice : bar->findChildren<SmallChoice*>())
            if (!choice->isHidden())
                asked = choice;
    ASSERT_NE(asked, nullptr) << "the box stands in the error";
    EXPECT_EQ(asked->currentText(), QStringLiteral("Brief")) << "the likeliest is chosen beforehand";
    Q_EMIT asked->valueChosen(QStringLiteral("Brief"));
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    EXPECT_EQ(workbench->text.preview()->column, "Brief");
}

TEST_F(OwnTable, ColumnsAreChosenWithoutAModelToo)
{
    RunConfig config;
    config.model = "/no/such/model";
    config.data.train = {write(QStringLiteral("briefe.csv"), letters()).toStdString()};
    workbench->choices.set(config);
    ASSERT_TRUE(waitFor([this] { return workbench->text.facts() != nullptr; }, 20000));
    EXPECT_EQ(workbench->text.facts()->columns, (std::vector<std::string>{"Nr", "Anrede", "Brief"}));
}

TEST_F(OwnTable, WhatIsNoTextLeavesTheGoodOne)
{
    const QString good = write(QStringLiteral("letters.txt"), QByteArray("Dear Sir, it has come.\n").repeated(100));
    workbench->opener.openPath(good);
    ASSERT_TRUE(read());
    const QSignalSpy messages(workbench.get(), &Workbench::message);
    workbench->opener.openPath(write(QStringLiteral("photo.txt"), QByteArray("\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16)));
    ASSERT_TRUE(waitFor([&] { return messages.count() == 1; }, 20000));
    EXPECT_TRUE(messages.front().at(1).toString().contains(QStringLiteral("Your letters.txt stays.")))
        << messages.front().at(1).toString().toStdString();
    EXPECT_EQ(workbench->choices.config().data.train.front(), good.toStdString());
    EXPECT_TRUE(workbench->text.preview());
}

TEST_F(OwnTable, AFileBrokenFurtherOnGivesTheFormerOneBack)
{
    const QString good = write(QStringLiteral("letters.txt"), QByteArray("Dear Sir, it has come.\n").repeated(100));
    workbench->opener.openPath(good);
    ASSERT_TRUE(read());
    workbench->choices.setTexts({folder.path() + QStringLiteral("/gone.txt")});
    ASSERT_TRUE(waitFor([this] { return workbench->problem(QStringLiteral("data")).has_value(); }, 20000));
    ASSERT_TRUE(workbench->text.former());
    EXPECT_EQ(textName(*workbench->text.former()), QStringLiteral("letters.txt"));
    workbench->choices.setTextAgain(*workbench->text.former());
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    EXPECT_EQ(workbench->choices.config().data.train.front(), good.toStdString());
}

TEST_F(OwnTable, DroppingDuringARunChangesNothing)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.maxLength = 32;
    config.arguments.max_steps = 5000;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.output_dir = (folder.path() + QStringLiteral("/run")).toStdString();
    workbench->choices.set(config);
    workbench->start();
    ASSERT_TRUE(workbench->run.isRunning());
    const QSignalSpy messages(workbench.get(), &Workbench::message);
    workbench->opener.openPath(write(QStringLiteral("tiny.txt"), "Nothing.\n"));
    EXPECT_EQ(messages.count(), 1) << "it is refused with words";
    workbench->choices.setTexts({folder.path() + QStringLiteral("/tiny.txt")});
    workbench->choices.setModel(QStringLiteral("bundled:nano-bert"));
    workbench->choices.setArgument(QStringLiteral("learning_rate"), QStringLiteral("1e-3"));
    EXPECT_EQ(workbench->choices.config().data.train, config.data.train);
    EXPECT_EQ(workbench->choices.config().model, config.model);
    EXPECT_EQ(workbench->choices.config().arguments.learning_rate, config.arguments.learning_rate);
    workbench->run.stop(StopMode::Discard);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 120000));
}

} // namespace
