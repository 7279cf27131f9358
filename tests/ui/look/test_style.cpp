// SPDX-License-Identifier: GPL-3.0-or-later
// What the style measures and paints of stock controls, and that a change of theme or text size reaches them at once.
#include "ui/look/style.h"

#include "tests/ui/ui_test_support.h"
#include "tests/ui/whole_window.h"
#include "ui/look/theme.h"
#include "ui/parts/plain_scroll.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QStyleOptionSlider>
#include <QTableView>
#include <QToolTip>
#include <QVBoxLayout>
#include <gtest/gtest.h>

namespace fettle::ui
{
namespace
{

QImage seen(QWidget& widget)
{
    QCoreApplication::processEvents();
    return widget.grab().toImage();
}

/// The colour of what is drawn in `area`, which is most unlike `ground`.
QColor inkIn(const QImage& picture, const QRect& area, const QColor& ground)
{
    QColor ink = ground;
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x) {
            const QColor here = picture.pixelColor(x, y);
            if (std::abs(here.lightness() - ground.lightness()) > std::abs(ink.lightness() - ground.lightness()))
                ink = here;
        }
    return ink;
}

/// Of two colours the one that `color` is nearer to; thin strokes do not reach their full colour.
bool isNearer(const QColor& color, const QColor& to, const QColor& than)
{
    return std::abs(color.lightness() - to.lightness()) < std::abs(color.lightness() - than.lightness());
}

class StockControls : public ::testing::Test
{
protected:
    StockControls()
    {
        testing::application();
        Theme::instance().setChoice(ThemeChoice::Light);
    }
    ~StockControls() override
    {
        Theme::instance().setTextScale(1);
        Theme::instance().setChoice(ThemeChoice::Light);
    }
};

TEST_F(StockControls, AnOpenMenuFollowsTheTheme)
{
    QMenu menu;
    menu.addAction(QStringLiteral("Open"));
    QAction* off = menu.addAction(QStringLiteral("Closed"));
    menu.actions().last()->setEnabled(false);
    QAction* line = menu.addSeparator();
    menu.addAction(QStringLiteral("Quit"));
    menu.popup({0, 0});
    menu.setActiveAction(menu.actions().first());
    for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
        Theme::instance().setChoice(choice);
        const Palette& p = colors();
        const QImage picture = seen(menu);
        const QRect chosen = menu.actionGeometry(menu.actions().first()), last = menu.actionGeometry(off);
        EXPECT_EQ(picture.pixelColor(0, 0), p.hairline);
        EXPECT_EQ(picture.pixelColor(chosen.right() - 4, chosen.center().y()), p.tint);
        EXPECT_EQ(picture.pixelColor(last.right() - 4, last.center().y()), p.card);
        EXPECT_EQ(picture.pixelColor(menu.actionGeometry(line).center()), p.hairline);
        EXPECT_TRUE(isNearer(inkIn(picture, chosen, p.tint), p.text, p.border));
        EXPECT_TRUE(isNearer(inkIn(picture, last, p.card), p.border, p.text)) << "what cannot be done";
    }
}

TEST_F(StockControls, MarksAndIconsOfAMenuStandBeforeItsWords)
{
    QMenu words, marks;
    words.addAction(QStringLiteral("Light"));
    QAction* light = marks.addAction(QStringLiteral("Light"));
    light->setCheckable(true);
    QAction* dark = marks.addAction(QStringLiteral("Light"));
    dark->setCheckable(true);
    dark->setChecked(true);
    EXPECT_GE(marks.sizeHint().width(), words.sizeHint().width() + px(16));
    const QColor ground = colors().card;
    marks.popup({0, 0});
    const QImage picture = seen(marks);
    const auto column = [&](QAction* action) {
        const QRect line = marks.actionGeometry(action);
        return QRect(line.left() + 2, line.top(), px(28), line.height());
    };
    EXPECT_EQ(inkIn(picture, column(light), ground), ground);
    EXPECT_TRUE(isNearer(inkIn(picture, column(dark), ground), colors().text, ground));
}

