// SPDX-License-Identifier: GPL-3.0-or-later
// What llama.cpp asks of a model that it is to compute as Fettle does.
#pragma once

#include "core/base/model_facts.h"
#include "core/models/network_form.h"
#include "core/tensors/arena.h"

#include <cstdint>
#include <string>

namespace fettle
{

/// Throws one Error (BadInput, subject "model") that names all that llama.cpp has not.
void requireInGguf(const ModelFacts& facts, const NetworkForm& form, const Arena& arena);

/// Of the layers that see one; 0: none does.
int64_t narrowestWindow(const NetworkForm& form);
/// Whether the output matrix is another than the words' table.
bool hasOwnHead(const Arena& arena);
/// Of a tensor in the file; empty for one that has no place there.
std::string ggufNameOf(const Arena::Entry& entry, const GgufKind& kind);

} // namespace fettle
