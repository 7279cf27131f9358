// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/collator.h"

#include "core/data/masking.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

bool isPresent(const Example& example, size_t place)
{
    return example.attention.empty() || example.attention[place] != 0;
}

int64_t longestOf(const Dataset& dataset, const std::vector<int64_t>& rows)
{
    size_t width = 0;
    for (const int64_t row : rows)
        width = std::max(width, dataset.get(row).ids.size());
    return static_cast<int64_t>(width);
}

/// A batch of `rows` before its first sequence.
PackedBatch emptyBatch(const Dataset& dataset, const std::vector<int64_t>& rows)
{
    PackedBatch batch;
    batch.cuSeqlens.push_back(0);
    batch.paddedLength = longestOf(dataset, rows);
    batch.paddedTokens = static_cast<int64_t>(rows.size()) * batch.paddedLength;
    if (dataset.hasRowsApart()) {
        batch.paddedTokens = 0;
        for (const int64_t row : rows)
            batch.paddedTokens += static_cast<int64_t>(dataset.get(row).ids.size());
        batch.paddedLength = batch.paddedTokens;
    }
    return batch;
}

/// Ends a sequence begun at the batch's last border, unless nothing was added.
void closeSequence(PackedBatch& batch, int64_t row)
{
    const auto end = static_cast<int32_t>(batch.inputIds.size());
    const int32_t length = end - batch.cuSeqlens.back();
    if (length == 0)
        return;
    batch.cuSeqlens.push_back(end);
    batch.maxSeqlen = std::max(batch.maxSeqlen, length);
    batch.rows.push_back(row);
}

struct Place {
    int64_t inputId = 0, target = 0;
};

/// Appends the example `row`; `placeAt` gives what is read and asked for at each of its places.
template <typename PlaceAt>
void appendExample(PackedBatch& batch, const Example& example, int64_t row, PlaceAt&& placeAt)
{
    size_t first = 0; // of the sequence
    for (size_t i = 0; i < example.ids.size(); ++i) {
        if (example.startsRow(i)) {
            closeSequence(batch, row);
            first = i;
        }
        if (!isPresent(example, i))
            continue;
        const Place place = placeAt(i);
        batch.inputIds.push_back(place.inputId);
        batch.originalIds.push_back(example.ids[i]);
        batch.positionIds.push_back(static_cast<int64_t>(i - first));
        batch.tokenTypeIds.push_back(example.types.empty() ? 0 : example.types[i]);
        batch.targets.push_back(place.target);
        batch.gradedTokens += place.target != ignoredLabel;
    }
    closeSequence(batch, row);
}

class CausalCollator : public Collator
{
public:
    PackedBatch collate(const Dataset& dataset, const std::vector<int64_t>& rows) override
    {
        PackedBatch batch = emptyBatch(dataset, rows);
        for (const int64_t row : rows) {
            const Example example = dataset.get(row);
            appendExample(batch, example, row, [&](size_t i) { return Place{example.ids[i], target(example, i + 1)}; });
        }
        return batch;
    }

private:
    static int64_t target(const Example& example, size_t next)
    {
        if (next >= example.ids.size() || example.startsRow(next))
            return ignoredLabel;
        if (!example.labels.empty())
            return example.labels[next];
        return isPresent(example, next) ? example.ids[next] : ignoredLabel;
    }
};

class MaskedCollator : public Collator
{
public:
    MaskedCollator(Masker& masker, std::shared_ptr<const Tokenizer> tokenizer, MaskDraws draws)
        : m_masker(masker), m_tokenizer(std::move(tokenizer)), m_draws(draws)
    {
    }

    PackedBatch collate(const Dataset& dataset, const std::vector<int64_t>& rows) override
    {
        PackedBatch batch = emptyBatch(dataset, rows);
        if (dataset.hasLabels())
            for (const int64_t row : rows)
                appendLabelled(batch, dataset.get(row), row);
        else if (m_draws == MaskDraws::WholeBatch)
            appendDrawn(batch, dataset, rows);
        else
            for (const int64_t row : rows)
                appendDrawn(batch, dataset, {row});
        return batch;
    }

private:
    static void appendLabelled(PackedBatch& batch, const Example& example, int64_t row)
    {
        appendExample(batch, example, row, [&](size_t i) { return Place{example.ids[i], example.labels[i]}; });
    }

    /// Draws for `rows` padded to the longest of them.
    void appendDrawn(PackedBatch& batch, const Dataset& dataset, const std::vector<int64_t>& rows)
    {
        const auto width = static_cast<size_t>(longestOf(dataset, rows));
        const MaskDraw draw = m_masker.draw(placesOf(dataset, rows, width));
        for (size_t b = 0; b < rows.size(); ++b) {
            const Example example = dataset.get(rows[b]);
            appendExample(batch, example, rows[b], [&](size_t i) {
                const size_t place = b * width + i;
                const MaskFate fate = draw.fates[place];
                const int64_t input = fate == MaskFate::Hidden     ? m_masker.options().maskToken
                                      : fate == MaskFate::Replaced ? draw.replacement[place]
                                                                   : example.ids[i];
                return Place{input, fate == MaskFate::Untouched ? ignoredLabel : example.ids[i]};
            });
        }
    }

    MaskPlaces placesOf(const Dataset& dataset, const std::vector<int64_t>& rows, size_t width) const
    {
        MaskPlaces places{static_cast<int64_t>(rows.size()), static_cast<int64_t>(width), {}, {}};
        places.maskable.resize(rows.size() * width, 0);
        places.wordStarts.resize(rows.size() * width, 0);
        for (size_t b = 0; b < rows.size(); ++b) {
            const Example example = dataset.get(rows[b]);
            bool afterOther = true; // a block may begin within a word
            for (size_t i = 0; i < example.ids.size(); ++i) {
                const bool may = isPresent(example, i) && !m_tokenizer->isSpecial(example.ids[i]);
                places.maskable[b * width + i] = may;
                places.wordStarts[b * width + i] = may && (afterOther || example.startsRow(i) ||
                                                           (!example.wordStarts.empty() && example.wordStarts[i] != 0));
                afterOther = !may;
            }
        }
        return places;
    }

    Masker& m_masker;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    MaskDraws m_draws;
};

} // namespace

std::unique_ptr<Collator> causalCollator()
{
    return std::make_unique<CausalCollator>();
}

std::unique_ptr<Collator> maskedCollator(Masker& masker, std::shared_ptr<const Tokenizer> tokenizer, MaskDraws draws)
{
    return std::make_unique<MaskedCollator>(masker, std::move(tokenizer), draws);
}

} // namespace fettle