TEST_F(StockControls, GrowWithTheText)
{
    QMenu menu;
    QAction* action = menu.addAction(QStringLiteral("Open"));
    QMenuBar bar;
    bar.addMenu(QStringLiteral("File"));
    QTableView table;
    QStandardItemModel model(1, 1);
    table.setModel(&model);
    QComboBox box;
    box.addItem(QStringLiteral("Same"));
    box.show();
    const auto sizes = [&] {
        menu.popup({0, 0});
        box.showPopup();
        QCoreApplication::processEvents();
        std::vector<int> heights{menu.actionGeometry(action).height(), bar.sizeHint().height(),
                                 table.horizontalHeader()->sizeHint().height(),
                                 box.view()->visualRect(box.model()->index(0, 0)).height()};
        box.hidePopup();
        menu.hide();
        return heights;
    };
    const std::vector<int> before = sizes();
    EXPECT_EQ(before.back(), px(26));
    Theme::instance().setTextScale(1.5);
    const std::vector<int> after = sizes();
    for (size_t i = 0; i < before.size(); ++i)
        EXPECT_NEAR(after[i], before[i] * 1.5, 4) << i;
}

TEST_F(StockControls, ChosenInAListHasTheListsOwnGround)
{
    QComboBox box;
    box.addItems({QStringLiteral("One"), QStringLiteral("Two")});
    QTableView table;
    QStandardItemModel model(2, 2);
    table.setModel(&model);
    table.selectRow(0);
    for (QWidget* widget : {static_cast<QWidget*>(&box), static_cast<QWidget*>(&table)})
        widget->show();
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        Theme::instance().setChoice(choice);
        const QImage rows = seen(*table.viewport());
        EXPECT_EQ(rows.pixelColor(table.visualRect(model.index(0, 0)).center()), colors().hover);
        EXPECT_EQ(rows.pixelColor(table.visualRect(model.index(1, 0)).center()), colors().card);
        EXPECT_EQ(rows.pixelColor(table.visualRect(model.index(1, 0)).bottomRight() + QPoint(1, 0)), colors().hairline);
        EXPECT_EQ(table.viewport()->geometry().right(), table.width() - 1) << "no frame";

        box.showPopup();
        const QImage list = seen(*box.view()->window());
        EXPECT_EQ(list.pixelColor(0, 0), colors().border);
        EXPECT_EQ(list.pixelColor(list.width() / 2, 3), colors().card);
        EXPECT_EQ(list.pixelColor(list.width() - 8, 5 + px(13)), colors().tint);
        EXPECT_EQ(list.pixelColor(list.width() - 8, 5 + px(26) + px(13)), colors().card);
        box.hidePopup();
    }
}

TEST_F(StockControls, HeadersAreQuietAndKeepTheirDistance)
{
    QTableView table;
    QStandardItemModel model(1, 3);
    model.setHorizontalHeaderLabels({QStringLiteral("HHH"), QStringLiteral("HHH"), QStringLiteral("HHH")});
    table.setModel(&model);
    table.resize(400, 100);
    QHeaderView* header = table.horizontalHeader();
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table.selectAll(); // says no more of its head
    table.show();
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        Theme::instance().setChoice(choice);
        const QImage picture = seen(*header->viewport());
        const Palette& p = colors();
        const auto section = [&](int column) {
            return QRect(header->sectionViewportPosition(column), 0, header->sectionSize(column), picture.height() - 1);
        };
        EXPECT_EQ(picture.pixelColor(40, picture.height() - 1), p.hairline);
        EXPECT_EQ(picture.pixelColor(section(1).topRight()), p.card);
        EXPECT_TRUE(isNearer(inkIn(picture, section(1), p.card), p.text2, p.text));
        const auto begin = [&](int column) {
            for (int x = section(column).left(); x < section(column).right(); ++x)
                if (inkIn(picture, QRect(x, 0, 1, section(column).height()), p.card) != p.card)
                    return x - section(column).left();
            return -1;
        };
        EXPECT_NEAR(begin(0), px(16), 3);
        EXPECT_NEAR(begin(1), px(8), 3);
    }
    const QImage inTheMiddle = seen(*header->viewport());
    header->setDefaultAlignment(Qt::AlignLeft); // as in Qt's file dialog
    EXPECT_EQ(seen(*header->viewport()), inTheMiddle);
}

