// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/words.h"

#include "tests/ui/ui_test_support.h"

#include <QDir>
#include <cmath>
#include <gtest/gtest.h>

namespace
{

using namespace fettle::ui;

TEST(Words, OneIsOne)
{
    EXPECT_EQ(counted(1, QStringLiteral("1 row"), QStringLiteral("%1 rows")), QStringLiteral("1 row"));
    EXPECT_EQ(counted(0, QStringLiteral("1 row"), QStringLiteral("%1 rows")), QStringLiteral("0 rows"));
    EXPECT_EQ(counted(2310, QStringLiteral("1 row"), QStringLiteral("%1 of %2 rows")),
              countText(2310) + QStringLiteral(" of %2 rows"));
}

TEST(Words, NumbersCarryTheirUnits)
{
    fettle::ui::testing::application();
    EXPECT_EQ(countText(1338112), QStringLiteral("1,338,112"));
    EXPECT_EQ(shortCountText(1338112), QStringLiteral("1.3 M"));
    EXPECT_EQ(shortCountText(124439808), QStringLiteral("124 M"));
    EXPECT_EQ(shortCountText(1100048384), QStringLiteral("1.1 B"));
    EXPECT_EQ(shortCountText(260032), QStringLiteral("0.26 M"));
    EXPECT_EQ(bytesText(2700000), QStringLiteral("2.7 MB"));
    EXPECT_EQ(bytesText(18000000000), QStringLiteral("18 GB"));
    EXPECT_EQ(bytesText(999999999), QStringLiteral("1.0 GB"));
    EXPECT_EQ(bytesText(12), QStringLiteral("12 bytes"));
    EXPECT_EQ(percentText(0.629), QStringLiteral("62 %"));
    EXPECT_EQ(percentText(1.0), QStringLiteral("100 %"));
    EXPECT_EQ(lossText(2.684), QStringLiteral("2.68"));
    EXPECT_EQ(lossText(0.1534), QStringLiteral("0.153"));
    EXPECT_EQ(lossText(0.0153), QStringLiteral("0.0153"));
    EXPECT_EQ(lossText(3.48e19), QStringLiteral("3.5e19"));
}

/// With usual spaces, where it has none itself: whatever is told of a time stays on one line.
QString unbroken(QString words)
{
    EXPECT_FALSE(words.contains(QLatin1Char(' '))) << words.toStdString();
    return words.replace(QChar(QChar::Nbsp), QLatin1Char(' '));
}

TEST(Words, TimesAreRoundedAndStayOnOneLine)
{
    const auto duration = [](double seconds) { return unbroken(durationText(seconds)); };
    EXPECT_EQ(duration(50.6), QStringLiteral("51 s"));
    EXPECT_EQ(duration(120), QStringLiteral("2 min"));
    EXPECT_EQ(duration(190), QStringLiteral("3 min 10 s"));
    EXPECT_EQ(duration(1499), QStringLiteral("25 min"));
    EXPECT_EQ(duration(6720), QStringLiteral("1 h 52 min"));
    EXPECT_EQ(duration(180000), QStringLiteral("2 days 2 h"));
    EXPECT_EQ(duration(-3), QStringLiteral("0 s"));
    EXPECT_EQ(duration(0.2), QStringLiteral("under 1 s"));
    EXPECT_EQ(duration(std::nan("")), QStringLiteral("unknown"));
    const auto about = [](double seconds) { return unbroken(aboutText(seconds)); };
    EXPECT_EQ(about(0.2), QStringLiteral("under 1 s"));
    EXPECT_EQ(about(7), QStringLiteral("about 7 s"));
    EXPECT_EQ(about(36), QStringLiteral("about 35 s"));
    EXPECT_EQ(about(269), QStringLiteral("about 4 min 30 s"));
    EXPECT_EQ(about(1499), QStringLiteral("about 25 min"));
    EXPECT_EQ(about(-1), QStringLiteral("–"));
    EXPECT_EQ(clockText(51), QStringLiteral("0:51"));
    EXPECT_EQ(clockText(6727), QStringLiteral("1:52:07"));
}

TEST(Words, RatesAreShort)
{
    EXPECT_EQ(rateText(5e-5), QStringLiteral("5e-5"));
    EXPECT_EQ(rateText(0.001), QStringLiteral("0.001")) << "as the form writes it";
    EXPECT_EQ(rateText(2.5e-4), QStringLiteral("2.5e-4"));
    EXPECT_EQ(rateText(3), QStringLiteral("3"));
    EXPECT_EQ(rateText(0.25), QStringLiteral("0.25"));
    EXPECT_EQ(rateText(0), QStringLiteral("0"));
    EXPECT_EQ(engineWords("A learning rate of 5e-05 is too low. Use 2.5e-04, not 1e-10 or 1e+06."),
              QStringLiteral("A learning rate of 5e-5 is too low. Use 2.5e-4, not 1e-10 or 1e6."));
    EXPECT_EQ(shareText(0.3416), QStringLiteral("34.2 %"));
    EXPECT_EQ(engineWords("run-5e-05 lies in /a/1e-05"), QStringLiteral("run-5e-05 lies in /a/1e-05")) << "names";
}

TEST(Words, KeysOfARunFileAreCalledAsOnThePage)
{
    EXPECT_EQ(engineWords("Name the one to be read (data.column)."),
              QStringLiteral("Name the one to be read (“The text is in”)."));
    EXPECT_EQ(
        engineWords("it teaches nothing (data.empty_rows=skip leaves it out); if it is one: data.format.kind=csv."),
        QStringLiteral("it teaches nothing (“Leave them out” leaves it out); if it is one: “Read as” a table."));
    EXPECT_EQ(engineWords("Join the rows: \"blocks\": \"packed\" under data."),
              QStringLiteral("Join the rows: “Joined in blocks”."));
    EXPECT_EQ(engineWords("/a/data.column and my-data.prompt.csv are files, data.seed has no field."),
              QStringLiteral("/a/data.column and my-data.prompt.csv are files, data.seed has no field."));
}

TEST(Words, PlacesWithinTheHomeAreShort)
{
    fettle::ui::testing::application();
    EXPECT_EQ(placeText(QDir::homePath() + QStringLiteral("/Fettle/ships-log-1")),
              QStringLiteral("~/Fettle/ships-log-1"));
    EXPECT_EQ(placeText(QDir::homePath() + QStringLiteral("-of-others/run")),
              QDir::homePath() + QStringLiteral("-of-others/run"));
    EXPECT_EQ(placeText(QStringLiteral("/mnt/disk/run")), QStringLiteral("/mnt/disk/run"));
}

} // namespace
