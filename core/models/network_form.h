// SPDX-License-Identifier: GPL-3.0-or-later
// What a network computes with its parameters, as a program has to be told that computes it too: noted by the modules
// as they are built. And what llama.cpp's own form of the architecture is, declared in the architecture's file.
#pragma once

#include "core/models/rotary.h"
#include "core/nn/kernels/kernels.h"
#include "core/nn/ops.h"
#include "core/tensors/role.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fettle
{

/// An architecture in llama.cpp (src/models/*.cpp there): its name, and what is fixed in it that a config.json may say
/// otherwise. What Fettle's model does beyond it goes into `lacks`.
struct GgufKind {
    const char* architecture = nullptr; ///< null: llama.cpp has none
    std::vector<std::string> lacks;     ///< settings of this model that llama.cpp does not compute: "alibi = true"
    bool turnsNeighbours = false;       ///< rotary positions turn x[2i] with x[2i + 1], not with the other half
    bool anyHeadDim = false;            ///< heads need not share out the hidden size
    bool hasAlibi = false;
    bool hasCaps = false;                                       ///< of attention's scores and of the logits
    enum class Biases { None, Any, All } biases = Biases::None; ///< of the linear layers
    enum class Head { Any, Own, Tied } head = Head::Any; ///< Own: "output" is there even where it is the embedding
    Activation activation = Activation::Silu;            ///< GELU's two forms count as one
    int64_t windowPeriod = 0;   ///< layers n, 2n … see all and the others a window; 0: every layer sees all
    int64_t unturnedPeriod = 0; ///< layers n, 2n … know no positions
    double scale = 0;           ///< of attention's scores; 0: 1 / sqrt(headDim)
    std::vector<RotarySettings::Kind> scalings = {RotarySettings::Kind::Linear, RotarySettings::Kind::Yarn};
    std::vector<std::pair<Role, const char*>> words;                     ///< where they are not ggufName()'s
    std::vector<std::pair<const char*, std::variant<bool, float>>> keys; ///< further ones, without the architecture
};

struct NetworkForm {
    struct Layer {
        AttentionShape attention;
        std::optional<RotarySettings> rotary;
    };
    std::vector<Layer> layers;
    bool hasRootNorms = false; ///< else layer norms
    double epsilon = 0;        ///< of the norms
    double normBase = 0;       ///< what the norms' weights are counted from
    double headCap = 0;        ///< of the logits
    int64_t inner = 0;         ///< width within the MLP
    Activation activation = Activation::Gelu;
    bool isConv1d = false; ///< linear layers lie as [in, out]
    GgufKind gguf;
};

} // namespace fettle
