// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/batches.h"

#include "core/base/error.h"
#include "core/data/collator.h"
#include "core/data/random_source.h"
#include "core/data/sampler.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <numeric>

namespace fettle
{

namespace
{

std::unique_ptr<Masker> makeMasker(const Tokenizer& tokenizer, const ModelFacts& model, const MaskRule& rule,
                                   RandomSource& random)
{
    if (!tokenizer.special().mask)
        throw badInput("A masked model's tokenizer model a mask token, and this one has none.",
                       "Name it in special_tokens_map.json or tokenizer_config.json (\"mask_token\").", "model");
    MaskingOptions options;
    options.rule = rule;
    options.maskToken = *tokenizer.special().mask;
    options.vocabularySize = model.vocabularySize;
    return std::make_unique<Masker>(options, random);
}

} // namespace

TrainBatches::TrainBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                           const TrainArgs& arguments)
    : m_dataset(dataset), m_batchSize(arguments.per_device_train_batch_size),
      m_stepSize(m_batchSize * arguments.gradient_accumulation_steps),
      m_batchesPerEpoch(planSteps(arguments, dataset.size()).batchesPerEpoch), m_orderSeed(orderSeed(arguments))
{
    if (arguments.train_sampling_strategy == "sequential")
        m_strategy = Strategy::Sequential;
    else if (arguments.train_sampling_strategy == "group_by_length")
        m_strategy = Strategy::GroupByLength;
    if (model.isMasked() || m_strategy == Strategy::GroupByLength)
        m_random = std::make_unique<RandomSource>(static_cast<uint64_t>(arguments.seed));
    if (model.isMasked()) {
        m_masker = makeMasker(*tokenizer, model, maskRule(arguments), *m_random);
        m_collator = maskedCollator(*m_masker, std::move(tokenizer), MaskDraws::WholeBatch);
    } else {
        m_collator = causalCollator();
    }
}

TrainBatches::~TrainBatches() = default;

void TrainBatches::drawOrder()
{
    const int64_t n = m_dataset.size();
    if (m_strategy == Strategy::GroupByLength) {
        std::vector<int64_t> lengths(static_cast<size_t>(n));
        for (int64_t row = 0; row < n; ++row)
            lengths[static_cast<size_t>(row)] = static_cast<int64_t>(m_dataset.get(row).ids.size());
        m_orderState = m_random->state();
        m_order = lengthGroupedOrder(lengths, m_stepSize, m_random->generator());
    } else if (m_strategy == Strategy::Sequential) {
        m_order.resize(static_cast<size_t>(n));
        std::iota(m_order.begin(), m_order.end(), 0);
    } else {
        m_order = epochOrder(n, m_orderSeed, m_epoch);
    }
    m_orderEpoch = m_epoch;
}

PackedBatch TrainBatches::next()
{
    if (m_batch == 0 && m_random)
        m_random->beginEpoch();
    if (m_orderEpoch != m_epoch)
        drawOrder();
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
    return {m_epoch, m_batch, m_random ? m_random->state() : std::string(),
            m_strategy == Strategy::GroupByLength && m_batch > 0 ? m_orderState : std::string()};
}

void TrainBatches::restore(const DataCursor& cursor)
{
    if (cursor.epoch < 0 || cursor.batch < 0 || cursor.batch >= m_batchesPerEpoch ||
        cursor.maskState.empty() != (m_random == nullptr) ||
        cursor.orderState.empty() != (m_strategy != Strategy::GroupByLength || cursor.batch == 0))
        throw badInput("The checkpoint's place in the data does not fit this data.",
                       "Continue with the text that the run began with.", "data");
    m_epoch = cursor.epoch;
    m_batch = cursor.batch;
    m_orderEpoch = -1;
    if (!cursor.orderState.empty()) {
        m_random->setState(cursor.orderState);
        drawOrder();
    }
    if (m_random)
        m_random->setState(cursor.maskState);
}

EvaluationBatches::EvaluationBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer,
                                     const ModelFacts& model, const MaskRule& maskRule, int64_t batchSize,
                                     uint64_t seed)
    : m_dataset(dataset), m_tokenizer(std::move(tokenizer)), m_model(model), m_maskRule(maskRule),
      m_batchSize(batchSize), m_seed(seed)
{
}

int64_t EvaluationBatches::count() const
{
    return (m_dataset.size() + m_batchSize - 1) / m_batchSize;
}

void EvaluationBatches::forEach(const std::function<bool(const PackedBatch&)>& use) const
{
    RandomSource random(m_seed);
    std::unique_ptr<Masker> masker;
    std::unique_ptr<Collator> collator = causalCollator();
    if (m_model.isMasked()) {
        masker = makeMasker(*m_tokenizer, m_model, m_maskRule, random);
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
