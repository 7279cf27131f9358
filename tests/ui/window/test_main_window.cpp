// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window, without a display: every page in both themes and several sizes; nothing is cut off or unnamed.
#include "ui/window/main_window.h"

#include "tests/support/tree.h"
#include "tests/ui/ui_test_support.h"
#include "ui/bench/workbench.h"
#include "ui/look/theme.h"
#include "ui/parts/floating_notice.h"
#include "ui/parts/label.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/page.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFocusEvent>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <gtest/gtest.h>

namespace
{

using namespace fettle::ui;

class Window : public ::testing::Test
{
protected:
    Window()
    {
        fettle::ui::testing::application();
        QSettings().clear();
        workbench = std::make_unique<Workbench>();
        window = std::make_unique<MainWindow>(*workbench);
        window->show();
        settle();
    }
    ~Window() override
    {
        Theme::instance().setTextScale(1);
        Theme::instance().setChoice(ThemeChoice::Light);
    }

    static void settle()
    {
        for (int i = 0; i < 4; ++i) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
        // A model may have written a piece with the last event: its label gets its place, too.
        for (int i = 0; i < 3; ++i)
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    }

    /// Labels of the shown page whose words need more room than they have.
    QStringList cutLabels() const
    {
        QStringList cut;
        for (const QLabel* label : window->findChildren<QLabel*>()) {
            if (!label->isVisible() || label->text().isEmpty() || label->inherits("fettle::ui::ElidedLabel"))
                continue;
            const bool wraps = label->wordWrap();
            const int needed = wraps ? label->heightForWidth(label->width()) : label->sizeHint().height();
            if ((!wraps && label->width() < label->sizeHint().width()) || label->height() < needed)
                cut << QStringLiteral("“%1” has %2x%3, needs %4x%5")
                           .arg(label->text().left(60))
                           .arg(label->width())
                           .arg(label->height())
                           .arg(label->sizeHint().width())
                           .arg(needed);
        }
        return cut;
    }

    QStringList unnamed() const
    {
        QStringList found;
        for (const QAbstractButton* button : window->findChildren<QAbstractButton*>())
            if (button->isVisible() && button->text().isEmpty() && button->accessibleName().isEmpty() &&
                !button->parent()->inherits("QLineEdit") &&
                button->objectName() != QLatin1String("qt_menubar_ext_button"))
                found << QStringLiteral("%1 in %2")
                             .arg(QLatin1String(button->metaObject()->className()),
                                  QLatin1String(button->parent()->metaObject()->className()));
        return found;
    }

    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<MainWindow> window;
};

struct Look {
    int width, height;
    double scale;
    ThemeChoice theme;
};

TEST_F(Window, NothingIsCutOffInAnySizeAndTheme)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
    ASSERT_TRUE(fettle::ui::testing::waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    const QString pictures = qEnvironmentVariable("FETTLE_TEST_PICTURES");
    for (const Look& look : {Look{1280, 800, 1.0, ThemeChoice::Light}, Look{1024, 700, 1.0, ThemeChoice::Dark},
                             Look{1280, 800, 1.5, ThemeChoice::Light}, Look{1024, 700, 1.5, ThemeChoice::Dark},
                             Look{1280, 800, 2.0, ThemeChoice::Dark}}) {
        Theme::instance().setChoice(look.theme);
        Theme::instance().setTextScale(look.scale);
        window->resize(look.width, look.height);
        for (Page* page : window->pages()) {
            const QString key = pageKey(page->id());
            window->showPage(page->id());
            settle();
            EXPECT_EQ(window->currentPage(), page->id());
            EXPECT_EQ(window->size(), QSize(look.width, look.height)) << key.toStdString();
            const QPixmap picture = window->grab();
            EXPECT_FALSE(picture.isNull());
            const auto* body = page->findChild<QScrollArea*>();
            EXPECT_LE(body->widget()->minimumSizeHint().width(), body->viewport()->width())
                << key.toStdString() << " is too wide at " << look.width << ", scale " << look.scale;
            const QString cut = cutLabels().join(QLatin1Char('\n'));
            EXPECT_TRUE(cut.isEmpty()) << key.toStdString() << " at " << look.width << ", scale " << look.scale << ":\n"
                                       << cut.toStdString();
            if (!pictures.isEmpty()) {
                QDir().mkpath(pictures);
                picture.save(QStringLiteral("%1/%2-%3-%4.png").arg(pictures, key).arg(look.width).arg(look.scale));
            }
        }
    }
}

TEST_F(Window, ASmallWindowHasOneScrollBarAPageAndNoneSideways)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
    ASSERT_TRUE(fettle::ui::testing::waitFor(
        [this] { return workbench->text.preview() && workbench->forecasts.forecast(); }, 20000));
    window->resize(1016, 664); // 1024x700 with a frame
    for (const PageId id : {PageId::Home, PageId::Model, PageId::Data, PageId::Settings}) {
        window->showPage(id);
        settle();
        const Page* page = window->page(id);
        const std::string key = pageKey(id).toStdString();
        const auto* body = page->findChild<QScrollArea*>();
        EXPECT_LE(body->widget()->minimumSizeHint().width(), body->viewport()->width()) << key;
        for (int side = 0; side < 2; ++side) {
            if (auto* split = page->findChild<MainSideSplit*>()) {
                split->showSide(side == 1);
                settle();
                for (const auto* column :
                     split->findChild<QSplitter*>()->findChildren<QScrollArea*>(QString(), Qt::FindDirectChildrenOnly))
                    if (column->isVisible() && id != PageId::Model) {
                        EXPECT_EQ(column->verticalScrollBar()->maximum(), 0) << key << ", side " << side;
                    }
            }
        }
    }
}

