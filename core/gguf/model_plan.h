// SPDX-License-Identifier: GPL-3.0-or-later
// A model as a GGUF file holds it: what llama.cpp has to be told of it, and which tensor goes where in which form. All
// of it follows from what the model's modules noted (core/models/network_form.h) and from its parameters' roles.
#pragma once

#include "core/base/model_facts.h"
#include "core/gguf/gguf_file.h"
#include "core/models/network_form.h"
#include "core/tensors/arena.h"

#include <string>
#include <vector>

namespace fettle
{

struct GgufPlan {
    /// Where its values come from: a parameter, or numbers that no file of Hugging Face's holds.
    struct Source {
        std::string parameter;
        at::Tensor numbers;
        Role role = Role::Other;
    };
    GgufKeys keys; ///< the architecture's
    std::vector<GgufTensor> tensors;
    std::vector<Source> sources; ///< of the tensors
    std::vector<std::string> notices;
};

/// Matrices in `type` (f16 where rows do not fit q8_0's blocks), all else in float32.
GgufPlan ggufPlan(const ModelFacts& facts, const NetworkForm& form, const Arena& arena, GgmlType type);
/// Values in the file's order, float32: rows of queries and keys as llama.cpp turns them, qkv by kind, norms that count
/// from 1 with it, Conv1D the other way round.
at::Tensor ggufValues(const GgufPlan::Source& source, const NetworkForm& form, const Arena& arena);

} // namespace fettle
