// SPDX-License-Identifier: GPL-3.0-or-later
// The cards of the Data page over a fabricated preview.
#include "tests/ui/fabricated_preview.h"
#include "tests/ui/ui_test_support.h"
#include "ui/data/flow_line.h"
#include "ui/data/length_card.h"
#include "ui/data/length_histogram.h"
#include "ui/data/loupe_card.h"
#include "ui/data/preview_rows_model.h"
#include "ui/data/text_health.h"
#include "ui/data/token_loupe.h"
#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/parts/label.h"
#include "ui/parts/small_choice.h"
#include "ui/settings/forecast_card.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <gtest/gtest.h>

using namespace fettle;
using namespace fettle::ui;

namespace
{
std::vector<std::string> rows(int count)
{
    std::vector<std::string> result;
    for (int i = 0; i < count; ++i) {
        std::string row = "Calm";
        for (int word = 0; word < i % 30 + 2; ++word)
            row += " wind";
        result.push_back(row);
    }
    return result;
}

std::shared_ptr<const DataPreview> preview(const RunConfig& config, int count = 300,
                                           Objective objective = Objective::Causal)
{
    return std::make_shared<const DataPreview>(test::fabricatedPreview(config, rows(count), objective));
}

QStringList figures(const std::vector<FlowStage>& stages)
{
    QStringList all;
    for (const FlowStage& stage : stages)
        all << stage.figure + ' ' + stage.words;
    return all;
}
} // namespace

TEST(FlowLine, TellsTheWayFromRowsToSteps)
{
    RunConfig config;
    config.data.validationFraction = 0.05;
    const auto lines = flowStages(config, *preview(config));
    const QStringList all = figures(lines);
    ASSERT_EQ(all.size(), 6);
    EXPECT_EQ(all[0], "300 rows");
    EXPECT_EQ(all[2], "285 + 15 rows to learn from + kept aside");
    EXPECT_EQ(all[3], "36 batches of 8 rows");
    EXPECT_EQ(all[4], "36 steps an epoch (one pass over the text)");
    EXPECT_EQ(all[5], "108 steps in 3 epochs");
    config.arguments.num_train_epochs = 1;
    const QStringList once = figures(flowStages(config, *preview(config)));
    ASSERT_EQ(once.size(), 5) << "the epoch is the run";
    EXPECT_EQ(once[4], "36 steps in one epoch (pass over the text)");
    config.arguments.per_device_train_batch_size = 1;
    EXPECT_EQ(figures(flowStages(config, *preview(config)))[3], "285 batches of 1 row");
    config.arguments.per_device_train_batch_size = 8;
    config.data.blocks = Blocks::Packed;
    config.arguments.max_steps = 50;
    const QStringList packed = figures(flowStages(config, *preview(config)));
    ASSERT_EQ(packed.size(), 7);
    EXPECT_TRUE(packed[3].endsWith("blocks of 128 tokens"));
    EXPECT_EQ(packed[6], "50 steps, as set (max_steps)");
    DataPreview weighted = *preview(config);
    weighted.sources.resize(2);
    weighted.sources[1].weight = 2;
    EXPECT_TRUE(
        figures(flowStages(config, weighted))[2].endsWith("rows an epoch reads, by their weights + kept aside"));
}

TEST(LoupeCard, ShowsTheVeryBatchAndExplains)
{
    fettle::ui::testing::application();
    RunConfig config;
    LoupeCard card;
    card.resize(600, 500);
    card.show();
    card.setPreview(preview(config), Objective::Causal);
    ASSERT_NE(card.loupe()->chosen(), nullptr);
    EXPECT_EQ(card.loupe()->chosen()->kind, ChipKind::Graded) << "begins with a graded token";
    EXPECT_TRUE(card.explanation().startsWith("Graded: to be guessed from the one piece before it."));

    QTest::keyClick(card.loupe(), Qt::Key_Left);
    EXPECT_EQ(card.loupe()->chosen()->kind, ChipKind::First);
    EXPECT_TRUE(card.loupe()->accessibleName().contains("Ignored"));
    QTest::keyClick(card.loupe(), Qt::Key_End);
    const int last = card.loupe()->chosen()->position;
    EXPECT_GT(last, 1);
    QTest::keyClick(card.loupe(), Qt::Key_Right);
    EXPECT_EQ(card.loupe()->chosen()->position, 0) << "goes on with the next row";
    QTest::keyClick(card.loupe(), Qt::Key_Down);
    QTest::keyClick(card.loupe(), Qt::Key_PageDown);
    EXPECT_EQ(card.shownBatch(), 1);
    QTest::keyClick(card.loupe(), Qt::Key_PageUp);
    QTest::keyClick(card.loupe(), Qt::Key_PageUp);
    EXPECT_EQ(card.shownBatch(), 0);
    card.showBatch(99);
    EXPECT_EQ(card.shownBatch(), 7) << "as many as the preview holds";

    QSignalSpy end(&card, &LoupeCard::endOfTextChosen);
    card.setEndOfText(false);
    auto* box = card.findChild<QCheckBox*>();
    ASSERT_NE(box, nullptr);
    EXPECT_FALSE(box->isChecked());
    box->click();
    ASSERT_EQ(end.size(), 1);
    EXPECT_TRUE(end[0][0].toBool());
}