TEST_F(Window, LargerTextAndBackLeavesNothingTooWide)
{
    workbench->choices.setModel(QStringLiteral("bundled:nano-gpt"));
    workbench->choices.setTexts({QStringLiteral("bundled:ships-log")});
    ASSERT_TRUE(fettle::ui::testing::waitFor([this] { return workbench->text.preview() != nullptr; }, 20000));
    window->resize(900, 600);
    window->showPage(PageId::Data);
    settle();
    const QWidget* body = window->page(PageId::Data)->findChild<QScrollArea*>()->widget();
    const int before = body->minimumSizeHint().width();
    Theme::instance().setTextScale(1.3);
    settle();
    Theme::instance().setTextScale(1);
    settle();
    EXPECT_EQ(body->minimumSizeHint().width(), before);
}

TEST_F(Window, EveryPageOpensWithoutAnythingChosen)
{
    for (const Page* page : window->pages()) {
        window->showPage(page->id());
        settle();
        const QString cut = cutLabels().join(QLatin1Char('\n'));
        EXPECT_TRUE(cut.isEmpty()) << pageKey(page->id()).toStdString() << ":\n" << cut.toStdString();
    }
    EXPECT_FALSE(workbench->canStart());
    EXPECT_FALSE(workbench->problems().empty());
}

TEST_F(Window, EveryButtonHasAName)
{
    EXPECT_EQ(unnamed().join(QLatin1Char('\n')).toStdString(), "");
}

TEST_F(Window, KeysShowPages)
{
    for (const QAction* action : window->actions())
        if (action->shortcut() == QKeySequence(QStringLiteral("Ctrl+7")))
            const_cast<QAction*>(action)->trigger();
    EXPECT_EQ(window->currentPage(), PageId::Runs);
}

