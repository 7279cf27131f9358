// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary positions as config.json sets them: how much of a head turns, how fast, and how that is stretched for texts
// longer than those a model was first trained on (transformers' modeling_rope_utils).
#pragma once

#include "core/nn/ops.h"

#include <string>
#include <vector>

namespace fettle
{

class ConfigReader;

/// What architectures set differently where they read their rotary positions.
struct RotaryKeys {
    double theta = 10000;                ///< where config.json says none
    const char* thetaKey = "rope_theta"; ///< outside rope_parameters
    bool isPartial = false;              ///< partial_rotary_factor counts
    double part = 1;                     ///< where config.json says none
    const char* partKey = "partial_rotary_factor";
    const char* layerType = nullptr; ///< rope_parameters may be one for each type of layers: of this
    bool isScaled = true;            ///< rope_scaling counts
    int64_t original = 0;            ///< original_max_position_embeddings where config.json says none; 0: the context
    bool isAlwaysLong = false;       ///< "su" and "yarn" are old names of "longrope" (Phi-3)
};

struct RotarySettings {
    enum class Kind { Default, Linear, Dynamic, Yarn, Llama3, LongRope } kind = Kind::Default;
    int64_t dims = 0; ///< of a head, that turn
    double theta = 10000;
    double factor = 1;          ///< that the context grew by
    double attentionFactor = 1; ///< of cosine and sine
    int64_t context = 0, original = 0;
    double betaFast = 32, betaSlow = 1;            ///< yarn
    bool truncates = true;                         ///< yarn
    double lowFrequency = 1, highFrequency = 4;    ///< llama3
    std::vector<double> shortFactors, longFactors; ///< longrope

    /// `context`: max_position_embeddings. Reads rope_parameters or the older rope_scaling; refuses what it does not
    /// know by name.
    static RotarySettings read(const ConfigReader& config, const RotaryKeys& keys, int64_t headDim, int64_t context);
    /// [dims / 2], for texts of up to `length` tokens.
    at::Tensor frequencies(int64_t length) const;
    /// Whether they depend on it.
    bool changesWithLength() const { return kind == Kind::Dynamic || kind == Kind::LongRope; }
    /// What of `length` the frequencies depend on: two lengths with the same answer have the same.
    int64_t lengthThatCounts(int64_t length) const;
};

/// The table of one setting; it grows with the positions met.
class Rotary
{
public:
    explicit Rotary(RotarySettings settings) : m_settings(std::move(settings)) {}
    const RotaryTable& upTo(Tape& tape, int64_t position);
    const RotarySettings& settings() const { return m_settings; }

private:
    RotarySettings m_settings;
    int64_t m_length = -1; ///< lengthThatCounts of the table
    RotaryTable m_table;
};

} // namespace fettle
