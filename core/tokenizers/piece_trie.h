// SPDX-License-Identifier: GPL-3.0-or-later
// Finds every piece of a vocabulary that a text starts with, byte by byte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// A trie whose nodes lie level by level, the children of one side by side. Immutable after building.
class PieceTrie
{
public:
    /// Ids are places in `pieces`; of equal pieces the last counts, empty ones are left out.
    explicit PieceTrie(const std::vector<std::string>& pieces = {})
    {
        std::vector<int32_t> order;
        for (size_t id = 0; id < pieces.size(); ++id)
            if (!pieces[id].empty())
                order.push_back(int32_t(id));
        const auto text = [&](size_t place) -> const std::string& { return pieces[size_t(order[place])]; };
        std::stable_sort(order.begin(), order.end(),
                         [&](int32_t a, int32_t b) { return pieces[size_t(a)] < pieces[size_t(b)]; });
        struct Span {
            size_t begin, end; ///< places in `order` that lie below a node
        };
        std::vector<Span> spans = {{0, order.size()}};
        std::vector<size_t> depths = {0};
        m_nodes.emplace_back();
        for (size_t node = 0; node < m_nodes.size(); ++node) {
            auto [place, end] = spans[node];
            const size_t depth = depths[node];
            for (; place < end && text(place).size() == depth; ++place)
                m_nodes[node].id = order[place];
            m_nodes[node].first = uint32_t(m_nodes.size());
            while (place < end) {
                const auto label = static_cast<unsigned char>(text(place)[depth]);
                const size_t begin = place;
                while (place < end && static_cast<unsigned char>(text(place)[depth]) == label)
                    ++place;
                m_nodes.emplace_back();
                m_labels.resize(m_nodes.size());
                m_labels.back() = label;
                spans.push_back({begin, place});
                depths.push_back(depth + 1);
                ++m_nodes[node].children;
            }
        }
    }

    /// found(length in bytes, id) for each piece that `text` starts with, the shortest first.
    template <typename Found>
    void eachPrefix(std::string_view text, const Found& found) const
    {
        uint32_t node = 0;
        for (size_t at = 0; at < text.size(); ++at) {
            const Node& here = m_nodes[node];
            const unsigned char* labels = m_labels.data() + here.first;
            const unsigned char* end = labels + here.children;
            const auto label = static_cast<unsigned char>(text[at]);
            const unsigned char* child = std::lower_bound(labels, end, label);
            if (child == end || *child != label)
                return;
            node = here.first + uint32_t(child - labels);
            if (m_nodes[node].id >= 0)
                found(at + 1, m_nodes[node].id);
        }
    }

private:
    struct Node {
        uint32_t first = 0; ///< of its children
        uint16_t children = 0;
        int32_t id = -1;
    };
    std::vector<Node> m_nodes;
    std::vector<unsigned char> m_labels; ///< of each node, from its parent
};

} // namespace fettle
