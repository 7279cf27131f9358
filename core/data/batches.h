// SPDX-License-Identifier: GPL-3.0-or-later
// The batches of a run in the order they are trained on, and those of an evaluation.
#pragma once

#include "core/arguments/train_args.h"
#include "core/base/model_facts.h"
#include "core/data/batch.h"
#include "core/data/dataset.h"
#include "core/data/masking.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

class Collator;
class RandomSource;
class Tokenizer;

/// Where a run stands in its data: what a checkpoint keeps of it.
struct DataCursor {
    int64_t epoch = 0;     ///< of the next batch, from 0
    int64_t batch = 0;     ///< the next one of this epoch, from 0
    std::string maskState; ///< RandomSource::state(); empty where nothing is drawn from it (causal, no group_by_length)
    std::string orderState; ///< group_by_length within an epoch: the state that its order was drawn from
};

/// Endless: after an epoch's last batch comes the first of the next. Equal seeds give equal batches, masks included.
class TrainBatches
{
public:
    /// `dataset` must outlive it. Throws BadInput (subject "model") where a masked model has no mask token.
    TrainBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                 const TrainArgs& arguments);
    ~TrainBatches();

    int64_t batchesPerEpoch() const { return m_batchesPerEpoch; }
    PackedBatch next();
    DataCursor cursor() const;
    /// Goes on where the cursor was taken, bit for bit.
    void restore(const DataCursor& cursor);

private:
    enum class Strategy { Random, Sequential, GroupByLength };
    void drawOrder();

    const Dataset& m_dataset;
    int64_t m_batchSize, m_stepSize, m_batchesPerEpoch;
    Strategy m_strategy = Strategy::Random;
    uint64_t m_orderSeed;
    std::unique_ptr<RandomSource> m_random; ///< null where nothing is drawn from it
    std::unique_ptr<Masker> m_masker;       ///< null for causal models
    std::unique_ptr<Collator> m_collator;
    std::vector<int64_t> m_order; ///< of m_orderEpoch
    std::string m_orderState;     ///< group_by_length: what m_order was drawn from
    int64_t m_orderEpoch = -1;
    int64_t m_epoch = 0, m_batch = 0;
};

/// All examples in their order; for masked models every pass has the same masks, whatever the batch size.
class EvaluationBatches
{
public:
    EvaluationBatches(const Dataset& dataset, std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                      const MaskRule& maskRule, int64_t batchSize, uint64_t seed);

    int64_t count() const;
    /// One pass; `use` returns false to end it early.
    void forEach(const std::function<bool(const PackedBatch&)>& use) const;

private:
    const Dataset& m_dataset;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    ModelFacts m_model;
    MaskRule m_maskRule;
    int64_t m_batchSize;
    uint64_t m_seed;
};

} // namespace fettle
