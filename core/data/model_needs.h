// SPDX-License-Identifier: GPL-3.0-or-later
// What of a model decides about its data.
#pragma once

#include <cstdint>

namespace fettle
{

class Tokenizer;
struct RunConfig;

struct ModelNeeds {
    bool masked = false;        ///< masked objective, else causal
    int64_t vocabularySize = 0; ///< config.json's vocab_size: random words come from all of it
    int64_t contextLength = 0;  ///< longest sequence; 0: any
};

/// As far as a tokenizer alone can tell, where there is no model beside it.
ModelNeeds tokenizerNeeds(const RunConfig& config, const Tokenizer& tokenizer);

} // namespace fettle