TEST(LoupeCard, TakesMaskedBatchesAndNone)
{
    fettle::ui::testing::application();
    RunConfig config;
    LoupeCard card;
    card.setPreview(preview(config, 40, Objective::Masked), Objective::Masked);
    ASSERT_NE(card.loupe()->chosen(), nullptr);
    const ChipKind kind = card.loupe()->chosen()->kind;
    EXPECT_TRUE(kind == ChipKind::Hidden || kind == ChipKind::Replaced || kind == ChipKind::Kept);
    EXPECT_GT(card.loupe()->batch().hidden, 0);
    card.setPreview(nullptr, Objective::Masked);
    EXPECT_EQ(card.loupe()->chosen(), nullptr);
}

TEST(LengthCard, SaysWhatTheCutCosts)
{
    fettle::ui::testing::application();
    LengthCard card;
    card.resize(420, 320);
    card.show();
    DataConfig rules;
    rules.maxLength = 100;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 256);
    EXPECT_EQ(card.message(), "2 rows lose 40 % of their tokens. The rest, 2 rows, are read whole.");
    QSignalSpy chosen(&card, &LengthCard::cutChosen);
    for (auto* button : card.findChildren<QPushButton*>())
        if (button->text() == "Raise to 192")
            button->click();
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 192);

    // The keyboard moves the line; it is told once it rests.
    card.histogram()->setFocus();
    QTest::keyClick(card.histogram(), Qt::Key_Right);
    QTest::keyClick(card.histogram(), Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(card.histogram()->value(), 117);
    EXPECT_TRUE(card.histogram()->accessibleName().contains("117 tokens: 2 rows"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return chosen.size() == 2; }, 2000));
    EXPECT_EQ(chosen[1][0].toInt(), 117);

    // At the model's limit raising is no way out, joining is.
    rules.maxLength = 128;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 128);
    bool join = false;
    for (auto* button : card.findChildren<QPushButton*>())
        join = join || (!button->isHidden() && button->text() == "Join in blocks");
    EXPECT_TRUE(join);

    rules.blocks = Blocks::Packed;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 128);
    EXPECT_TRUE(card.message().startsWith("Nothing is lost."));
    EXPECT_FALSE(card.histogram()->isCutShown());
    rules.blocks = Blocks::PackedApart;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 128);
    EXPECT_EQ(card.message(), "Nothing is lost. Blocks of 128 tokens");
    rules.blocks = Blocks::GroupTexts;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 128);
    EXPECT_TRUE(card.message().startsWith("Ends are left out."));
}

TEST(LengthCard, HowRowsAreJoinedIsChosenWhereTheyAre)
{
    fettle::ui::testing::application();
    LengthCard card;
    card.resize(420, 320);
    card.show();
    DataConfig rules;
    card.setRows(LengthTable({50, 100}), rules, 256);
    auto* joined = card.findChild<SmallChoice*>();
    EXPECT_FALSE(joined->isVisible()) << "rows that are read one by one";
    const int height = card.heightForWidth(420);
    rules.blocks = Blocks::PackedApart;
    card.setRows(LengthTable({50, 100}), rules, 256);
    ASSERT_TRUE(joined->isVisible());
    EXPECT_EQ(joined->currentText(), "each row by itself");
    EXPECT_LE(card.sizeHint().height(), std::max(height, card.height())) << "no line of its own";
    const QSignalSpy chosen(&card, &LengthCard::blocksChosen);
    joined->setFocus();
    QTest::keyClick(joined, Qt::Key_Up);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].value<Blocks>(), Blocks::Packed);
}

