// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped or opened: texts, folders, models, runs, and what is none of these.
#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "tests/ui/written_run.h"
#include "ui/window/rail_lines.h"

#include <QDateTime>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUrl>
#include <algorithm>
#include <sys/stat.h>

namespace
{

using namespace fettle::ui;
using namespace fettle::ui::testing;

class Opening : public WholeWindow
{
};

TEST_F(Opening, TakesADroppedText)
{
    const QString file = QDir::tempPath() + QStringLiteral("/fettle-dropped.txt");
    QFile text(file);
    ASSERT_TRUE(text.open(QIODevice::WriteOnly));
    for (int i = 0; i < 300; ++i)
        text.write("Fresh gales and squally. People employed in mending sails.\n");
    text.close();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(500, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(500, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &drop);
    ASSERT_TRUE(waitFor([this] { return window->currentPage() == PageId::Data; }, 20000));
    EXPECT_EQ(workbench->choices.config().data.train, std::vector<std::string>{file.toStdString()});
    EXPECT_EQ(workbench->choices.config().model, "bundled:nano-gpt")
        << "a model to read it with is chosen, where none was";
    EXPECT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    EXPECT_EQ(workbench->text.preview()->rows, 300);
    EXPECT_EQ(railLine(*workbench, PageId::Data), QStringLiteral("fettle-dropped.txt · 300 rows"));
}

TEST_F(Opening, ATextThatIsGoneOrIsAnotherOneIsSeenWhenTheWindowIs)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("log.txt"));
    const auto write = [&](int rows) {
        QFile text(file);
        ASSERT_TRUE(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < rows; ++i)
            text.write("Fresh gales and squally. People employed in mending sails.\n");
        text.close();
        ASSERT_TRUE(text.open(QIODevice::ReadWrite));
        text.setFileTime(QDateTime::fromSecsSinceEpoch(1'700'000'000 + rows), QFileDevice::FileModificationTime);
    };
    write(200);
    workbench->opener.openPath(file);
    const auto marked = [&](Mark mark) {
        return waitFor([&] { return railMark(*workbench, PageId::Data) == mark; }, 20000);
    };
    ASSERT_TRUE(marked(Mark::Tick));
    write(300);
    shown(PageId::Home);
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() && workbench->text.preview()->rows == 300; }, 20000));
    QFile::remove(file);
    QEvent activated(QEvent::ActivationChange);
    window->activateWindow();
    ASSERT_TRUE(waitFor([this] { return window->isActiveWindow(); }));
    QCoreApplication::sendEvent(window.get(), &activated);
    EXPECT_TRUE(marked(Mark::Alert)) << "the tick goes";
    write(250);
    shown(PageId::Data);
    EXPECT_TRUE(marked(Mark::Tick)) << "it is there again";
}

TEST_F(Opening, SaysWhatADroppedFolderLacks)
{
    const QSignalSpy messages(workbench.get(), &Workbench::message);
    QDir().mkpath(QDir::tempPath() + QStringLiteral("/fettle-empty-folder"));
    workbench->opener.openPath(QDir::tempPath() + QStringLiteral("/fettle-empty-folder"));
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages.front().front().toString().contains(QStringLiteral("neither a run nor a model")));
    workbench->opener.openPath(QStringLiteral("/no/such/file.txt"));
    EXPECT_EQ(messages.count(), 2);
}

