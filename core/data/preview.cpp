// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/preview.h"

#include "core/arguments/run_config.h"
#include "core/data/batches.h"
#include "core/data/training_data.h"
#include "core/tokenizers/readable_pieces.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

/// The tokens of a batch for people; no character goes on from one sequence to the next.
std::vector<ReadablePiece> readable(const Tokenizer& tokenizer, const PackedBatch& batch,
                                    const std::vector<int64_t>& ids)
{
    std::vector<ReadablePiece> pieces;
    for (int64_t s = 0; s < batch.sequences() && !ids.empty(); ++s) {
        const std::vector<int32_t> row(ids.begin() + batch.cuSeqlens[static_cast<size_t>(s)],
                                       ids.begin() + batch.cuSeqlens[static_cast<size_t>(s) + 1]);
        const auto more = readablePieces(tokenizer, row);
        pieces.insert(pieces.end(), more.begin(), more.end());
    }
    return pieces;
}

} // namespace

DataPreview previewData(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, int batches,
                        const std::function<bool(double)>& progress, const ModelFacts* knownModel)
{
    const ModelFacts model = knownModel ? *knownModel : tokenizerFacts(config, *tokenizer);
    TrainingData data = loadTrainingData(config, tokenizer, model, progress);
    DataPreview preview = std::move(data.facts);
    TrainBatches source(data.train, tokenizer, model, config.arguments);
    for (int64_t i = 0; i < std::min<int64_t>(batches, source.batchesPerEpoch()); ++i) {
        BatchPreview shown;
        shown.batch = source.next();
        for (ReadablePiece& piece : readable(*tokenizer, shown.batch, shown.batch.inputIds)) {
            shown.tokens.push_back(std::move(piece.text));
            shown.continues.push_back(piece.continues);
        }
        for (ReadablePiece& piece : readable(*tokenizer, shown.batch, shown.batch.originalIds))
            shown.originalTokens.push_back(std::move(piece.text));
        preview.batches.push_back(std::move(shown));
    }
    return preview;
}

} // namespace fettle