TEST_F(Window, ThePagesButtonIsTheFirstThatTabComesToAndItsRingIsSeen)
{
    window->show();
    for (const Page* page : window->pages()) {
        window->showPage(page->id());
        QPushButton* primary = page->header()->primary();
        QWidget* first = nullptr;
        for (QWidget* next = page->header()->nextInFocusChain(); next != page->header();
             next = next->nextInFocusChain())
            if (page->isAncestorOf(next) && next->focusPolicy() & Qt::TabFocus) {
                first = next;
                break;
            }
        EXPECT_EQ(first, primary) << "page " << static_cast<int>(page->id());
    }
    window->showPage(PageId::Home);
    QPushButton* primary = window->page(PageId::Home)->header()->primary();
    const QPoint at = primary->mapTo(window.get(), QPoint());
    const auto look = [&] { return window->grab(QRect(at, primary->size())).toImage(); };
    const QImage before = look();
    QFocusEvent in(QEvent::FocusIn, Qt::TabFocusReason);
    QApplication::sendEvent(primary, &in);
    const QImage with = look();
    int lighter = 0;
    for (int y = 0; y < with.height(); ++y)
        for (int x = 0; x < with.width(); ++x)
            lighter += with.pixelColor(x, y) == colors().onAccent && before.pixelColor(x, y) == colors().accent;
    EXPECT_GT(lighter, primary->width()) << "a ring of the colour of the words, on the button";
}

TEST_F(Window, EnterPressesAButton)
{
    window->showPage(PageId::Model);
    QPushButton* next = window->page(PageId::Data)->header()->primary();
    int pressed = 0;
    QObject::connect(next, &QPushButton::clicked, window.get(), [&pressed] { ++pressed; });
    next->setEnabled(true);
    QTest::keyClick(next, Qt::Key_Return);
    QTest::keyClick(next, Qt::Key_Enter, Qt::KeypadModifier);
    EXPECT_EQ(pressed, 2);
    QTest::keyClick(next, Qt::Key_Return, Qt::ControlModifier);
    EXPECT_EQ(pressed, 2) << "that is the page's own key";
}

TEST_F(Window, TheListOfKeysNamesThoseOfRuns)
{
    QString words;
    QTimer::singleShot(0, qApp, [&words] {
        QWidget* dialog = QApplication::activeModalWidget();
        ASSERT_NE(dialog, nullptr);
        for (const QLabel* label : dialog->findChildren<QLabel*>())
            words += label->text();
        dialog->close();
    });
    for (const QAction* action : window->actions())
        if (action->shortcut() == QKeySequence(QStringLiteral("F1")))
            const_cast<QAction*>(action)->trigger();
    for (const char* key : {"F2", "Del", "Space"})
        EXPECT_TRUE(words.contains(QLatin1String(key))) << key << ": " << words.toStdString();
}

TEST_F(Window, CtrlEnterIsThePagesButtonByItsName)
{
    QAction* action = nullptr;
    for (QAction* one : window->actions())
        if (one->shortcuts().contains(QKeySequence(QStringLiteral("Ctrl+Return"))))
            action = one;
    ASSERT_NE(action, nullptr);
    EXPECT_TRUE(action->shortcuts().contains(QKeySequence(QStringLiteral("Ctrl+Enter")))) << "the number pad's too";
    window->showPage(PageId::Model);
    Q_EMIT workbench->changed();
    EXPECT_EQ(action->text(), QStringLiteral("Next: Data"));
}

TEST_F(Window, AFailedStartIsToldOnceAndGoesWithTheNextRun)
{
    window->showPage(PageId::Settings);
    Q_EMIT workbench->startFailed({QString(), QStringLiteral("Training did not start: about 9 GB of memory needed."),
                                   QStringLiteral("Use fewer rows.")});
    settle();
    int told = 0;
    for (const QLabel* label : window->findChildren<QLabel*>())
        if (label->isVisible() && label->text().contains(QStringLiteral("9 GB")))
            told += static_cast<int>(label->text().count(QStringLiteral("did not start")));
    EXPECT_EQ(told, 1);
    // Elsewhere the window itself says it.
    window->showPage(PageId::Home);
    Q_EMIT workbench->startFailed({QStringLiteral("data"), QStringLiteral("No text is chosen yet."), {}});
    settle();
    bool said = false;
    for (const QLabel* label : window->findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text().contains(QStringLiteral("No text is chosen yet.")));
    EXPECT_TRUE(said);
}

