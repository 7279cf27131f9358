// SPDX-License-Identifier: GPL-3.0-or-later
// Batches of random tokens whose rows are as long as real ones.
#pragma once

#include "core/data/batch.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fettle
{

class Tokenizer;

/// The lengths of the rows of a file (see BenchOptions::paddingFrom), each at most `longest`, in order, empty ones
/// left out. `tokenizer` may be null. Throws BadInput.
std::vector<int64_t> rowLengths(const std::filesystem::path& file, int64_t longest, const Tokenizer* tokenizer);
/// A batch of these lengths. Causal: every next token is graded; masked: 15 of 100, all of them hidden.
PackedBatch randomBatch(const std::vector<int64_t>& lengths, int64_t vocabulary, bool masked, uint64_t seed);

} // namespace fettle
