// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/model_needs.h"

#include "core/arguments/run_config.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

ModelNeeds tokenizerNeeds(const RunConfig& config, const Tokenizer& tokenizer)
{
    ModelNeeds needs;
    needs.masked = config.objective.empty() ? tokenizer.special().mask.has_value() : config.objective == "masked";
    needs.vocabularySize = tokenizer.vocabularySize();
    return needs;
}

} // namespace fettle