TEST_F(Window, LinksFollowTheTheme)
{
    Label link(QStringLiteral("<a href=\"x\">Keep some</a>"), Type::Body, Ink::Text, window.get());
    const auto inkOf = [&link] {
        link.adjustSize();
        link.show();
        const QImage image = link.grab().toImage();
        int best = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                const QColor pixel = image.pixelColor(x, y), wanted = colors().accent;
                best += std::abs(pixel.red() - wanted.red()) + std::abs(pixel.green() - wanted.green()) +
                            std::abs(pixel.blue() - wanted.blue()) <
                        24;
            }
        return best;
    };
    EXPECT_GT(inkOf(), 5);
    Theme::instance().setChoice(ThemeChoice::Dark);
    settle();
    EXPECT_GT(inkOf(), 5) << "the link keeps the light theme's colour";
}

TEST_F(Window, AMessageMovesNothingAndGoesWithTheNextThingDone)
{
    window->showPage(PageId::Data);
    settle();
    const auto* message = window->findChild<FloatingNotice*>(QString(), Qt::FindChildrenRecursively);
    const QWidget* page = window->page(PageId::Data);
    const QRect before(page->mapTo(window.get(), QPoint()), page->size());
    const auto say = [&] {
        workbench->opener.openPath(QStringLiteral("/no/such/file.txt"));
        settle();
    };
    say();
    ASSERT_TRUE(message->isVisible());
    EXPECT_EQ(QRect(page->mapTo(window.get(), QPoint()), page->size()), before);
    EXPECT_TRUE(window->rect().contains(QRect(message->mapTo(window.get(), QPoint()), message->size())));
    for (auto* words : message->findChildren<QLabel*>())
        if (words->isVisible())
            QTest::mouseClick(words, Qt::LeftButton);
    EXPECT_TRUE(message->isVisible()) << "it may be read with the mouse";
    QTest::keyClick(window->focusWidget(), Qt::Key_Tab);
    EXPECT_TRUE(message->isVisible()) << "its own buttons are reached with Tab";
    QTest::mouseClick(window->page(PageId::Data)->header(), Qt::LeftButton);
    EXPECT_FALSE(message->isVisible());
    say();
    QTest::keyClick(window->focusWidget(), Qt::Key_Down);
    EXPECT_FALSE(message->isVisible());
}

TEST_F(Window, RemembersSizeAndText)
{
    Theme::instance().setTextScale(1.3);
    EXPECT_EQ(QSettings().value(QStringLiteral("window/textScale")).toDouble(), 1.3) << "at once";
    window->resize(760, 500);
    window->close();
    window.reset();
    Theme::instance().setTextScale(1);
    window = std::make_unique<MainWindow>(*workbench);
    EXPECT_DOUBLE_EQ(Theme::instance().textScale(), 1.3);
    EXPECT_EQ(window->size(), QSize(760, 500));
}

TEST_F(Window, ClosingDuringARunAsksAndSaves)
{
    const QTemporaryDir folder;
    fettle::RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.maxLength = 32;
    config.arguments.max_steps = 5000;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.output_dir = (folder.path() + QStringLiteral("/closed")).toStdString();
    workbench->choices.set(config);
    workbench->start();
    ASSERT_TRUE(fettle::ui::testing::waitFor([this] { return workbench->run.history()->lastStep() >= 2; }, 120000));
    EXPECT_TRUE(window->windowTitle().startsWith(QStringLiteral("closed – 0 % – Fettle")))
        << window->windowTitle().toStdString();

    const auto answer = [](const char* words) {
        QTimer::singleShot(0, qApp, [words] {
            QWidget* dialog = QApplication::activeModalWidget();
            ASSERT_NE(dialog, nullptr);
            for (QPushButton* button : dialog->findChildren<QPushButton*>())
                if (button->text() == QLatin1String(words))
                    button->click();
        });
    };
    answer("Go on training");
    EXPECT_FALSE(window->close());
    EXPECT_TRUE(workbench->run.isRunning());
    answer("Save and close");
    EXPECT_FALSE(window->close()) << "it closes when all is saved";
    ASSERT_TRUE(fettle::ui::testing::waitFor([this] { return !window->isVisible(); }, 60000));
    EXPECT_FALSE(workbench->run.isRunning());
    EXPECT_FALSE(workbench->run.trainedModel().isEmpty());
}

} // namespace
