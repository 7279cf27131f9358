// SPDX-License-Identifier: GPL-3.0-or-later
// What of a data set the collators can grade, how many bytes that is, and how much of it the vocabulary knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class Dataset;
class Tokenizer;
struct PackedBatch;
struct RunConfig;
struct TokenizeCounts;

struct GradingCounts {
    int64_t graded = 0;  ///< targets (causal), tokens that may be hidden (masked), labels that are not -100
    int64_t unknown = 0; ///< tokens that stand for what the vocabulary does not know
    int64_t words = 0;   ///< all tokens of texts: unknown ones, and those that are not special
};

/// Bytes of UTF-8 that the graded tokens of a causal model stand for, for bits per byte: the cross-entropies of the
/// graded tokens in bits, divided by these bytes. A token stands for the bytes that it writes, its space among them
/// (Tokenizer::pieceBytes); special tokens stand for none, though what they cost counts. A row's first token is not
/// graded: neither its cost nor its bytes count; nor does what was cut off at max_length.
class GradedBytes
{
public:
    explicit GradedBytes(const Tokenizer& tokenizer);
    int64_t of(const PackedBatch& batch) const;

private:
    std::vector<int32_t> m_bytes; ///< of each id
};

/// Counts as the collators grade (collator.h).
GradingCounts countGraded(const Dataset& dataset, bool masked, const Tokenizer& tokenizer);

/// Throws BadInput (subject "data") where a run would learn nothing, saying why: rows are empty, of one token, without
/// labels, or in a script that the vocabulary does not know. `rows`: what `dataset` was made of.
void requireSomethingToLearn(const GradingCounts& counts, const Dataset& dataset, const TokenizeCounts& rows,
                             const RunConfig& config, bool masked);
/// A sentence where much of the text is unknown to the vocabulary; else nothing.
std::optional<std::string> unknownNotice(const GradingCounts& counts, const RunConfig& config);

} // namespace fettle