TEST_F(Opening, TakesAFolderOfTextsAndAModelBesideItsJournal)
{
    const QTemporaryDir folder;
    const auto write = [&](const QString& name, const char* text) {
        QFile file(folder.filePath(name));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    write(QStringLiteral("a.txt"), "The wind is fair and the sea is calm today.\n");
    write(QStringLiteral("b.txt"), "The sails are set and the crew is well.\n");
    workbench->opener.openPath(folder.path() + QLatin1Char('/')); // as a shell completes it
    ASSERT_TRUE(waitFor([this] { return window->currentPage() == PageId::Data; }, 20000));
    EXPECT_EQ(workbench->choices.config().data.train, std::vector<std::string>{folder.path().toStdString()});
    // The bundled models lie beside the journals of their making.
    const QTemporaryDir model;
    for (const char* name : {"config.json", "journal.jsonl"})
        QFile::copy(QString::fromStdString(fettle::test::inTree("resources/models/nano-gpt/")) + QLatin1String(name),
                    model.filePath(QLatin1String(name)));
    workbench->opener.openPath(model.path());
    EXPECT_TRUE(waitFor([this] { return window->currentPage() == PageId::Model; }, 20000));
}

TEST_F(Opening, AFolderOfTextsChosenAsAModelIsOfferedAsText)
{
    const QTemporaryDir folder;
    for (int i = 0; i < 20; ++i) {
        QFile file(folder.filePath(QStringLiteral("brief%1.txt").arg(i)));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("Dear Grete, the wind is fair today.\nYours, Ann\n");
    }
    workbench->opener.openModelFolder(folder.path());
    QCoreApplication::processEvents();
    EXPECT_TRUE(seenWords(*window).contains(QStringLiteral("is no model: it holds texts.")));
    EXPECT_NE(seenButton(*window, QStringLiteral("Choose again…")), nullptr);
    press(seenButton(*window, QStringLiteral("Open as text")));
    ASSERT_TRUE(waitFor([this] { return window->currentPage() == PageId::Data; }, 20000));
    EXPECT_EQ(workbench->choices.config().data.train, std::vector<std::string>{folder.path().toStdString()});
    ASSERT_TRUE(waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    EXPECT_TRUE(words(PageId::Data).contains(QStringLiteral("20 files · "))) << words(PageId::Data).toStdString();
}

TEST_F(Opening, AFolderIsAddedToTheTextsThatAreThere)
{
    const QTemporaryDir folder;
    const auto made = [&](const QString& name) {
        QDir(folder.path()).mkpath(name);
        QFile file(folder.filePath(name) + QStringLiteral("/a.txt"));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("Dear Grete, the wind is fair today.\n");
        return folder.filePath(name);
    };
    const QString first = made(QStringLiteral("first")), second = made(QStringLiteral("second"));
    const auto texts = [this] { return workbench->choices.config().data.train; };
    workbench->opener.openTextFolder(first);
    ASSERT_TRUE(waitFor([&] { return texts().size() == 1; }, 20000));
    workbench->opener.openTextFolder(second, {first});
    ASSERT_TRUE(waitFor([&] { return texts().size() == 2; }, 20000));
    EXPECT_EQ(texts(), (std::vector<std::string>{first.toStdString(), second.toStdString()}));

    const QSignalSpy messages(workbench.get(), &Workbench::message);
    QDir(folder.path()).mkpath(QStringLiteral("empty"));
    workbench->opener.openTextFolder(folder.filePath(QStringLiteral("empty")));
    EXPECT_EQ(messages.count(), 1);
    EXPECT_EQ(texts().size(), 2u);
}

TEST_F(Opening, WhatIsOfTheOtherKindIsOfferedAsThat)
{
    const auto button = [this](const char* words) {
        QCoreApplication::processEvents();
        return seenButton(*window, QLatin1String(words));
    };
    const QTemporaryDir folder;
    const QString model = folder.filePath(QStringLiteral("model")), run = folder.filePath(QStringLiteral("run"));
    for (const QString& made : {model, run})
        QDir().mkpath(made);
    for (const QString& name : {QStringLiteral("config.json"), QStringLiteral("model.safetensors"),
                                QStringLiteral("vocab.json"), QStringLiteral("merges.txt")})
        QFile::copy(QString::fromStdString(fettle::test::inTree("resources/models/nano-gpt/")) + name,
                    model + QLatin1Char('/') + name);
    for (const QString& name : {QStringLiteral("/run.json"), QStringLiteral("/journal.jsonl")}) {
        QFile file(run + name);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("{}\n");
    }
    workbench->opener.openRunFolder(model);
    ASSERT_NE(button("Open the model"), nullptr);
    press(button("Open the model"));
    EXPECT_TRUE(waitFor(
        [&] { return workbench->model.entry() && workbench->model.entry()->folder == model.toStdString(); }, 20000));
    EXPECT_EQ(window->currentPage(), PageId::Model);

    const QSignalSpy messages(workbench.get(), &Workbench::message);
    workbench->opener.openModelFolder(run);
    EXPECT_NE(button("Open the run"), nullptr);
    EXPECT_EQ(workbench->choices.config().model, model.toStdString()) << "a run without a model is none";
    workbench->opener.openModelFolder(folder.path());
    workbench->opener.openRunFolder(folder.path());
    EXPECT_EQ(messages.count(), 2) << "neither of both";
}

TEST_F(Opening, ARunNamedWithASlashIsTheOneThatIsListed)
{
    const QTemporaryDir folder;
    const QString run = QString::fromStdString(writeRun(folder.path().toStdString(), "voyage").string());
    const QSignalSpy opened(&workbench->run, &RunWatch::opened);
    workbench->opener.openPath(run + QLatin1Char('/'));
    ASSERT_TRUE(waitFor([&] { return opened.count() == 1; }, 20000));
    workbench->opener.openRunFolder(run + QStringLiteral("//"));
    ASSERT_TRUE(waitFor([&] { return opened.count() == 2; }, 20000));
    workbench->runs.refresh();
    const auto listed = [&] {
        return std::count_if(workbench->runs.runs().begin(), workbench->runs.runs().end(),
                             [&](const auto& each) { return each.folder.string().starts_with(run.toStdString()); });
    };
    ASSERT_TRUE(waitFor([&] { return listed() > 0; }, 20000));
    EXPECT_EQ(listed(), 1);
    EXPECT_EQ(workbench->run.history()->runFolder, run.toStdString());
}

TEST_F(Opening, APipeIsRefusedBeforeAnyoneWaitsForIt)
{
    const QTemporaryDir folder;
    const QString pipe = folder.filePath(QStringLiteral("pipe.txt"));
    ASSERT_EQ(::mkfifo(pipe.toLocal8Bit().constData(), 0600), 0);
    const QSignalSpy messages(workbench.get(), &Workbench::message);
    workbench->opener.openPath(pipe);
    ASSERT_EQ(messages.count(), 1);
    EXPECT_TRUE(messages.back().front().toString().contains(QStringLiteral("no file but a pipe")));
    workbench->opener.openRunFile(pipe);
    ASSERT_EQ(messages.count(), 2);
    EXPECT_TRUE(messages.back().front().toString().contains(QStringLiteral("no file but a pipe")));
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({pipe});
    ASSERT_TRUE(waitFor([this] { return workbench->problem(QStringLiteral("data")).has_value(); }, 20000));
    EXPECT_TRUE(workbench->problem(QStringLiteral("data"))->message.contains(QStringLiteral("no file but a pipe")));
}

} // namespace
