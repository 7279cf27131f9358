// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/text_finder.h"

namespace fettle
{

TextFinder::TextFinder(std::span<const Pattern> patterns) : m_nodes(1)
{
    m_first.fill(kNone);
    for (const Pattern& pattern : patterns) {
        uint32_t node = kRoot;
        for (const char c : pattern.text) {
            const auto byte = static_cast<unsigned char>(c);
            const uint32_t child = childOf(node, byte);
            node = child != kNone ? child : addChild(node, byte);
        }
        if (m_nodes[node].pattern == kNone) {
            m_nodes[node].pattern = pattern.name;
            m_nodes[node].length = uint32_t(pattern.text.size());
        }
    }
    linkFailures();
}

uint32_t TextFinder::childOf(uint32_t node, unsigned char byte) const
{
    if (node == kRoot)
        return m_first[byte];
    uint32_t child = m_nodes[node].firstChild;
    while (child != kNone && m_nodes[child].byte != byte)
        child = m_nodes[child].nextSibling;
    return child;
}

uint32_t TextFinder::addChild(uint32_t node, unsigned char byte)
{
    const auto child = uint32_t(m_nodes.size());
    Node fresh;
    fresh.byte = byte;
    fresh.nextSibling = m_nodes[node].firstChild;
    m_nodes.push_back(fresh);
    m_nodes[node].firstChild = child;
    if (node == kRoot)
        m_first[byte] = child;
    return child;
}

void TextFinder::linkFailures()
{
    std::vector<uint32_t> queue; // breadth first
    for (uint32_t child = m_nodes[kRoot].firstChild; child != kNone; child = m_nodes[child].nextSibling)
        queue.push_back(child);
    for (const uint32_t first : queue)
        m_nodes[first].fail = m_nodes[first].pattern != kNone ? kNone : kRoot;
    for (size_t i = 0; i < queue.size(); ++i) {
        const uint32_t parent = queue[i];
        for (uint32_t node = m_nodes[parent].firstChild; node != kNone; node = m_nodes[node].nextSibling) {
            queue.push_back(node);
            Node& here = m_nodes[node];
            if (here.pattern != kNone) { // its own: what begins later cannot win against it
                here.fail = kNone;
                continue;
            }
            uint32_t from = m_nodes[parent].fail;
            while (from != kNone && from != kRoot && childOf(from, here.byte) == kNone)
                from = m_nodes[from].fail;
            if (from == kNone) {
                here.fail = kNone;
                continue;
            }
            const uint32_t target = childOf(from, here.byte);
            here.fail = target != kNone ? target : kRoot;
            here.pattern = m_nodes[here.fail].pattern; // one that ends here and begins later
            here.length = m_nodes[here.fail].length;
        }
    }
}

std::optional<TextFinder::Match> TextFinder::next(std::string_view text, size_t from) const
{
    if (empty())
        return std::nullopt;
    std::optional<Match> best;
    uint32_t node = kRoot;
    for (size_t at = from; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        uint32_t child = childOf(node, byte);
        while (child == kNone && node != kRoot) {
            node = m_nodes[node].fail;
            if (node == kNone)
                return best;
            child = childOf(node, byte);
        }
        if (child == kNone) { // at the root: nothing begins here
            if (best)
                return best;
            continue;
        }
        node = child;
        if (const Node& here = m_nodes[node]; here.pattern != kNone)
            best = Match{at + 1 - here.length, at + 1, here.pattern};
    }
    return best;
}

} // namespace fettle
