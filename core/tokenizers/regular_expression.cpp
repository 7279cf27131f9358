// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/regular_expression.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tokenizers/unicode_tables.h"

#include <fmt/format.h>
#include <map>
#include <mutex>
#include <oniguruma.h>
#include <optional>

namespace fettle
{

namespace
{

using unicode::Category;
using unicode::CodePointRange;
using CodePoints = std::vector<CodePointRange>;

constexpr std::string_view kCategories[] = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl",
                                            "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc",
                                            "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"};

/// Neighbours joined; the surrogates, which no text holds, close the gap that they leave.
void append(CodePoints& ranges, CodePointRange range)
{
    if (!ranges.empty() && ranges.back().last + 1 == range.first)
        ranges.back().last = range.last;
    else
        ranges.push_back(range);
}

template <typename Wanted>
CodePoints rangesOf(const Wanted& wanted)
{
    CodePoints ranges;
    for (const auto& [first, last, category] : unicode::categories)
        if (wanted(kCategories[size_t(category)]))
            append(ranges, {first, last});
    return ranges;
}

CodePoints complementOf(const CodePoints& ranges)
{
    CodePoints rest;
    char32_t next = 0;
    const auto add = [&](char32_t first, char32_t last) {
        if (first < 0xD800 && last > 0xDFFF) {
            rest.push_back({first, 0xD7FF});
            first = 0xE000;
        } else if (first >= 0xD800 && first < 0xE000) {
            first = 0xE000;
        } else if (last >= 0xD800 && last < 0xE000) {
            last = 0xD7FF;
        }
        if (first <= last)
            rest.push_back({first, last});
    };
    for (const auto& [first, last] : ranges) {
        if (next < first)
            add(next, first - 1);
        next = last + 1;
    }
    if (next <= 0x10FFFF)
        add(next, 0x10FFFF);
    return rest;
}

/// The code points of \p{name}; nothing where the library is to say it.
std::optional<CodePoints> propertyRanges(std::string_view name)
{
    std::string key;
    for (const char c : name)
        if (c != '_' && c != '-' && c != ' ')
            key.push_back(c >= 'A' && c <= 'Z' ? char(c + 32) : c);
    static const std::map<std::string, std::string_view> longNames = {
        {"letter", "l"},
        {"uppercaseletter", "lu"},
        {"lowercaseletter", "ll"},
        {"titlecaseletter", "lt"},
        {"modifierletter", "lm"},
        {"otherletter", "lo"},
        {"mark", "m"},
        {"nonspacingmark", "mn"},
        {"spacingmark", "mc"},
        {"enclosingmark", "me"},
        {"number", "n"},
        {"decimalnumber", "nd"},
        {"digit", "nd"},
        {"letternumber", "nl"},
        {"othernumber", "no"},
        {"punctuation", "p"},
        {"symbol", "s"},
        {"mathsymbol", "sm"},
        {"currencysymbol", "sc"},
        {"separator", "z"},
        {"spaceseparator", "zs"},
        {"other", "c"},
    };
    if (const auto found = longNames.find(key); found != longNames.end())
        key = found->second;
    const auto lowered = [](std::string_view category) { return std::string{char(category[0] + 32), category[1]}; };
    if (key == "c") // the unassigned are in none of the others
        return complementOf(rangesOf([](std::string_view category) { return category[0] != 'C'; }));
    if (key == "cn")
        return complementOf(rangesOf([](std::string_view) { return true; }));
    CodePoints ranges = rangesOf([&](std::string_view category) { return lowered(category).starts_with(key); });
    return key.empty() || key.size() > 2 || ranges.empty() ? std::nullopt : std::optional(std::move(ranges));
}

/// As a class of its own, or for the inside of one.
void write(const CodePoints& ranges, bool negated, bool inside, std::string& out)
{
    if (!inside)
        out += negated ? "[^" : "[";
    for (const auto& [first, last] : negated&& inside ? complementOf(ranges) : ranges)
        out += first == last ? fmt::format("\\x{{{:X}}}", uint32_t(first))
                             : fmt::format("\\x{{{:X}}}-\\x{{{:X}}}", uint32_t(first), uint32_t(last));
    if (!inside)
        out += ']';
}

/// The escape at `at`, which moves behind it.
void copyEscape(std::string_view pattern, size_t& at, bool inside, std::string& out)
{
    const char kind = at + 1 < pattern.size() ? pattern[at + 1] : 0;
    std::optional<CodePoints> ranges;
    bool negated = kind == 'P' || kind == 'W' || kind == 'D';
    size_t end = std::min(at + 2, pattern.size());
    if ((kind == 'p' || kind == 'P') && end < pattern.size() && pattern[end] == '{') {
        const size_t close = std::min(pattern.find('}', end), pattern.size());
        std::string_view name = pattern.substr(end + 1, close - end - 1);
        if (name.starts_with('^')) {
            negated = !negated;
            name.remove_prefix(1);
        }
        ranges = propertyRanges(name);
        end = std::min(close + 1, pattern.size());
    } else if (kind == 'w' || kind == 'W') {
        ranges = CodePoints(unicode::expressionWords.begin(), unicode::expressionWords.end());
    } else if (kind == 'd' || kind == 'D') {
        ranges = propertyRanges("Nd");
    }
    if (ranges)
        write(*ranges, negated, inside, out);
    else
        out += pattern.substr(at, end - at);
    at = end;
}

std::string complaintOf(int code, const OnigErrorInfo& info)
{
    UChar text[ONIG_MAX_ERROR_MESSAGE_LEN + 1];
    const int length = onig_error_code_to_str(text, code, &info);
    return toValidUtf8(std::string(reinterpret_cast<const char*>(text), size_t(std::max(length, 0))));
}

} // namespace

