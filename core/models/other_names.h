// SPDX-License-Identifier: GPL-3.0-or-later
// How other programs name a model's parameters: from their roles, not from their names.
#pragma once

#include "core/tensors/arena.h"

#include <string>
#include <vector>

namespace fettle
{

/// A tensor's name in a GGUF file (github.com/ggml-org/ggml, docs/gguf.md): "blk.3.attn_q.weight". Empty for what such
/// a file does not hold: a masked model's head.
std::string ggufName(const Arena::Entry& entry);

/// The linear layers of the trunk by the last part of their names, as peft's target_modules "all-linear" finds them:
/// "c_attn", "c_fc", "c_proj". Sorted.
std::vector<std::string> linearLayerNames(const Arena& arena);

} // namespace fettle
