// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/unicode.h"

#include "core/tokenizers/unicode_tables.h"

#include <algorithm>
#include <map>

namespace fettle::unicode
{

namespace
{

constexpr char32_t kHangulBase = 0xAC00, kLeadBase = 0x1100, kVowelBase = 0x1161, kTailBase = 0x11A7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28, kSyllables = kLeads * kVowels * kTails;

struct Decomposed {
    char32_t codePoint;
    int change;
    uint8_t combiningClass;
};

uint8_t combiningClassOf(char32_t codePoint)
{
    if (codePoint < 0x300)
        return 0;
    const auto after = std::upper_bound(combiningClasses.begin(), combiningClasses.end(), codePoint,
                                        [](char32_t code, const CombiningRange& range) { return code < range.first; });
    if (after == combiningClasses.begin() || codePoint > (after - 1)->last)
        return 0;
    return (after - 1)->combiningClass;
}

const Decomposition* entryOf(std::span<const Decomposition> table, char32_t codePoint)
{
    const auto found =
        std::lower_bound(table.begin(), table.end(), codePoint,
                         [](const Decomposition& entry, char32_t code) { return entry.codePoint < code; });
    return found != table.end() && found->codePoint == codePoint ? &*found : nullptr;
}

void decomposeOne(char32_t codePoint, bool compatible, std::vector<Decomposed>& out)
{
    const auto add = [&](char32_t part, int change) { out.push_back({part, change, combiningClassOf(part)}); };
    if (codePoint < 0xA0)
        return add(codePoint, 0);
    if (codePoint - kHangulBase < kSyllables) {
        const char32_t index = codePoint - kHangulBase;
        add(kLeadBase + index / (kVowels * kTails), 0);
        add(kVowelBase + index % (kVowels * kTails) / kTails, 1);
        if (index % kTails != 0)
            add(kTailBase + index % kTails, 1);
        return;
    }
    const Decomposition* found = compatible ? entryOf(compatibility, codePoint) : nullptr;
    if (!found)
        found = entryOf(decompositions, codePoint);
    if (!found)
        return add(codePoint, 0);
    for (size_t i = 0; i < found->length; ++i)
        add(decomposed[found->offset + i], i == 0 ? 0 : 1);
}

std::vector<Decomposed> decomposeAll(std::u32string_view text, bool compatible)
{
    std::vector<Decomposed> all;
    all.reserve(text.size() + text.size() / 4);
    for (const char32_t codePoint : text)
        decomposeOne(codePoint, compatible, all);
    const auto before = [](const Decomposed& a, const Decomposed& b) { return a.combiningClass < b.combiningClass; };
    for (auto at = all.begin(); at != all.end();) {
        if (at->combiningClass == 0) {
            ++at;
            continue;
        }
        const auto end = std::find_if(at, all.end(), [](const Decomposed& d) { return d.combiningClass == 0; });
        std::stable_sort(at, end, before);
        at = end;
    }
    return all;
}

/// 0 where the two do not compose.
char32_t composePair(char32_t first, char32_t second)
{
    if (first - kLeadBase < kLeads && second - kVowelBase < kVowels)
        return kHangulBase + ((first - kLeadBase) * kVowels + (second - kVowelBase)) * kTails;
    if (first - kHangulBase < kSyllables && (first - kHangulBase) % kTails == 0 && second > kTailBase &&
        second < kTailBase + kTails)
        return first + (second - kTailBase);
    const auto key = std::pair(first, second);
    const auto found = std::lower_bound(
        compositions.begin(), compositions.end(), key,
        [](const Composition& entry, const auto& wanted) { return std::pair(entry.first, entry.second) < wanted; });
    return found != compositions.end() && std::pair(found->first, found->second) == key ? found->composed : 0;
}

} // namespace

ClassTable::ClassTable()
{
    std::vector<uint16_t> all(0x110000, 0);
    const auto mark = [&](std::span<const CodePointRange> ranges, CharacterClass flag) {
        for (const auto& [first, last] : ranges)
            for (char32_t code = first; code <= last; ++code)
                all[code] |= flag;
    };
    mark(letters, Letter);
    mark(numbers, Number);
    mark(spaces, Space);
    mark(wordCharacters, Word);
    mark(bertPunctuation, BertPunctuation);
    mark(bertNonspacingMarks, BertNonspacingMark);
    mark(bertChinese, BertChinese);
    mark(bertRemoved, BertRemoved);
    mark(bertSpaces, BertSpace);
    mark(marks, Mark);
    std::map<std::vector<uint16_t>, uint16_t> known;
    for (size_t page = 0; page < m_pages.size(); ++page) {
        std::vector<uint16_t> flags(all.begin() + ptrdiff_t(page * 256), all.begin() + ptrdiff_t(page * 256 + 256));
        const auto [entry, isNew] = known.try_emplace(std::move(flags), uint16_t(known.size()));
        if (isNew)
            m_flags.insert(m_flags.end(), entry->first.begin(), entry->first.end());
        m_pages[page] = entry->second;
    }
}

const ClassTable& classes()
{
    static const ClassTable table;
    return table;
}

Lowered toLower(char32_t codePoint)
{
    if (codePoint == 0x130)
        return {0x69, 0x307};
    const auto after = std::upper_bound(lowercase.begin(), lowercase.end(), codePoint,
                                        [](char32_t code, const LowercaseRange& range) { return code < range.first; });
    if (after == lowercase.begin())
        return {codePoint, 0};
    const LowercaseRange& range = *(after - 1);
    if (codePoint > range.last || (codePoint - range.first) % char32_t(range.step) != 0)
        return {codePoint, 0};
    return {char32_t(int32_t(codePoint) + range.delta), 0};
}

std::vector<NormalCharacter> decompose(std::u32string_view text, bool compatible)
{
    std::vector<NormalCharacter> out;
    for (const Decomposed& part : decomposeAll(text, compatible))
        out.push_back({part.codePoint, part.change});
    return out;
}

std::vector<NormalCharacter> compose(std::u32string_view text, bool compatible)
{
    // Unicode Standard Annex 15: each character joins the last starter unless one of its own class or a starter is
    // between them.
    std::vector<NormalCharacter> out;
    std::ptrdiff_t starter = -1;
    int lastClass = -1; // of what stands between the starter and here; -1: nothing
    for (const Decomposed& part : decomposeAll(text, compatible)) {
        if (starter >= 0 && lastClass < int(part.combiningClass)) {
            const char32_t joined = composePair(out[size_t(starter)].codePoint, part.codePoint);
            if (joined != 0) {
                out[size_t(starter)].codePoint = joined;
                out[size_t(starter)].change += part.change - 1;
                continue;
            }
        }
        out.push_back({part.codePoint, part.change});
        if (part.combiningClass == 0) {
            starter = std::ptrdiff_t(out.size()) - 1;
            lastClass = -1;
        } else {
            lastClass = part.combiningClass;
        }
    }
    return out;
}

} // namespace fettle::unicode
