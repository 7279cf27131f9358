// SPDX-License-Identifier: GPL-3.0-or-later
// Which row stands for the distance of two tokens, and how scores and what was computed by row go over into each other.
#pragma once

#include "core/nn/disentangled_attention.h"
#include "core/nn/processor/attention_tasks.h"

#include <utility>

namespace fettle::processor
{

/// The rows [first, first + count) of what stands for distances.
struct DistanceRange {
    int64_t first, count;
    int64_t stride() const { return roundedKeys(count); }
};

/// Which row stands for the distance of two tokens of one sequence.
class DistanceRows
{
public:
    DistanceRows(const Distances& distances, int64_t begin, int64_t count)
        : m_places(distances.places.const_data_ptr<int64_t>() + begin),
          m_rows(distances.rows.const_data_ptr<int64_t>() + distances.farthest)
    {
        const auto isNext = [&](int64_t distance) { return m_rows[distance + 1] == m_rows[distance] + 1; };
        for (int64_t i = 1; i < count; ++i)
            m_isWhole = m_isWhole && m_places[i] == m_places[i - 1] + 1;
        while (m_isWhole && m_near < std::min(count - 1, distances.farthest) && isNext(m_near) && isNext(-m_near - 1))
            ++m_near;
    }
    int64_t row(int64_t query, int64_t key) const { return m_rows[m_places[key] - m_places[query]]; }
    /// Tokens up to so far apart stand in places one after another, and their distances in rows likewise.
    int64_t near() const { return m_near; }
    /// Of all pairs of these.
    DistanceRange rows(int64_t firstQuery, int64_t endQuery, int64_t firstKey, int64_t endKey) const
    {
        const auto [nearQuery, farQuery] = ends(firstQuery, endQuery);
        const auto [nearKey, farKey] = ends(firstKey, endKey);
        const int64_t first = m_rows[nearKey - farQuery];
        return {first, m_rows[farKey - nearQuery] + 1 - first};
    }

private:
    /// The least and the greatest place of the tokens [first, end).
    std::pair<int64_t, int64_t> ends(int64_t first, int64_t end) const
    {
        if (m_isWhole)
            return {m_places[first], m_places[end - 1]};
        const auto found = std::minmax_element(m_places + first, m_places + end);
        return {*found.first, *found.second};
    }

    const int64_t *m_places, *m_rows;
    bool m_isWhole = true; ///< places one after another
    int64_t m_near = 0;
};

/// scores[key] += byRow[row - range.first] for one query and all keys; or the other way, as the gradient goes.
template <bool Back>
void addByDistance(const DistanceRows& distances, int64_t query, int64_t keys, const DistanceRange& range, float* byRow,
                   float* scores)
{
    const int64_t from = std::max<int64_t>(0, query - distances.near()),
                  to = std::min(keys, query + distances.near() + 1);
    const auto each = [&](int64_t key) {
        float& value = byRow[distances.row(query, key) - range.first];
        (Back ? value : scores[key]) += Back ? scores[key] : value;
    };
    for (int64_t key = 0; key < from; ++key)
        each(key);
    float* near = byRow + distances.row(query, from) - range.first;
    kernels().axpy(1, Back ? scores + from : near, Back ? near : scores + from, to - from);
    for (int64_t key = to; key < keys; ++key)
        each(key);
}

/// For each of a strip of keys and a block of queries; byRow has a row a key.
/// scores = byRow, or byRow += scores with `Back`.
template <bool Back>
void takeByDistance(const DistanceRows& distances, int64_t firstQuery, int64_t endQuery, int64_t firstKey,
                    int64_t endKey, const DistanceRange& range, float* byRow, float* scores, int64_t stride)
{
    const auto move = [](float& score, float& value) { Back ? value += score : score = value; };
    const int64_t farthest = std::max(endQuery - 1 - firstKey, endKey - 1 - firstQuery), keys = endKey - firstKey;
    for (int64_t query = firstQuery; query < endQuery; ++query) {
        float* row = scores + (query - firstQuery) * stride + firstKey;
        if (farthest <= distances.near()) {
            float* value = byRow + distances.row(query, firstKey) - range.first;
            for (int64_t i = 0; i < keys; ++i)
                move(row[i], value[i * (range.stride() + 1)]);
        } else {
            for (int64_t i = 0; i < keys; ++i)
                move(row[i], byRow[i * range.stride() + distances.row(query, firstKey + i) - range.first]);
        }
    }
}

} // namespace fettle::processor
