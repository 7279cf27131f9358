// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/character_map.h"

#include "core/base/error.h"
#include "core/tokenizers/graphemes.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr size_t kShortCluster = 6; ///< bytes; clusters of fewer are looked up whole

uint32_t unitAt(const std::string& bytes, size_t index)
{
    unsigned char unit[4];
    std::memcpy(unit, bytes.data() + 4 * index, 4);
    return uint32_t(unit[0]) | (uint32_t(unit[1]) << 8) | (uint32_t(unit[2]) << 16) | (uint32_t(unit[3]) << 24);
}

size_t offsetOf(uint32_t unit)
{
    return (unit >> 10) << ((unit & 0x200) >> 6);
}

/// `with` in place of `from` code points: what is more was added, what is less goes with the last one.
void put(std::string_view with, size_t from, std::vector<unicode::NormalCharacter>& out)
{
    const size_t begin = out.size();
    for (size_t at = 0; at < with.size();)
        out.push_back({unicode::nextCodePoint(with, at), out.size() - begin >= from ? 1 : 0});
    if (const size_t made = out.size() - begin; made < from && !out.empty())
        out.back().change -= int(from - made);
}

size_t charactersOf(std::string_view text)
{
    return size_t(std::count_if(text.begin(), text.end(), unicode::startsCharacter));
}

} // namespace

CharacterMap::CharacterMap(std::string bytes, const std::string& source) : m_bytes(std::move(bytes))
{
    const size_t size = m_bytes.size() < 4 ? 1 : unitAt(m_bytes, 0);
    if (size % 4 != 0 || size == 0 || size > m_bytes.size() - 4)
        throw badInput(fmt::format("{}: the precompiled_charsmap is cut short or no such map", source),
                       "Fetch the file anew.", "model");
    m_units = size / 4;
    m_targets = std::string_view(m_bytes).substr(4 + size);
}

/// The shortest entry that the text starts with, as the reference takes it.
std::optional<std::string_view> CharacterMap::find(std::string_view text) const
{
    const auto unit = [&](size_t node) { return node < m_units ? unitAt(m_bytes, 1 + node) : 0; };
    size_t node = offsetOf(unit(0));
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte == 0)
            break;
        node ^= byte;
        const uint32_t here = unit(node);
        if ((here & 0x800000FF) != byte)
            break;
        node ^= offsetOf(here);
        if (here & 0x100) {
            const size_t target = unit(node) & 0x7FFFFFFF;
            if (target > m_targets.size())
                return std::nullopt;
            return m_targets.substr(target, m_targets.find('\0', target) - target);
        }
    }
    return std::nullopt;
}

std::optional<std::vector<unicode::NormalCharacter>> CharacterMap::apply(std::string_view text) const
{
    std::vector<unicode::NormalCharacter> out;
    out.reserve(text.size());
    bool changed = false;
    for (size_t begin = 0, end; begin < text.size(); begin = end) {
        end = unicode::graphemeEnd(text, begin);
        const std::string_view cluster = text.substr(begin, end - begin);
        if (cluster.size() < kShortCluster) {
            if (const auto target = find(cluster)) {
                put(*target, charactersOf(cluster), out);
                changed = true;
                continue;
            }
        }
        for (size_t at = begin; at < end;) {
            const size_t here = at;
            const char32_t codePoint = unicode::nextCodePoint(text, at);
            if (const auto target = find(text.substr(here, at - here))) {
                put(*target, 1, out);
                changed = true;
            } else {
                out.push_back({codePoint, 0});
            }
        }
    }
    return changed ? std::optional(std::move(out)) : std::nullopt;
}

std::string decodeBase64(std::string_view text, const std::string& source)
{
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    while (text.ends_with('='))
        text.remove_suffix(1);
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const size_t digit = c >= 'A' && c <= 'Z'   ? size_t(c - 'A')
                             : c >= 'a' && c <= 'z' ? size_t(c - 'a') + 26
                             : c >= '0' && c <= '9' ? size_t(c - '0') + 52
                             : c == '+'             ? 62
                             : c == '/'             ? 63
                                                    : 64;
        if (digit > 63)
            throw badInput(fmt::format("{}: the precompiled_charsmap is no Base64", source), "Fetch the file anew.",
                           "model");
        bits = (bits << 6) | uint32_t(digit);
        if ((count += 6) >= 8)
            bytes.push_back(char((bits >> (count -= 8)) & 0xFF));
    }
    return bytes;
}

} // namespace fettle
