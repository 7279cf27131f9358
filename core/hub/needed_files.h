// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of a repository are needed: of a model what it takes to open it, of a data set the rows.
#pragma once

#include "core/hub/answers.h"
#include "core/hub/hub_name.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// The index of a model's weights where they lie in several files ("model.safetensors.index.json"), by the order in
/// which transformers looks for them; empty: there is none.
std::string weightsIndexOf(const std::vector<HubFile>& all);
/// What opens a model: config.json, generation_config.json, tokenizer and chat template, card and licence, the
/// adapter's files, and its weights: safetensors, else PyTorch's, never both. `index`: the text of weightsIndexOf's
/// file, which says what the shards are called; empty: they are known by their usual names. Throws BadInput where there
/// is no model, or where one of the shards is missing.
std::vector<HubFile> neededOfModel(const std::vector<HubFile>& all, const HubName& name, std::string_view index = {});
/// The files that an index names. Throws BadInput where it is none.
std::vector<std::string> shardsOf(std::string_view index, const std::string& source);

/// A data set's file and the part (split) that it belongs to: "train", "test", …
struct DatasetFile {
    std::string path;
    std::string split;
};

/// A data set's files of the wanted configuration, or of the file or folder that `name` names, by the rules of Hugging
/// Face's datasets: the card's `configs` (with its data_files or data_dir), else the folder of that name, else all
/// files of the commonest form (Parquet, CSV, JSON, Arrow, text), whose parts are told by their names. Without a
/// configuration, the card's default one. `card`: the text of README.md. Throws BadInput, naming the configurations
/// there are.
std::vector<DatasetFile> datasetFiles(const std::vector<std::string>& paths, const HubName& name,
                                      std::string_view card);

} // namespace fettle
