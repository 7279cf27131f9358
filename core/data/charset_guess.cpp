// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/charset_guess.h"

#include "core/base/text.h"
#include "core/data/letter_sense.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <unicode/uchar.h>
#include <unicode/ucsdet.h>
#include <vector>

namespace fettle
{

namespace
{

constexpr size_t icuBytes = 8000; // its detector reads no more
constexpr size_t sampleBytes = 1 << 16;

/// Whole lines that hold more than ASCII, from all over the text.
std::string sampleOf(std::string_view bytes)
{
    std::string sample;
    size_t from = 0;
    while (from < bytes.size() && sample.size() < sampleBytes) {
        const auto high = std::find_if(bytes.begin() + static_cast<ptrdiff_t>(from), bytes.end(),
                                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        if (high == bytes.end())
            break;
        const auto at = static_cast<size_t>(high - bytes.begin());
        const size_t before = bytes.find_last_of("\r\n", at);
        const size_t begin = std::max(from, before == std::string_view::npos ? 0 : before + 1);
        const size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
        sample.append(bytes.substr(begin, std::min(end - begin, sampleBytes)));
        sample.push_back('\n');
        from = end;
    }
    return sample;
}

/// What ICU finds, best first: its name in our spelling and its confidence, 0..1.
std::map<std::string, double> askIcu(std::string_view sample)
{
    std::map<std::string, double> found;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status), &ucsdet_close);
    sample = sample.substr(0, icuBytes);
    ucsdet_setText(detector.get(), sample.data(), static_cast<int32_t>(sample.size()), &status);
    int32_t count = 0;
    const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &status);
    if (U_FAILURE(status))
        return found;
    for (int32_t i = 0; i < count; ++i) {
        std::string name = lowered(ucsdet_getName(matches[i], &status));
        if (name.starts_with("ibm") || name.starts_with("utf"))
            continue; // EBCDIC; and UTF was ruled out before
        if (name == "iso-8859-1")
            name = "windows-1252"; // as everywhere on the web
        if (name == "iso-8859-8-i")
            name = "windows-1255";
        double& best = found[name];
        best = std::max(best, ucsdet_getConfidence(matches[i], &status) / 100.0);
    }
    return found;
}

struct Candidate {
    std::string name, text; ///< the sample as this encoding has it
    double score = 0;
};

/// Good and bad 16-bit units of a sample read in one byte order: 1 is all good, below 0 more bad than good.
double utf16Sense(std::string_view bytes, bool little)
{
    const size_t units = std::min<size_t>(bytes.size() / 2, 1 << 16);
    double good = 0, bad = 0;
    char32_t open = 0; // a leading surrogate waits for its other half
    for (size_t i = 0; i < units; ++i) {
        const auto first = static_cast<unsigned char>(bytes[2 * i]),
                   second = static_cast<unsigned char>(bytes[2 * i + 1]);
        const auto unit = static_cast<char32_t>(little ? second << 8 | first : first << 8 | second);
        const bool trailing = unit >= 0xDC00 && unit <= 0xDFFF, leading = unit >= 0xD800 && unit <= 0xDBFF;
        if ((open != 0) != trailing)
            bad += 1;
        open = leading ? unit : 0;
        if (leading || trailing)
            continue;
        const bool isSpace = unit == '\n' || unit == '\r' || unit == '\t';
        if (isSpace || (unit >= 0x20 && unit < 0x7F))
            good += 1;
        else if (unit < 0x20 || unit == 0x0A00 || unit == 0x0D00 || unit == 0x2000 ||
                 !u_isdefined(static_cast<UChar32>(unit)) ||
                 u_charType(static_cast<UChar32>(unit)) == U_PRIVATE_USE_CHAR)
            bad += 1;
    }
    return units == 0 ? -1 : (good - 20 * bad) / static_cast<double>(units);
}

/// Of the blanks and line ends, the share that stands beside a zero byte as 16-bit units have it.
double pairedBlanks(std::string_view bytes, bool little)
{
    double blanks = 0, paired = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r')
            continue;
        ++blanks;
        const size_t partner = little ? i + 1 : i - 1;
        paired += i % 2 == (little ? 0u : 1u) && partner < bytes.size() && bytes[partner] == 0;
    }
    return blanks == 0 ? 0 : paired / blanks;
}

