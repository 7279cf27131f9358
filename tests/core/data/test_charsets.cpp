// SPDX-License-Identifier: GPL-3.0-or-later
// Encodings: recognised, converted, said.
#include "core/data/charset.h"
#include "core/data/preview.h"
#include "core/data/sources.h"
#include "tests/core/data/data_test_support.h"
#include "tests/support/tree.h"

#include <gmock/gmock.h>
#include <unicode/ucnv.h>

using namespace fettle;
using namespace fettle::datatest;
using ::testing::HasSubstr;

namespace
{

const std::string german = "Für die Prüfung müssen wir größere Mühe aufwenden. Schöne Grüße!\n";
const std::string french = "L'été dernier, nous étions à la plage où le cœur était léger.\n";
const std::string spanish = "El niño pequeño comió una manzana. ¿Dónde está la estación?\n";
const std::string polish = "Zażółć gęślą jaźń. Proszę, przyjdź później, bo dzisiaj nie mogę się spotkać.\n";
const std::string russian = "Привет, как дела? Сегодня хорошая погода, и мы пойдём гулять в парк.\n";
const std::string greek = "Καλημέρα, τι κάνεις; Σήμερα ο καιρός είναι πολύ καλός.\n";
const std::string thai = "สวัสดีครับ วันนี้อากาศดีมาก เราจะไปทะเลกัน\n";
const std::string japanese = "こんにちは、今日はいい天気ですね。私たちは公園に行きます。\n";
const std::string chinese = "你好，今天天气很好。我们去公园散步，一起吃饭。\n中国的历史很长。\n";

std::string encoded(const std::string& text, const std::string& charset)
{
    UErrorCode status = U_ZERO_ERROR;
    std::string bytes(text.size() * 4, '\0');
    const int32_t size = ucnv_convert(charset.c_str(), "utf-8", bytes.data(), static_cast<int32_t>(bytes.size()),
                                      text.data(), static_cast<int32_t>(text.size()), &status);
    EXPECT_TRUE(U_SUCCESS(status)) << charset;
    bytes.resize(static_cast<size_t>(size));
    return bytes;
}

/// The text as it comes out of its bytes, whatever the encoding was taken for.
std::string readBack(const std::string& text, const std::string& charset)
{
    const std::string bytes = encoded(text, charset);
    const auto found = recogniseCharset(bytes);
    if (!found)
        return "nothing";
    int64_t replaced = 0;
    return toUtf8(bytes.substr(found->mark), found->name, replaced);
}

} // namespace

TEST(Charsets, EveryEncodingReadsBack)
{
    const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
        {german, {"windows-1252", "macintosh", "ibm850", "utf-16le", "utf-16be"}},
        {french, {"windows-1252", "iso-8859-15", "macintosh", "utf-16le"}},
        {spanish, {"windows-1252", "macintosh", "ibm850"}},
        {polish, {"windows-1250", "iso-8859-2"}},
        {russian, {"windows-1251", "koi8-r", "ibm866", "utf-16le", "utf-16be"}},
        {greek, {"windows-1253", "utf-16le"}},
        {thai, {"windows-874", "utf-16le", "utf-16be"}},
        {japanese, {"shift_jis", "euc-jp", "iso-2022-jp", "utf-16le", "utf-16be"}},
        {chinese, {"gb18030", "utf-16le", "utf-16be"}}};
    for (const auto& [text, charsets] : cases)
        for (const std::string& charset : charsets)
            EXPECT_EQ(readBack(text, charset), text) << charset;
}

TEST(Charsets, NamesOfTheUsualOnes)
{
    EXPECT_EQ(recogniseCharset(encoded(german, "windows-1252"))->name, "windows-1252");
    EXPECT_EQ(recogniseCharset(encoded(french, "iso-8859-15"))->name, "iso-8859-15");
    EXPECT_EQ(recogniseCharset(german)->name, "utf-8");
    EXPECT_EQ(recogniseCharset("\xEF\xBB\xBF" + german)->mark, 3u);
    EXPECT_EQ(recogniseCharset("\xFF\xFE" + encoded(german, "utf-16le"))->name, "utf-16le");
    EXPECT_EQ(charsetTitle("windows-1252"), "Windows-1252");
    EXPECT_THAT(failure([] { knownCharset("windows-1253x"); }), HasSubstr("Did you mean \"windows-125"));
}

TEST(Charsets, StrayZeroBytesMakeNoUtf16)
{
    const std::string text("A plain text\0 with a zero\0 or two in the middle of it.\n", 55);
    EXPECT_EQ(recogniseCharset(text)->name, "utf-8");
    std::string cyrillic = russian;
    cyrillic[20] = '\0';
    EXPECT_EQ(recogniseCharset(encoded(russian, "windows-1251") + '\0')->name, "windows-1251");
}

using CharsetFiles = DataFolder;

TEST_F(CharsetFiles, LinesAreThoseOfTheFile)
{
    const auto wide = std::filesystem::path(fettle::test::goldenFolder) / "cases" / "05-utf16le_ascii_nobom.txt";
    const RowTable table = readRows({wide}, "");
    ASSERT_EQ(table.size(), 2);
    EXPECT_EQ(table.text(0, false), "Plain words only.");
    EXPECT_EQ(recogniseFile(wide).words, "Text, a row is a line, UTF-16 LE");
    const auto ragged = write("r.csv", encoded("id;text\n1;schön\n2;zu;viel\n3;gut\n", "windows-1252"));
    EXPECT_THAT(failure([&] { readRows({ragged}, ""); }), HasSubstr("r.csv, line 3, column 6"));
}

TEST_F(CharsetFiles, AWrongGuessCanBeCorrected)
{
    DataFormat format;
    format.encoding = "macintosh";
    const auto file = write("a.txt", encoded("Grüße", "macintosh"));
    EXPECT_EQ(readRows({file}, "", {}, format).text(0, false), "Grüße");
    format.encoding = "nonsense";
    EXPECT_THAT(failure([&] { readRows({file}, "", {}, format); }), HasSubstr("no encoding called \"nonsense\""));
}
