// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/batches.h"

#include "core/base/error.h"
#include "core/data/collator.h"
#include "core/data/masking.h"
#include "core/data/sampler.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

std::unique_ptr<Masker> makeMasker(const Tokenizer& tokenizer, const ModelFacts& model, double probability,
                                   uint64_t seed)
{
    if (!tokenizer.special().mask)
        throw badInput("A masked model's tokenizer model a mask token, and this one has none.",
                       "Name it in special_tokens_map.json or tokenizer_config.json (\"mask_token\").", "model");
    MaskingOptions options;
    options.probability = probability;
    options.maskToken = *tokenizer.special().mask;
    options.vocabularySize = model.vocabularySize;
    return std::make_unique<Masker>(options, seed);
}

} // namespace

TrainBatches::TrainBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                           const TrainArgs& arguments)
    : m_dataset(dataset), m_batchSize(arguments.per_device_train_batch_size),
      m_batchesPerEpoch(planSteps(arguments, dataset.size()).batchesPerEpoch), m_orderSeed(orderSeed(arguments))
{
    if (model.isMasked()) {
        m_masker = makeMasker(*tokenizer, model, arguments.mlm_probability, static_cast<uint64_t>(arguments.seed));
        m_collator = maskedCollator(*m_masker, std::move(tokenizer), MaskDraws::WholeBatch);
    } else {
        m_collator = causalCollator();
    }
}

TrainBatches::~TrainBatches() = default;

PackedBatch TrainBatches::next()
{
    if (m_orderEpoch != m_epoch) {
        m_order = epochOrder(m_dataset.size(), m_orderSeed, m_epoch);
        m_orderEpoch = m_epoch;
    }
    if (m_batch == 0 && m_masker)
        m_masker->beginEpoch();
    const int64_t begin = m_batch * m_batchSize, end = std::min(begin + m_batchSize, m_dataset.size());
    PackedBatch batch = m_collator->collate(m_dataset, {m_order.begin() + begin, m_order.begin() + end});
    if (++m_batch == m_batchesPerEpoch) {
        m_batch = 0;
        ++m_epoch;
    }
    return batch;
}

DataCursor TrainBatches::cursor() const
{
    return {m_epoch, m_batch, m_masker ? m_masker->state() : std::string()};
}

void TrainBatches::restore(const DataCursor& cursor)
{
    if (cursor.epoch < 0 || cursor.batch < 0 || cursor.batch >= m_batchesPerEpoch ||
        cursor.maskState.empty() != (m_masker == nullptr))
        throw badInput("The checkpoint's place in the data does not fit this data.",
                       "Continue with the text that the run began with.", "data");
    if (m_masker)
        m_masker->setState(cursor.maskState);
    m_epoch = cursor.epoch;
    m_batch = cursor.batch;
}

EvaluationBatches::EvaluationBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer,
                                     const ModelFacts& model, double maskProbability, int64_t batchSize, uint64_t seed)
    : m_dataset(dataset), m_tokenizer(std::move(tokenizer)), m_model(model), m_maskProbability(maskProbability),
      m_batchSize(batchSize), m_seed(seed)
{
}

int64_t EvaluationBatches::count() const
{
    return (m_dataset.size() + m_batchSize - 1) / m_batchSize;
}

void EvaluationBatches::forEach(const std::function<bool(const PackedBatch&)>& use) const
{
    std::unique_ptr<Masker> masker;
    std::unique_ptr<Collator> collator = causalCollator();
    if (m_model.isMasked()) {
        masker = makeMasker(*m_tokenizer, m_model, m_maskProbability, m_seed);
        collator = maskedCollator(*masker, m_tokenizer, MaskDraws::EachRow);
    }
    std::vector<int64_t> rows;
    for (int64_t begin = 0; begin < m_dataset.size(); begin += m_batchSize) {
        rows.clear();
        for (int64_t row = begin; row < std::min(begin + m_batchSize, m_dataset.size()); ++row)
            rows.push_back(row);
        if (!use(collator->collate(m_dataset, rows)))
            return;
    }
}

} // namespace fettle
