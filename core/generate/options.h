// SPDX-License-Identifier: GPL-3.0-or-later
// What generation takes and gives, free of torch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct GenerateOptions {
    int64_t maxNewTokens = 64;
    double temperature = 1.0;
    int64_t topK = 50;              ///< 0: off
    double topP = 1.0;              ///< 1: off
    double repetitionPenalty = 1.0; ///< 1: off (Keskar et al., arXiv:1909.05858)
    int64_t seed = 42;
    bool greedy = false;
    int alternatives = 0; ///< keep so many likeliest pieces of every position
};

/// A piece that might have been written.
struct Alternative {
    std::string text;
    int32_t id = 0;
    double probability = 0; ///< before temperature and filters
};
/// One step of writing: a token, and the whole characters that it completed (may be empty).
struct GeneratedPiece {
    int32_t id = 0;
    std::string text;
    std::vector<Alternative> alternatives;
};
struct Generation {
    std::vector<int32_t> promptIds;
    std::vector<int32_t> ids; ///< new tokens only
    std::string text;         ///< new text only, special tokens left out
    std::string stop;         ///< "eos", "length" or "string" (the caller stopped it)
    double tokensPerSecond = 0;
};

} // namespace fettle
