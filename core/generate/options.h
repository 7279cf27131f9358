// SPDX-License-Identifier: GPL-3.0-or-later
// What generation takes and gives, free of torch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

/// When a beam search ends, transformers' early_stopping: where a better text is unlikely (false), as soon as there are
/// num_beams whole ones (true), or where there cannot be a better one ("never").
enum class EarlyStopping { Unlikely, AtOnce, Never };

/// Names and meaning are transformers'. What is a filter is in filters.h.
struct GenerateOptions {
    int64_t maxNewTokens = 64;
    int64_t maxLength = 0;    ///< not 0: tokens of the prompt and new ones together, in place of maxNewTokens
    int64_t minNewTokens = 0; ///< before them no end of text is written
    int64_t minLength = 0;    ///< the same, counted with the prompt
    double temperature = 1.0;
    int64_t topK = 50;              ///< 0: off
    double topP = 1.0;              ///< 1: off
    double minP = 0;                ///< 0: off
    double typicalP = 1.0;          ///< 1: off
    double epsilonCutoff = 0;       ///< 0: off
    double etaCutoff = 0;           ///< 0: off
    double repetitionPenalty = 1.0; ///< 1: off
    int64_t noRepeatNgramSize = 0;  ///< 0: off
    int64_t seed = 42;
    bool greedy = false;
    int64_t numBeams = 1;       ///< above 1: beam search, which with `greedy` draws nothing
    double lengthPenalty = 1.0; ///< of beams: above 0 favours long texts
    EarlyStopping earlyStopping = EarlyStopping::Unlikely;
    std::vector<std::string> stopStrings; ///< writing ends with the token that completes one
    /// Keep so many likeliest pieces of every position, and behind them the one written where it is none of these; not
    /// with beams.
    int alternatives = 0;
};

/// A piece that might have been written, or was.
struct Alternative {
    std::string text;
    int32_t id = 0;
    double probability = 0; ///< before temperature and filters
    int64_t rank = 0;       ///< by that; 1: the likeliest
};
/// One step of writing: a token, and the whole characters that it completed (may be empty).
struct GeneratedPiece {
    int32_t id = 0;
    std::string text;
    std::vector<Alternative> alternatives;
};
/// How far a beam search is.
struct BeamProgress {
    int64_t written = 0; ///< tokens of each beam
    std::string best;    ///< the new text of the one that is the best so far
};
struct Generation {
    std::vector<int32_t> promptIds;
    std::vector<int32_t> ids; ///< new tokens only
    std::string text;         ///< new text only, special tokens left out
    std::string stop;         ///< "eos", "length" or "string" (a stop string, or the caller stopped it)
    double tokensPerSecond = 0;
};

} // namespace fettle
