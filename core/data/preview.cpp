// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/preview.h"

#include "core/arguments/run_config.h"
#include "core/data/batches.h"
#include "core/data/training_data.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

std::vector<std::string> readable(const Tokenizer& tokenizer, const std::vector<int64_t>& ids)
{
    std::vector<std::string> pieces;
    pieces.reserve(ids.size());
    for (const int64_t id : ids)
        pieces.push_back(tokenizer.pieceText(static_cast<int32_t>(id)));
    return pieces;
}

} // namespace

DataPreview previewData(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, int batches,
                        const std::function<bool(double)>& progress, const ModelNeeds* modelNeeds)
{
    const ModelNeeds needs = modelNeeds ? *modelNeeds : tokenizerNeeds(config, *tokenizer);
    TrainingData data = loadTrainingData(config, tokenizer, needs, progress);
    DataPreview preview = std::move(data.facts);
    TrainBatches source(data.train, tokenizer, needs, config.arguments);
    for (int64_t i = 0; i < std::min<int64_t>(batches, source.batchesPerEpoch()); ++i) {
        BatchPreview shown;
        shown.batch = source.next();
        shown.tokens = readable(*tokenizer, shown.batch.inputIds);
        shown.originalTokens = readable(*tokenizer, shown.batch.originalIds);
        preview.batches.push_back(std::move(shown));
    }
    return preview;
}

} // namespace fettle
