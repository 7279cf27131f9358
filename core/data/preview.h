// SPDX-License-Identifier: GPL-3.0-or-later
// What a person sees of a data set before training: made by the very code that trains on it.
#pragma once

#include "core/data/batch.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct RunConfig;
class Tokenizer;

struct PreviewRow {
    int64_t row = 0; ///< number in the file, from 1
    std::string text;
    int32_t tokens = 0; ///< before the cut at max_length
};
struct BatchPreview {
    PackedBatch batch;
    std::vector<std::string> tokens;         ///< [N], readable form of inputIds (piece as text, spaces kept)
    std::vector<std::string> originalTokens; ///< [N], readable form of originalIds
};
struct DataPreview {
    std::vector<std::string> columns; ///< of a table (csv, jsonl); empty for plain text
    std::string column;               ///< the one that is read
    int64_t bytes = 0;                ///< of the files
    int64_t rows = 0;                 ///< after `split`
    int64_t emptyRows = 0;
    int64_t tokens = 0;         ///< of all rows, before the cut
    int64_t trainRows = 0;      ///< rows to learn from
    int64_t validationRows = 0; ///< rows kept aside
    int64_t examples = 0;       ///< blocks where packed, rows where lines: what a batch is made of
    int64_t cutRows = 0;        ///< rows longer than max_length (lines only)
    int64_t cutTokens = 0;      ///< tokens lost by the cut
    int64_t batchesPerEpoch = 0;
    int64_t stepsPerEpoch = 0;
    int64_t maxSteps = 0;
    int32_t longestRow = 0;            ///< tokens
    std::vector<int32_t> tokensPerRow; ///< of every row, before the cut: the histogram is drawn from it
    std::vector<PreviewRow> firstRows; ///< some dozens
    std::vector<BatchPreview> batches; ///< the first batches of epoch 0, in training order
};

/// Blocks. `progress` gets 0..1 and returns false to cancel (then Stopped is thrown). Throws BadInput (subject "data").
DataPreview previewData(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, int batches = 8,
                        const std::function<bool(double)>& progress = {});

} // namespace fettle
