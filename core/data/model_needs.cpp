// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/model_needs.h"

#include "core/arguments/run_config.h"
#include "core/base/json.h"
#include "core/tokenizers/tokenizer.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace fettle
{

ModelNeeds modelNeeds(const RunConfig& config, const Tokenizer& tokenizer)
{
    ModelNeeds needs;
    needs.masked = config.objective.empty() ? tokenizer.special().mask.has_value() : config.objective == "masked";
    needs.vocabularySize = tokenizer.vocabularySize();
    if (tokenizer.files().empty())
        return needs;
    const auto file = tokenizer.files().front().parent_path() / "config.json";
    if (!std::filesystem::exists(file))
        return needs;
    const Json json = readJson(file);
    needs.vocabularySize = jsonValue<int64_t>(json, "vocab_size", needs.vocabularySize);
    for (const char* key : {"max_position_embeddings", "n_positions"})
        needs.contextLength = jsonValue<int64_t>(json, key, needs.contextLength);
    if (config.objective.empty() && json.contains("model_type"))
        needs.masked = jsonValue<std::string>(json, "model_type", "") == "bert";
    return needs;
}

} // namespace fettle
