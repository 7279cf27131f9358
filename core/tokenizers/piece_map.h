// SPDX-License-Identifier: GPL-3.0-or-later
// A hash map from text to token id, made for being asked millions of times a second.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace fettle
{

inline uint64_t hashText(std::string_view text)
{
    constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;
    uint64_t hash = text.size() * kMultiplier;
    const char* at = text.data();
    size_t left = text.size();
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word;
        std::memcpy(&word, at, 8);
        hash = std::rotl((hash ^ word) * kMultiplier, 29);
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < left; ++i)
        tail |= uint64_t(static_cast<unsigned char>(at[i])) << (8 * i);
    hash = (hash ^ tail) * kMultiplier;
    return hash ^ (hash >> 32);
}

/// Open addressing, the texts in one buffer. Immutable use from several threads is safe.
class PieceMap
{
public:
    explicit PieceMap(size_t expected = 0) { rebuild(std::bit_ceil(expected * 2 + 16)); }

    /// A text that is already there gets the new id.
    void insert(std::string_view text, int32_t id)
    {
        if (m_size * 2 >= m_slots.size())
            rebuild(m_slots.size() * 2);
        Slot& slot = m_slots[find(text, hashText(text))];
        if (slot.id < 0) {
            slot = {uint32_t(hashText(text) >> 20), uint32_t(m_texts.size()), uint32_t(text.size()), id};
            m_texts.insert(m_texts.end(), text.begin(), text.end());
            ++m_size;
        } else {
            slot.id = id;
        }
    }
    /// -1 where the text is not there.
    int32_t at(std::string_view text) const { return m_slots[find(text, hashText(text))].id; }
    size_t size() const { return m_size; }

private:
    struct Slot {
        uint32_t tag = 0, offset = 0, length = 0;
        int32_t id = -1;
    };
    size_t find(std::string_view text, uint64_t hash) const
    {
        const uint32_t tag = uint32_t(hash >> 20);
        for (size_t at = hash & (m_slots.size() - 1);; at = (at + 1) & (m_slots.size() - 1)) {
            const Slot& slot = m_slots[at];
            if (slot.id < 0)
                return at;
            if (slot.tag == tag && slot.length == text.size() &&
                (text.empty() || std::memcmp(m_texts.data() + slot.offset, text.data(), text.size()) == 0))
                return at;
        }
    }
    void rebuild(size_t capacity)
    {
        std::vector<Slot> old(capacity);
        old.swap(m_slots);
        for (const Slot& slot : old)
            if (slot.id >= 0) {
                const std::string_view text(m_texts.data() + slot.offset, slot.length);
                m_slots[find(text, hashText(text))] = slot;
            }
    }

    std::vector<Slot> m_slots;
    std::vector<char> m_texts;
    size_t m_size = 0;
};

} // namespace fettle
