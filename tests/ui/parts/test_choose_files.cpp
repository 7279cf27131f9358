// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs begin where the last one for the same kind of file ended.
#include "tests/ui/ui_test_support.h"
#include "ui/parts/choose_files.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <gtest/gtest.h>
#include <memory>

using namespace fettle::ui;

namespace
{
/// The next dialog is answered with `file`; the string returned then holds the folder it began in.
std::shared_ptr<QString> answerNextDialog(const QString& file)
{
    auto began = std::make_shared<QString>();
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, began, file] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (dialog == nullptr)
            return;
        if (began->isEmpty()) {
            *began = dialog->directory().absolutePath();
            QObject::connect(dialog, &QDialog::finished, timer, &QObject::deleteLater);
            QObject::connect(dialog, &QDialog::finished, timer, &QTimer::stop);
        }
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(file);
        QMetaObject::invokeMethod(dialog, "accept");
    });
    timer->start(20);
    return began;
}
} // namespace

TEST(ChooseFiles, TextsAreLookedForWhereTheLastOneWas)
{
    fettle::ui::testing::application();
    QSettings().clear();
    const QTemporaryDir folder;
    const QString path = QDir(folder.path()).canonicalPath(), text = path + QStringLiteral("/a.txt");
    QFile file(text);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.close();
    auto began = answerNextDialog(text);
    EXPECT_EQ(chooseTexts(nullptr), QStringList{text});
    EXPECT_EQ(*began, QDir::homePath());
    began = answerNextDialog(text);
    EXPECT_EQ(chooseTexts(nullptr, QStringLiteral("Add texts")), QStringList{text});
    EXPECT_EQ(*began, path);
    began = answerNextDialog(text);
    EXPECT_EQ(chooseText(nullptr, QStringLiteral("Text to check with")), text);
    EXPECT_EQ(*began, path);
    began = answerNextDialog(path);
    EXPECT_EQ(chooseTextFolder(nullptr), path);
    EXPECT_EQ(*began, path);
    began = answerNextDialog(path);
    chooseModelFolder(nullptr);
    EXPECT_EQ(*began, QDir::homePath()) << "models lie elsewhere";
    began = answerNextDialog(path + QStringLiteral("/loss.png"));
    EXPECT_EQ(chooseFileToSave(nullptr, {}, QStringLiteral("loss.png"), {}), path + QStringLiteral("/loss.png"));
    EXPECT_EQ(*began, QDir::homePath());
    began = answerNextDialog(path + QStringLiteral("/loss.csv"));
    chooseFileToSave(nullptr, {}, QStringLiteral("loss.csv"), {});
    EXPECT_EQ(*began, path);
}
