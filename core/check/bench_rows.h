// SPDX-License-Identifier: GPL-3.0-or-later
// Batches of random tokens whose rows are as long as real ones.
#pragma once

#include "core/data/batch.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fettle
{

class Dataset;
class Tokenizer;

/// The lengths of the rows of a file (see BenchOptions::paddingFrom), each at most `longest`, in order, empty ones
/// left out. `tokenizer` may be null. Throws BadInput.
std::vector<int64_t> rowLengths(const std::filesystem::path& file, int64_t longest, const Tokenizer* tokenizer);
/// The longest examples of a data set, at most `count`, the longest first; of equally long ones those in which
/// attention has most to do. Of each the lengths of what is read by itself in it: a row, or the pieces of a block.
std::vector<std::vector<int64_t>> longestExamples(const Dataset& dataset, int64_t count);
/// A batch of these lengths. Causal: every next token is graded; masked: 15 of 100, all of them hidden.
PackedBatch randomBatch(const std::vector<int64_t>& lengths, int64_t vocabulary, bool masked, uint64_t seed);

} // namespace fettle
