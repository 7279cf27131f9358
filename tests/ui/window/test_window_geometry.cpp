// SPDX-License-Identifier: GPL-3.0-or-later
// The window fits the screen with its frame, comes back as it was left, and F11 twice leaves it as it was.
#include "ui/window/window_geometry.h"

#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/parts/page.h"
#include "ui/window/main_window.h"

#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <gtest/gtest.h>

namespace
{

using namespace fettle::ui;

TEST(WindowGeometry, FitsTheScreenWithItsFrame)
{
    const QMargins frame(4, 30, 4, 4);
    for (const QSize& screen : {QSize(1024, 700), QSize(1280, 800), QSize(960, 540), QSize(3840, 2160)}) {
        const QRect available(QPoint(0, 0), screen);
        for (const QRect& wanted : {QRect(0, 0, 1280, 800), QRect(-50, -50, 1024, 700), QRect(2000, 900, 800, 600)}) {
            const QRect inner = fittedToScreen(wanted, available, frame);
            EXPECT_TRUE(available.contains(inner.marginsAdded(frame)))
                << screen.width() << "x" << screen.height() << ": " << inner.x() << "," << inner.y() << " "
                << inner.width() << "x" << inner.height();
        }
    }
    const QRect fits(100, 100, 800, 500);
    EXPECT_EQ(fittedToScreen(fits, QRect(0, 0, 1280, 800), frame), fits) << "what fits stays where it is";
}

class Placed : public ::testing::Test
{
protected:
    Placed()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
    }
    ~Placed() override { Theme::instance().setTextScale(1); }

    static void settle()
    {
        for (int i = 0; i < 4; ++i) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
    }

    std::unique_ptr<Workbench> workbench;
};

TEST_F(Placed, IsNeverLargerThanTheScreen)
{
    MainWindow window(*workbench);
    window.show();
    settle();
    const QRect available = window.screen()->availableGeometry();
    EXPECT_TRUE(available.contains(window.frameGeometry()))
        << window.frameGeometry().width() << "x" << window.frameGeometry().height();
    EXPECT_LE(window.minimumWidth(), 960 - 16) << "a laptop at twofold scale, with a frame";
    EXPECT_LE(window.minimumHeight(), 540 - 60);
}

TEST_F(Placed, EveryButtonThatCountsIsOnTheSmallestScreen)
{
    MainWindow window(*workbench);
    window.show();
    window.resize(948, 500); // 960x540 with a frame
    settle();
    ASSERT_EQ(window.size(), QSize(948, 500));
    for (Page* page : window.pages()) {
        const QString key = pageKey(page->id());
        window.showPage(page->id());
        settle();
        for (const QPushButton* button : page->header()->findChildren<QPushButton*>()) {
            if (!button->isVisible())
                continue;
            const QRect place(button->mapTo(&window, QPoint()), button->size());
            EXPECT_TRUE(window.rect().contains(place)) << key.toStdString() << ": " << button->text().toStdString();
        }
        const auto* body = page->findChild<QScrollArea*>();
        EXPECT_LE(body->widget()->minimumSizeHint().width(), body->viewport()->width())
            << key.toStdString() << " must be scrolled sideways";
    }
}

TEST_F(Placed, ComesBackAsItWasLeft)
{
    {
        MainWindow window(*workbench);
        window.show();
        settle();
        window.setGeometry(20, 40, 740, 460);
        settle();
        window.close();
    }
    MainWindow window(*workbench);
    EXPECT_EQ(window.size(), QSize(740, 460));
    window.show();
    settle();
    window.setWindowState(Qt::WindowMaximized);
    settle();
    window.close();
    MainWindow third(*workbench);
    EXPECT_TRUE(third.windowState() & Qt::WindowMaximized);
}

TEST_F(Placed, ProjectorLeavesMaximisedAsItWas)
{
    MainWindow window(*workbench);
    window.show();
    window.setWindowState(Qt::WindowMaximized);
    settle();
    window.setProjector(true);
    settle();
    EXPECT_TRUE(window.windowState() & Qt::WindowFullScreen);
    window.setProjector(false);
    settle();
    EXPECT_FALSE(window.windowState() & Qt::WindowFullScreen);
    EXPECT_TRUE(window.windowState() & Qt::WindowMaximized);
    window.setWindowState(Qt::WindowNoState);
    settle();
    const QSize size = window.size();
    window.setProjector(true);
    settle();
    window.setProjector(false);
    settle();
    EXPECT_FALSE(window.windowState() & Qt::WindowMaximized);
    EXPECT_EQ(window.size(), size);
}

} // namespace
