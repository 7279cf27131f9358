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
/// "data", "split", "validation", "max_length", "end_of_text" or "model") and Stopped.
TrainingData loadTrainingData(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer,
                              const ModelFacts& model, const Progress& progress = {});

/// Files as one data set, for evaluation: the settings of `config.data` with this `split`, without its validation.
/// Where no column is set, `preferred` is read if they have it.
Dataset loadDataset(const std::vector<std::filesystem::path>& files, const RunConfig& config,
                    std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model, const Progress& progress = {},
                    const std::string& split = {}, const std::string& preferred = {});

} // namespace fettle
