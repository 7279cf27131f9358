// SPDX-License-Identifier: GPL-3.0-or-later
// The page Model: keys, models that lack something, and how words fall into pieces.
#include "ui/model/model_page.h"

#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/model/model_details.h"
#include "ui/model/model_row.h"
#include "ui/model/piece_view.h"
#include "ui/parts/badges.h"
#include "ui/parts/label.h"
#include "ui/window/rail_lines.h"

#include <QFile>
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

class ModelPageTest : public ::testing::Test
{
protected:
    ModelPageTest()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
        page = std::make_unique<ModelPage>(*workbench, nullptr);
        page->resize(1300, 770);
        page->show();
    }
    bool chosen(const char* reference)
    {
        workbench->choices.setModel(QString::fromLatin1(reference));
        return waitFor([this] { return workbench->model.entry() != nullptr; }, 30000);
    }
    QString shown() const
    {
        QString all;
        for (const QLabel* label : page->findChildren<QLabel*>())
            if (label->isVisible())
                all += label->text() + QLatin1Char('\n');
        return all;
    }
    ModelRow* row(const char* name) const
    {
        for (auto* one : page->findChildren<ModelRow*>())
            if (one->entry().name == name && !one->isHidden())
                return one;
        return nullptr;
    }

    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<ModelPage> page;
};

TEST_F(ModelPageTest, EnterChoosesAModelAsSpaceDoes)
{
    ASSERT_TRUE(waitFor([this] { return row("nano-bert") != nullptr; }, 30000));
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) {
        workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
        QTest::keyClick(row("nano-bert"), key);
        EXPECT_EQ(workbench->choices.config().model, "bundled:nano-bert") << key;
    }
}

TEST_F(ModelPageTest, WhileARunTrainsTheMarkStaysWithItsModel)
{
    const QTemporaryDir folder;
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.maxLength = 32;
    config.arguments.max_steps = 100000;
    config.arguments.save_strategy = "no";
    config.arguments.output_dir = (folder.path() + QStringLiteral("/run")).toStdString();
    workbench->choices.set(config);
    ASSERT_TRUE(waitFor([this] { return workbench->canStart() && row("nano-bert") != nullptr; }, 60000));
    EXPECT_FALSE(shown().contains(QStringLiteral("A run uses this model")));
    workbench->start();
    ASSERT_TRUE(waitFor([this] { return workbench->run.isRunning(); }, 60000));
    EXPECT_TRUE(shown().contains(QStringLiteral("A run uses this model"))) << shown().toStdString();
    const QSignalSpy told(workbench.get(), &Workbench::message);
    QTest::mouseClick(row("nano-bert"), Qt::LeftButton);
    EXPECT_EQ(told.size(), 1);
    EXPECT_TRUE(row("nano-gpt")->isChecked());
    EXPECT_FALSE(row("nano-bert")->isChecked()) << "it was refused";
    workbench->run.stop(StopMode::Discard);
    ASSERT_TRUE(waitFor([this] { return !workbench->run.isRunning(); }, 60000));
    EXPECT_FALSE(shown().contains(QStringLiteral("A run uses this model"))) << shown().toStdString();
    QTest::mouseClick(row("nano-bert"), Qt::LeftButton);
    EXPECT_TRUE(row("nano-bert")->isChecked());
}

TEST_F(ModelPageTest, AModelWithoutATokenizerIsNotReady)
{
    ASSERT_TRUE(chosen("bundled:nano-gpt"));
    ASSERT_TRUE(waitFor([this] { return shown().contains(QStringLiteral("tokens ·")); }, 30000));
    const QTemporaryDir folder;
    const QString source = QString::fromStdString(fettle::test::inTree("resources/models/nano-gpt/"));
    for (const char* name : {"config.json", "model.safetensors"})
        ASSERT_TRUE(QFile::copy(source + QLatin1String(name), folder.path() + QLatin1Char('/') + QLatin1String(name)));
    workbench->choices.setModel(folder.path());
    ASSERT_TRUE(waitFor([this] { return workbench->problem(QStringLiteral("model")).has_value(); }, 30000));
    QCoreApplication::processEvents();
    EXPECT_EQ(railMark(*workbench, PageId::Model), Mark::Alert);
    EXPECT_FALSE(workbench->canStart());
    for (const auto* badge : page->findChildren<StateBadge*>())
        if (badge->isVisible()) {
            EXPECT_NE(badge->text(), QStringLiteral("ready"));
        }
    EXPECT_FALSE(shown().contains(QStringLiteral("tokens ·"))) << "the former model's pieces are gone";
}

TEST_F(ModelPageTest, WordsOfABertModelAreNotGlued)
{
    ASSERT_TRUE(chosen("bundled:nano-bert"));
    ASSERT_TRUE(waitFor([this] { return shown().contains(QStringLiteral("tokens ·")); }, 30000));
    const QString words = shown();
    EXPECT_FALSE(words.contains(QStringLiteral("theship"), Qt::CaseInsensitive)) << words.toStdString();
    EXPECT_FALSE(words.contains(QStringLiteral("[MASK]"))) << "a blank has one sign in the window";
    EXPECT_TRUE(words.contains(QStringLiteral("12 tokens · 1.9 letters each")))
        << "23 letters, none of the marks around them\n"
        << words.toStdString();
}

} // namespace