std::string withOwnClasses(std::string_view pattern)
{
    std::string out;
    int depth = 0; // of character classes
    for (size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        if (c == '\\') {
            copyEscape(pattern, at, depth > 0, out);
            continue;
        }
        out += c;
        ++at;
        if (c == '[') {
            if (depth > 0 && pattern.substr(at).starts_with(':')) { // [:alpha:]
                if (const size_t end = pattern.find(":]", at); end != std::string_view::npos) {
                    out += pattern.substr(at, end + 2 - at);
                    at = end + 2;
                    continue;
                }
            }
            ++depth;
            for (const char literal : {'^', ']'}) // "[]" and "[^]" do not end at once
                if (at < pattern.size() && pattern[at] == literal)
                    out += pattern[at++];
        } else if (c == ']' && depth > 0) {
            --depth;
        }
    }
    return out;
}

struct RegularExpression::Compiled {
    OnigRegex regex = nullptr;
    std::string pattern, source;

    ~Compiled() { onig_free(regex); }
};

RegularExpression::RegularExpression(const std::string& pattern, const std::string& source) : m_pattern(pattern)
{
    static std::once_flag once;
    std::call_once(once, [] {
        OnigEncoding encoding = ONIG_ENCODING_UTF8;
        onig_initialize(&encoding, 1);
    });
    const auto compiled = std::make_shared<Compiled>();
    compiled->pattern = pattern;
    compiled->source = source;
    const std::string own = withOwnClasses(pattern);
    const auto* begin = reinterpret_cast<const UChar*>(own.data());
    OnigErrorInfo info{};
    const int code = onig_new(&compiled->regex, begin, begin + own.size(), ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
                              ONIG_SYNTAX_DEFAULT, &info);
    if (code != ONIG_NORMAL) {
        compiled->regex = nullptr;
        throw badInput(fmt::format("{}: the regular expression {} cannot be read: {}", source, shown(pattern, 200),
                                   complaintOf(code, info)),
                       "It has to be one that Oniguruma knows, as for Hugging Face tokenizers.", "model");
    }
    m_compiled = compiled;
}

void RegularExpression::find(std::string_view text, size_t begin, size_t end,
                             std::vector<std::pair<size_t, size_t>>& matches) const
{
    const std::unique_ptr<OnigRegion, void (*)(OnigRegion*)> region(onig_region_new(),
                                                                    [](OnigRegion* old) { onig_region_free(old, 1); });
    const auto* first = reinterpret_cast<const UChar*>(text.data()) + begin;
    const auto* last = reinterpret_cast<const UChar*>(text.data()) + end;
    const UChar *at = first, *lastEnd = nullptr;
    while (at <= last) {
        const int found = onig_search(m_compiled->regex, first, last, at, last, region.get(), ONIG_OPTION_NONE);
        if (found == ONIG_MISMATCH)
            return;
        if (found < 0)
            throw badInput(fmt::format("the regular expression {} of {} gives up on a text: {}",
                                       shown(m_compiled->pattern, 200), m_compiled->source, complaintOf(found, {})),
                           "A text without any white space may be too much for it; break it into lines.", "data");
        const UChar *from = first + region->beg[0], *to = first + region->end[0];
        if (from == to && to == lastEnd) {
            at += at < last ? ONIGENC_MBC_ENC_LEN(ONIG_ENCODING_UTF8, at) : 1;
            continue;
        }
        matches.push_back({begin + size_t(from - first), begin + size_t(to - first)});
        at = lastEnd = to;
    }
}

} // namespace fettle