TEST(LengthCard, ACutBeyondTheAxisStandsApartFromIt)
{
    fettle::ui::testing::application();
    LengthHistogram histogram;
    histogram.resize(400, 180);
    const auto lineOf = [&](int cut) {
        histogram.setCut(cut, 256);
        const QImage picture = histogram.grab().toImage();
        for (int x = picture.width() - 1; x > 0; --x)
            if (picture.pixelColor(x, picture.height() / 2) == colors().accent)
                return x;
        return 0;
    };
    histogram.setTable(LengthTable({10, 20, 30, 40}));
    const int within = lineOf(42), beyond = lineOf(128);
    EXPECT_GT(within, 200);
    EXPECT_GT(beyond, within + 15) << "128 does not stand where 42 does";
    EXPECT_EQ(lineOf(256), beyond);
}

TEST(LengthCard, TheWordsOfTheCutStandAboveTheBars)
{
    fettle::ui::testing::application();
    LengthHistogram histogram;
    histogram.resize(400, 180);
    histogram.setTable(LengthTable(std::vector<int32_t>(500, 60)));
    histogram.setCut(64, 256);
    const QImage picture = histogram.grab().toImage();
    int highest = picture.height();
    for (int x = 0; x < picture.width(); ++x)
        for (int y = 0; y < highest; ++y)
            if (picture.pixelColor(x, y) == colors().training)
                highest = y;
    EXPECT_GT(highest, QFontMetrics(ui::font(Type::Help)).height());
    EXPECT_LT(highest, picture.height() / 2);
}

/// As the page's columns hold their cards, in little room.
static void showIn(QScrollArea& column, QWidget& card)
{
    column.setWidgetResizable(true);
    auto* holder = new QWidget;
    auto* layout = new QVBoxLayout(holder);
    layout->addWidget(&card);
    column.setWidget(holder);
    column.resize(330, 150);
    column.show();
    QCoreApplication::processEvents();
}

TEST(LengthCard, WordsOfSeveralLinesTakeTheirRoomFromNothing)
{
    fettle::ui::testing::application();
    LengthCard card;
    DataConfig rules;
    rules.maxLength = 128;
    card.setRows(LengthTable({50, 100, 150, 181}), rules, 128);
    QScrollArea column;
    showIn(column, card);
    const QRect chart = card.histogram()->geometry();
    EXPECT_GE(chart.height(), card.histogram()->minimumHeight());
    int labels = 0;
    for (const auto* label : card.findChildren<Label*>())
        if (label->wordWrap() && label->isVisible() && label->parentWidget() == &card) {
            EXPECT_GT(label->y(), chart.bottom()) << label->text().toStdString();
            EXPECT_GE(label->height(), label->heightForWidth(label->width())) << label->text().toStdString();
            ++labels;
        }
    EXPECT_EQ(labels, 2);
    card.setParent(nullptr);
}

TEST(LoupeCard, ExplainsBelowTheTokensHoweverManyLinesItTakes)
{
    fettle::ui::testing::application();
    RunConfig config;
    LoupeCard card;
    card.setPreview(preview(config), Objective::Causal);
    QScrollArea column;
    showIn(column, card);
    EXPECT_GE(card.loupe()->height(), card.loupe()->minimumHeight());
    for (const auto* label : card.findChildren<Label*>())
        if (label->wordWrap() && label->isVisible() && label->parentWidget() == &card) {
            EXPECT_GT(label->y(), card.loupe()->geometry().bottom()) << label->text().toStdString();
        }
    card.setParent(nullptr);
}

