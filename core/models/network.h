// SPDX-License-Identifier: GPL-3.0-or-later
// What one architecture's file provides: its configuration and its forward pass, in the modules of modules.h.
#pragma once

#include "core/nn/ops.h"

#include <cstdint>
#include <vector>

namespace fettle
{

/// One packed batch on the model's device.
struct NetworkInput {
    at::Tensor ids, positions, types; ///< [N], int64
    SequencesPtr sequences;
    int64_t lastPosition = 0; ///< the largest of positions
    // Writing token by token: one cache a layer, with `cached` tokens in it. Null otherwise.
    std::vector<KvLayer>* cache = nullptr;
    int64_t cached = 0;
    const BeamRows* beams = nullptr; ///< not null: one token for each of several continuations
};

/// Built in a scope (scope.h), which it fills; computes once the arena there is allocated, and as long as that lives.
class Network
{
public:
    virtual ~Network() = default;
    /// [N, C], what top() takes.
    virtual Var hidden(Tape& tape, const NetworkInput& input) = 0;
    /// The graded rows of hidden(), made ready for the output matrix.
    virtual Var top(Tape& tape, const Var& rows) = 0;
    virtual OutputHead head() const = 0;
    /// A text that is written on is read again from its beginning where it grows to so many tokens, as earlier ones
    /// turn by other positions from there on. 0: nowhere.
    virtual int64_t readAgainAt() const { return 0; }
};

} // namespace fettle