TEST_F(StockControls, AScrollBarIsAHandleAndNothingElse)
{
    PlainScroll area(nullptr);
    auto* content = new QWidget;
    content->setFixedHeight(1000);
    area.setContent(content);
    area.resize(200, 200);
    area.show();
    QScrollBar* bar = area.verticalScrollBar();
    EXPECT_EQ(bar->width(), 10);
    const auto handleAt = [&](const QImage& picture, const QColor& color) { // less its round ends
        std::pair<int, int> found{-1, -1};
        for (int y = 0; y < picture.height(); ++y)
            if (picture.pixelColor(5, y) == color) {
                found.first = found.first < 0 ? y : found.first;
                found.second = y;
            }
        return found;
    };
    EXPECT_EQ(handleAt(seen(*bar), colors().track), std::pair(2, 37));
    EXPECT_EQ(seen(*bar).pixelColor(5, 100), colors().window) << "what lies below";
    bar->setValue(bar->maximum());
    EXPECT_EQ(handleAt(seen(*bar), colors().track), std::pair(162, 197));
    QStyleOptionSlider option;
    option.initFrom(bar);
    option.minimum = bar->minimum();
    option.maximum = bar->maximum();
    option.pageStep = bar->pageStep();
    option.sliderPosition = bar->value();
    option.orientation = Qt::Vertical;
    option.subControls = QStyle::SC_All;
    option.activeSubControls = QStyle::SC_ScrollBarSlider; // the mouse is on it
    QImage picture(bar->size(), QImage::Format_RGB32);
    picture.fill(colors().window);
    QPainter painter(&picture);
    bar->style()->drawComplexControl(QStyle::CC_ScrollBar, &option, &painter, bar);
    painter.end();
    EXPECT_EQ(handleAt(picture, colors().border), std::pair(162, 197));
    content->setFixedHeight(20000);
    QCoreApplication::processEvents();
    EXPECT_GE(bar->style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSlider, bar).height(),
              28);
    for (const QStyle::SubControl arrow : {QStyle::SC_ScrollBarAddLine, QStyle::SC_ScrollBarSubLine})
        EXPECT_TRUE(bar->style()->subControlRect(QStyle::CC_ScrollBar, &option, arrow, bar).isEmpty());
}

TEST_F(StockControls, APlainAreaShowsWhatItStandsOn)
{
    QWidget ground;
    QPalette red;
    red.setColor(QPalette::Window, Qt::red);
    ground.setPalette(red);
    QVBoxLayout column(&ground);
    column.setContentsMargins({});
    auto* area = new PlainScroll(&ground);
    column.addWidget(area);
    auto* content = new QWidget;
    content->setPalette(makePalette());
    area->setContent(content);
    ground.resize(100, 100);
    ground.show();
    const QImage picture = seen(ground);
    for (const QPoint& point : {QPoint(0, 0), QPoint(50, 50), QPoint(99, 99)})
        EXPECT_EQ(picture.pixelColor(point), QColor(Qt::red));
}

TEST_F(StockControls, ATipStandsOnTheCard)
{
    for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
        Theme::instance().setChoice(choice);
        QToolTip::showText({10, 10}, QStringLiteral("What it is"));
        const QWidgetList all = QApplication::topLevelWidgets();
        const auto tip = std::find_if(all.begin(), all.end(),
                                      [](const QWidget* w) { return w->isVisible() && w->inherits("QTipLabel"); });
        ASSERT_NE(tip, all.end());
        const QImage picture = seen(**tip);
        EXPECT_EQ(picture.pixelColor(0, 0), colors().border);
        EXPECT_EQ(picture.pixelColor(3, 3), colors().card);
        EXPECT_TRUE(isNearer(inkIn(picture, picture.rect().adjusted(2, 2, -2, -2), colors().card), colors().text,
                             colors().border));
        delete *tip;
    }
}

using StyleOfTheWindow = testing::WholeWindow;

TEST_F(StyleOfTheWindow, IsTheStylesAlone)
{
    EXPECT_TRUE(qApp->styleSheet().isEmpty());
    EXPECT_TRUE(qobject_cast<const Style*>(qApp->style()));
    const auto widgets = window->findChildren<QWidget*>();
    EXPECT_GT(widgets.size(), 100);
    for (const QWidget* widget : widgets)
        EXPECT_TRUE(widget->styleSheet().isEmpty()) << widget->metaObject()->className();
}

} // namespace
} // namespace fettle::ui