TEST(LengthCard, TheCutIsDraggedByItsHandleWhereverThatStands)
{
    fettle::ui::testing::application();
    LengthHistogram histogram;
    histogram.resize(400, 180);
    histogram.setTable(LengthTable({10, 20, 30, 40}));
    histogram.setCut(128, 256); // longer than the axis: the handle stands apart from it
    QSignalSpy chosen(&histogram, &LengthHistogram::valueChosen);
    const auto handleOf = [&] { // its middle
        const QImage picture = histogram.grab().toImage();
        int x = picture.width() - 1;
        while (x > 0 && picture.pixelColor(x, 36) != colors().accent)
            --x;
        return x - px(4);
    };
    const int handle = handleOf();
    ASSERT_GT(handle, 200);
    QTest::mouseClick(&histogram, Qt::LeftButton, {}, QPoint(handle - 2, 20));
    EXPECT_EQ(histogram.value(), 128) << "a click on the handle moves nothing";
    QTest::mousePress(&histogram, Qt::LeftButton, {}, QPoint(handle - 2, 20));
    QTest::mouseMove(&histogram, QPoint(handle - 102, 20));
    QTest::mouseRelease(&histogram, Qt::LeftButton, {}, QPoint(handle - 102, 20));
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_LT(histogram.value(), 48);
    EXPECT_GT(histogram.value(), 10);
    const int there = histogram.value();
    QTest::mouseClick(&histogram, Qt::LeftButton, {}, QPoint(handleOf() - 5, 20));
    EXPECT_EQ(histogram.value(), there);
}

TEST(TextHealth, TellsTruthsAndOnlyRemediesThatHelp)
{
    RunConfig config;
    auto lines = rows(300);
    lines[7].clear();
    lines[9] = "Calm";
    const DataPreview facts = test::fabricatedPreview(config, lines, Objective::Causal);
    const auto items = healthOf(config, facts, LengthTable(facts.tokensPerRow), Objective::Causal);
    QStringList strong;
    for (const HealthItem& item : items) {
        strong << item.strong;
        EXPECT_EQ(item.remedy == HealthItem::Remedy::None, item.button.isEmpty());
    }
    EXPECT_TRUE(strong.contains("1 row is empty.")) << strong.join('|').toStdString();
    EXPECT_TRUE(strong.contains("1 row has nothing to be guessed."));
    EXPECT_TRUE(strong.contains("No rows are kept aside."));
    EXPECT_TRUE(strong.contains("All letters read well"));
    EXPECT_FALSE(items.front().good) << "warnings first";
    EXPECT_TRUE(items.back().good);
}

TEST(TextHealth, EmptyRowsAreLeftOutAndTakenBack)
{
    RunConfig config;
    auto lines = rows(300);
    lines[7].clear();
    DataPreview facts = test::fabricatedPreview(config, lines, Objective::Causal);
    const auto remedy = [&](HealthItem::Remedy wanted) {
        for (const HealthItem& item : healthOf(config, facts, LengthTable(facts.tokensPerRow), Objective::Causal))
            if (item.remedy == wanted)
                return item.strong + " [" + item.button + "]";
        return QString();
    };
    EXPECT_EQ(remedy(HealthItem::Remedy::LeaveEmptyOut), "1 row is empty. [Leave it out]");
    facts.emptyRows = 0;
    facts.skippedRows = 1;
    EXPECT_EQ(remedy(HealthItem::Remedy::LeaveEmptyOut), "");
    EXPECT_EQ(remedy(HealthItem::Remedy::KeepEmpty), "1 empty row is left out. [Keep them]");
}

TEST(TextHealth, SaysWhatEmptyRowsTeach)
{
    RunConfig config;
    auto lines = rows(300);
    lines[7].clear();
    lines[8].clear();
    lines[9] = "Calm";
    DataPreview facts = test::fabricatedPreview(config, lines, Objective::Causal);
    const auto said = [&] {
        QStringList all;
        for (const HealthItem& item : healthOf(config, facts, LengthTable(facts.tokensPerRow), Objective::Causal))
            all << item.strong + QLatin1Char(' ') + item.words;
        return all;
    };
    EXPECT_TRUE(said().contains("2 rows are empty. They stay rows and teach nothing."));
    for (int32_t& tokens : facts.tokensPerRow)
        tokens += tokens == 0 ? 2 : 0; // <s></s>
    facts.emptyRowsTeachEnd = true;
    EXPECT_TRUE(
        said().contains("2 rows are empty. Their end of text is graded: each teaches the model to write nothing."));
    EXPECT_EQ(said().filter("1 row has nothing to be guessed.").size(), 1) << "an empty row is no excuse for another";
    facts.emptyRowsTeachEnd = false;
    config.data.blocks = Blocks::Packed;
    EXPECT_EQ(said().filter("2 rows are empty. Where rows are joined").size(), 1);
    EXPECT_EQ(said().filter("Nothing is cut off.").size(), 1);
    config.data.blocks = Blocks::GroupTexts;
    facts.cutTokens = 70;
    EXPECT_TRUE(
        said().contains("70 tokens are not read. They fill no block: of every 1,000 rows the end is left out."));
    config.data.blocks = Blocks::PackedApart;
    EXPECT_TRUE(said().contains("2 rows are empty. They stay rows and teach nothing."));
    EXPECT_EQ(said().filter("Nothing is cut off.").size(), 1);
}