/// Names in the order in which they are preferred where they say the same.
int preference(const std::string& name)
{
    return name == "windows-1252" ? 0 : name == "macintosh" ? 1 : name.starts_with("windows") ? 2 : 3;
}

bool isWestern(const std::string& name)
{
    return name == "windows-1252" || name == "iso-8859-15" || name == "macintosh" || name == "ibm850";
}

bool isSingleByte(const std::string& name)
{
    return preference(name) < 3 || name.starts_with("iso-8859") || name.starts_with("ibm") ||
           name.starts_with("koi8") || name.starts_with("x-mac");
}

} // namespace

std::optional<Charset> guessUtf16(std::string_view bytes)
{
    if (bytes.size() < 4 || bytes.find('\0') == std::string_view::npos)
        return {};
    // A text of single bytes with some stray zeros is no UTF-16: there, controls or high bytes are every other byte.
    const std::string_view sample = bytes.substr(0, 1 << 17);
    const auto count = [&](auto&& is) {
        return static_cast<double>(std::count_if(sample.begin(), sample.end(), is)) /
               static_cast<double>(sample.size());
    };
    const double controls = count([](char c) { return c >= 0 && c < 0x20 && c != '\n' && c != '\r'; });
    const double printable = count([](char c) { return c >= 0x20 && c < 0x7F; });
    const double little = utf16Sense(sample, true), big = utf16Sense(sample, false);
    const bool isEven = bytes.size() % 2 == 0 || bytes.size() > 1000; // a longer one may be cut off
    const double paired = pairedBlanks(sample, little >= big);
    const bool isWide =
        !firstInvalidUtf8(sample) ? (controls > 0.35 && isEven) || paired > 0.9 : printable < 0.75 || paired > 0.4;
    if (!isWide || std::max(little, big) < 0.002)
        return {};
    return Charset{little >= big ? "utf-16le" : "utf-16be"};
}

std::optional<Charset> guessEscaped(std::string_view bytes)
{
    for (const std::string_view mark : {"\x1B$", "\x1B("})
        if (const size_t at = bytes.find(mark); at != std::string_view::npos)
            for (const auto& [name, confidence] : askIcu(bytes.substr(at, sampleBytes)))
                if (name.starts_with("iso-2022") && confidence > 0.4)
                    return Charset{name};
    return {};
}

std::optional<Charset> guessLegacy(std::string_view bytes)
{
    const std::string sample = sampleOf(bytes);
    std::map<std::string, double> names = askIcu(sample);
    // Those that ICU's statistics do not know.
    for (const char* name :
         {"windows-1252", "iso-8859-15", "macintosh", "ibm850", "windows-1250", "iso-8859-2", "ibm852", "windows-1251",
          "koi8-r", "ibm866", "x-mac-cyrillic", "windows-1253", "windows-1254", "windows-1257", "windows-874"})
        names.emplace(name, 0);
    names["iso-8859-15"] = names["windows-1252"]; // eight signs apart
    std::vector<Candidate> candidates;
    for (const auto& [name, confidence] : names) {
        int64_t replaced = 0;
        Candidate candidate{name, toUtf8(sample, name, replaced), 0};
        candidate.score = 2 * letterSense(decodeUtf8(candidate.text), isWestern(name)) + confidence;
        if (!isSingleByte(name)) // any two bytes make a letter of their own: statistics count more
            candidate.score -= 2 * (1 - confidence);
        candidates.push_back(std::move(candidate));
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.score != b.score ? a.score > b.score : preference(a.name) < preference(b.name);
    });
    Candidate best = candidates.front();
    if (best.score < 0)
        return {};
    for (const Candidate& same : candidates)
        if (same.text == best.text && preference(same.name) < preference(best.name))
            best = same;
    Charset found{best.name};
    const auto rival = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const Candidate& other) { return other.text != best.text; });
    if (rival != candidates.end() && rival->score > candidates.front().score - 0.25)
        found.other = rival->name;
    return found;
}

} // namespace fettle
