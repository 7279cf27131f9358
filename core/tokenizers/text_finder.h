// SPDX-License-Identifier: GPL-3.0-or-later
// Finds which of many texts stands in a text, leftmost and then longest, in one pass whatever their number.
// Source: Aho, Corasick 1975, "Efficient string matching: an aid to bibliographic search", with the failure links cut
// behind a match, so that nothing that begins later can replace it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class TextFinder
{
public:
    struct Pattern {
        std::string text; ///< not empty
        uint32_t name;
    };
    struct Match {
        size_t begin, end;
        uint32_t pattern; ///< its name
    };

    /// Of equal texts the first counts.
    explicit TextFinder(std::span<const Pattern> patterns = {});
    bool empty() const { return m_nodes.size() < 2; }
    /// The first match that begins at byte `from` or behind it; the longest of those that begin there.
    std::optional<Match> next(std::string_view text, size_t from) const;

private:
    static constexpr uint32_t kNone = ~uint32_t(0), kRoot = 0;
    struct Node {
        uint32_t firstChild = kNone, nextSibling = kNone;
        uint32_t fail = kRoot;    ///< kNone: a match lies behind, nothing later may follow it
        uint32_t pattern = kNone; ///< that ends here, the longest
        uint32_t length = 0;      ///< of that pattern
        unsigned char byte = 0;
    };
    uint32_t childOf(uint32_t node, unsigned char byte) const;
    uint32_t addChild(uint32_t node, unsigned char byte);
    void linkFailures();

    std::vector<Node> m_nodes;
    std::array<uint32_t, 256> m_first{}; ///< children of the root, kNone where there is none
};

} // namespace fettle