TEST(TextHealth, SaysEachThingOnce)
{
    RunConfig config;
    DataPreview facts = test::fabricatedPreview(config, rows(300), Objective::Causal);
    facts.replacedCharacters = 3;
    facts.unknownTokens = 40;
    facts.countNotices = {"3 characters could not be read and became �.", "40 % of the tokens are unknown"};
    facts.notices = {"id is not read: the model learns text alone.", "Nobody keeps data.prompt and data.max_length."};
    QStringList strong;
    for (const HealthItem& item : healthOf(config, facts, LengthTable(facts.tokensPerRow), Objective::Causal))
        strong << item.strong;
    EXPECT_EQ(strong.filter("could not be read").size(), 1) << strong.join('|').toStdString();
    EXPECT_EQ(strong.filter("unknown").size(), 1);
    EXPECT_EQ(strong.filter("is not read: the model learns").size(), 1);
    EXPECT_EQ(strong.filter("Nobody keeps “The question is in” and “Longest row”.").size(), 1)
        << "as the page names them";
    EXPECT_TRUE(strong.filter("data.").isEmpty()) << strong.join('|').toStdString();
}

TEST(TextHealth, OneIsOne)
{
    RunConfig config;
    config.arguments.max_steps = 1;
    config.arguments.early_stopping_patience = 1;
    DataPreview facts = test::fabricatedPreview(config, rows(300), Objective::Causal);
    facts.replacedCharacters = facts.unknownTokens = facts.validationRows = 1;
    Forecast forecast;
    forecast.steps = forecast.checks = 1;
    QString all = whatWillHappen(config, facts, Objective::Causal, forecast);
    for (const HealthItem& item : healthOf(config, facts, LengthTable(facts.tokensPerRow), Objective::Causal))
        all += item.strong + QLatin1Char('|');
    for (const char* many : {"1 letters", "1 pieces", "1 rows", "1 times", "1 checks"})
        EXPECT_FALSE(all.contains(QRegularExpression(QStringLiteral("\\b%1").arg(QLatin1String(many)))))
            << many << ": " << all.toStdString();
    EXPECT_TRUE(all.contains("corrects the model once")) << all.toStdString();
}

TEST(PreviewRowsModel, IsAModelAndMarksCutRows)
{
    fettle::ui::testing::application();
    PreviewRowsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    RunConfig config;
    model.setPreview(preview(config, 20), 128);
    EXPECT_EQ(model.rowCount(), 20);
    EXPECT_EQ(model.index(0, PreviewRowsModel::Text).data().toString(), "Calm wind wind");
    EXPECT_EQ(model.index(0, PreviewRowsModel::Tokens).data().toString(), "3");
    const QVariant usual = model.index(5, PreviewRowsModel::Tokens).data(Qt::ForegroundRole);
    model.setCut(4);
    EXPECT_NE(model.index(5, PreviewRowsModel::Tokens).data(Qt::ForegroundRole), usual);
    EXPECT_FALSE(model.index(5, PreviewRowsModel::Tokens).data(Qt::ToolTipRole).toString().isEmpty());
    model.setPreview(nullptr, 0);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(ForecastCard, TellsWhatWillHappen)
{
    RunConfig config;
    config.data.validationFraction = 0.1;
    const auto facts = preview(config);
    Forecast forecast;
    forecast.steps = 102;
    forecast.checks = 21;
    forecast.parameters = forecast.trainedParameters = 1000;
    const QString story = whatWillHappen(config, *facts, Objective::Causal, forecast);
    EXPECT_TRUE(story.startsWith("Fettle reads 270 rows three times and corrects the model after every 8."))
        << story.toStdString();
    EXPECT_FALSE(story.contains("beside the model")) << story.toStdString();
    forecast.trainedParameters = 30;
    EXPECT_TRUE(whatWillHappen(config, *facts, Objective::Causal, forecast)
                    .contains("30 numbers beside the model learn; its own 970 stay as they are."));
}
