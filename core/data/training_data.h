// SPDX-License-Identifier: GPL-3.0-or-later
// From a run file to the data sets it trains and validates on.
#pragma once

#include "core/base/model_facts.h"
#include "core/data/dataset.h"
#include "core/data/preview.h"
#include "core/data/progress.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct RunConfig;
class Tokenizer;

struct TrainingData {
    Dataset train;
    Dataset validation; ///< empty where nothing is kept aside
    DataPreview facts;  ///< counts and first rows; its batches are empty
};

/// As far as a tokenizer alone can tell, where there is no model beside it.
ModelFacts tokenizerFacts(const RunConfig& config, const Tokenizer& tokenizer);

/// Blocks: reads, splits, leaves empty rows out if asked to, keeps rows aside, tokenizes. Throws BadInput (subject
/// "data", "split", "validation", "data.max_length", "end_of_text", "mask_kind" or "model") and Stopped.
TrainingData loadTrainingData(const RunConfig& config, const std::shared_ptr<const Tokenizer>& tokenizer,
                              const ModelFacts& model, const Progress& progress = {});

/// Files as one data set, for evaluation: the settings of `config.data` with this `split`, without its validation.
/// Where no column is set, `preferred` is read if they have it.
Dataset loadDataset(const std::vector<std::filesystem::path>& files, const RunConfig& config,
                    std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model, const Progress& progress = {},
                    const std::string& split = {}, const std::string& preferred = {});

/// Some of the rows, and what they have in common.
struct NamedDataset {
    std::string name;
    Dataset rows;
};
/// The same in parts, in the order in which they first appear: a part a file, or with `by` one for each value of that
/// column. Throws BadInput (subject "data") besides where the files have no such column or more values than
/// `mostParts`.
std::vector<NamedDataset> loadParts(const std::vector<std::filesystem::path>& files, const RunConfig& config,
                                    std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                                    const std::string& by, const Progress& progress = {},
                                    const std::string& split = {});
inline constexpr size_t mostParts = 200;

} // namespace fettle
