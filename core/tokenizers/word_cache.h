// SPDX-License-Identifier: GPL-3.0-or-later
// Remembers how words were cut: one small table for each thread that encodes at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace fettle
{

/// One word a slot, the newer in the older's place; half a megabyte in all.
class WordCache
{
public:
    static constexpr size_t kLongestWord = 30, kMostIds = 6;

    struct Entry {
        uint64_t hash = 0;
        uint8_t length = 0, count = 0; ///< length 0: empty
        char text[kLongestWord];
        int32_t ids[kMostIds];

        bool holds(std::string_view word, uint64_t wordHash) const
        {
            return hash == wordHash && length == word.size() && std::memcmp(text, word.data(), length) == 0;
        }
        void store(std::string_view word, uint64_t wordHash, std::span<const int32_t> wordIds)
        {
            hash = wordHash;
            length = uint8_t(word.size());
            count = uint8_t(wordIds.size());
            std::memcpy(text, word.data(), word.size());
            std::copy(wordIds.begin(), wordIds.end(), ids); // may be none, then there is nothing to point at
        }
    };

    Entry& slot(uint64_t hash) { return m_entries[(hash >> 7) & (kSlots - 1)]; }

private:
    static constexpr size_t kSlots = 8192;
    std::vector<Entry> m_entries = std::vector<Entry>(kSlots);
};

/// Lends caches: as many come to be as threads encode at once, and they live as long as the tokenizer.
class WordCachePool
{
public:
    class Lease
    {
    public:
        explicit Lease(WordCachePool& pool) : m_pool(pool), m_cache(pool.take()) {}
        ~Lease() { m_pool.giveBack(std::move(m_cache)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        WordCache& operator*() const { return *m_cache; }

    private:
        WordCachePool& m_pool;
        std::unique_ptr<WordCache> m_cache;
    };

private:
    std::unique_ptr<WordCache> take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return std::make_unique<WordCache>();
        auto cache = std::move(m_free.back());
        m_free.pop_back();
        return cache;
    }
    void giveBack(std::unique_ptr<WordCache> cache)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(cache));
    }

    std::mutex m_mutex;
    std::vector<std::unique_ptr<WordCache>> m_free;
};

} // namespace fettle
