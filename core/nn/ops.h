// SPDX-License-Identifier: GPL-3.0-or-later
// The coarse operations that models are composed of. N = tokens of a packed batch, C = width.
#pragma once

#include "core/nn/tape.h"
#include "core/tensors/arena.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace fettle
{

/// Sequences laid end to end: sequence b is rows [cu[b], cu[b+1]).
struct Sequences {
    std::vector<int32_t> cu;
    int32_t longest = 0;
};
using SequencesPtr = std::shared_ptr<const Sequences>;

/// One table of an embedding: row ids[i] of `table` is added to row i. Rows of `padding` get no gradient from here
/// (torch's padding_idx).
struct Lookup {
    Parameter table; ///< [rows, C]
    at::Tensor ids;  ///< [N], int64
    int64_t padding = -1;
    double noise = 0; ///< 1: takes the tape's noise (NEFTune, Jain et al., arXiv:2310.05914); of words alone
};
/// [N, C] = sum of the tables' rows.
Var embedding(Tape& tape, const std::vector<Lookup>& lookups);

/// Mean 0, variance 1 over C, then weight and bias (or undefined: none) (Ba et al., arXiv:1607.06450).
Var layerNorm(Tape& tape, const Var& x, const Parameter& weight, const Parameter& bias, double epsilon);
/// Root mean square 1 over C, then base + weight (Zhang & Sennrich, arXiv:1910.07467); base is 1 in Gemma, 0 elsewhere.
Var rmsNorm(Tape& tape, const Var& x, const Parameter& weight, double epsilon, double base = 0);

/// One matrix of a linear layer.
struct Matrix {
    Parameter weight;        ///< [out, in]; [in, out] where `inputFirst`
    Parameter bias;          ///< [out], or undefined
    bool inputFirst = false; ///< GPT-2's Conv1D layout
};
/// [N, sum of out]: x times each matrix, side by side.
Var linear(Tape& tape, const Var& x, const std::vector<Matrix>& matrices);

/// A product of two thin matrices beside a matrix (Hu et al., arXiv:2106.09685).
struct LowRank {
    Parameter down, up; ///< [r, in] and [out, r]
    double scale = 1;
    double dropout = 0; ///< of x, here alone
};
/// Adds scale up(down(dropout(x))) IN PLACE to the columns of `sum` from `column` on; `sum` is the newest result.
void addLowRank(Tape& tape, const Var& sum, int64_t column, const Var& x, const LowRank& adapter);

/// [out]: the norm of each output's weights, matrix + scale up down.
at::Tensor weightNorm(Tape& tape, const Matrix& matrix, const LowRank& adapter);
/// Columns of a result that several products are joined to.
struct Columns {
    Var product;          ///< [N, out]
    Parameter magnitude;  ///< [out], or undefined; the columns are as long as it says (Liu et al., arXiv:2402.09353)
    at::Tensor norm;      ///< [out], with a magnitude: how long they are, a constant to the backward pass
    Parameter bias;       ///< [out], or undefined
    Var beside = nullptr; ///< [N, out], or null
};
/// [N, sum of out], side by side: product magnitude / norm + beside + bias.
Var joined(Tape& tape, const std::vector<Columns>& parts);

/// f(x); with `bias`, f(x + bias), which saves a pass over memory. x is overwritten by x + bias.
Var activation(Tape& tape, const Var& x, Activation kind, const Parameter& bias = {});
/// [N, C] from [N, 2C]: f(first half) * second half (Shazeer, arXiv:2002.05202).
Var gated(Tape& tape, const Var& x, Activation kind);
/// factor * x.
Var scaled(Tape& tape, const Var& x, double factor);

/// residual + dropout(x + bias) (Srivastava et al., 2014). residual may be null, bias undefined.
Var addDropout(Tape& tape, const Var& residual, const Var& x, double probability, const Parameter& bias = {});

struct AttentionShape {
    int64_t heads = 1;
    int64_t kvHeads = 1; ///< divides heads: heads of a group share keys and values (Ainslie et al., arXiv:2305.13245)
    int64_t headDim = 1;
    bool causal = true;
    double scale = 1;   ///< of the scores, usually 1 / sqrt(headDim)
    double dropout = 0; ///< of the probabilities
    int64_t window = 0; ///< a token sees itself and those less than so many places away; 0: the whole sequence
    double cap = 0;     ///< not 0: a score s becomes cap tanh(s / cap) (Gemma 2, arXiv:2408.00118)
    bool alibi = false; ///< a score falls with the distance, by headSlope() a place (Press et al., arXiv:2108.12409)
    bool roundsAlibi = false; ///< with alibi, as Falcon has it: headSlope() a place and the sum of those from the first
                              ///< place on are rounded to bfloat16, and scaled as the scores are
    bool byGroup = false; ///< a row of qkv holds the first group's queries, key and value, then the next group's; else
                          ///< all queries, all keys, all values

    /// With the usual scale.
    static AttentionShape of(int64_t heads, int64_t kvHeads, int64_t headDim, bool causal);
    double headSlope(int64_t head) const;
    int64_t group() const { return heads / kvHeads; } ///< heads that share keys and values
    // A row of qkv: its width, and the columns where a head's queries, keys and values begin.
    int64_t width() const { return (heads + 2 * kvHeads) * headDim; }
    int64_t query(int64_t head) const { return (byGroup ? head + 2 * (head / group()) : head) * headDim; }
    int64_t key(int64_t kvHead) const
    {
        return (byGroup ? kvHead * (group() + 2) + group() : heads + kvHead) * headDim;
    }
    int64_t value(int64_t kvHead) const { return key(kvHead) + (byGroup ? 1 : kvHeads) * headDim; }
    // The keys [firstKey, endKey) that the query in `place` of `count` sees.
    int64_t firstKey(int64_t place) const { return window > 0 ? std::max<int64_t>(0, place - window + 1) : 0; }
    int64_t endKey(int64_t place, int64_t count) const
    {
        return causal ? std::min(place + 1, count) : window > 0 ? std::min(place + window, count) : count;
    }
};
/// Norms of queries and keys: of each head where the weights are [headDim] (Qwen3, Gemma 3), of all heads together
/// where they are as wide as those (OLMo 2).
struct HeadNorm {
    Parameter query, key;
    double epsilon = 1e-6;
    double base = 0;              ///< as in rmsNorm
    bool centers = false;         ///< as layerNorm does, base aside (Phi); else as rmsNorm
    Parameter queryBias, keyBias; ///< where it centers; may be undefined
};
/// qkv, not byGroup, with its queries and keys normalised.
Var headNorm(Tape& tape, const Var& qkv, const AttentionShape& shape, const HeadNorm& norm);
/// Scaled dot-product attention within each sequence. qkv [N, (heads + 2 kvHeads) headDim]: queries, keys, values.
/// Returns [N, heads headDim]. Nothing of size T x T is kept (Dao et al., arXiv:2205.14135).
Var attention(Tape& tape, const Var& qkv, const SequencesPtr& sequences, const AttentionShape& shape);

/// Rotary positions (Su et al., arXiv:2104.09864) in transformers' layout: pairs (j, j + R) of a head's first 2R
/// values.
struct RotaryTable {
    at::Tensor cosine, sine; ///< [positions, R]
};
/// Of angles position * frequency; `frequencies` [R], float32. Cosine and sine are multiplied by `factor`.
RotaryTable rotaryTable(int64_t positions, const at::Tensor& frequencies, double factor,
                        const at::TensorOptions& options);
/// Rotates queries and keys of qkv IN PLACE and returns qkv.
Var rotary(Tape& tape, const Var& qkv, const at::Tensor& positions, const AttentionShape& shape,
           const RotaryTable& table);

/// Keys and values of one layer and sequence, [capacity, kvHeads headDim].
struct KvLayer {
    at::Tensor keys, values;
};
/// Attention of t new tokens (qkv [t, …]) over `length` cached ones and themselves; appends theirs to the cache.
/// Records nothing. Returns [t, heads headDim].
Var attendCached(Tape& tape, const Var& qkv, KvLayer& layer, int64_t length, const AttentionShape& shape);

/// Where the tokens of several continuations of one beginning lie in a KvLayer: the beginning in the first rows, once
/// for all; what follows anywhere. A continuation is moved by moving its numbers, never keys and values.
struct BeamRows {
    int64_t shared = 0;                     ///< rows of the beginning
    std::vector<std::vector<int64_t>> rows; ///< of each beam, what follows: the row of each token, the new one last
};
/// Attention of one new token a beam (qkv [beams, …]) over its own past; puts theirs where `beams` says. Records
/// nothing. Returns [beams, heads headDim].
Var attendBeams(Tape& tape, const Var& qkv, KvLayer& layer, const BeamRows& beams, const AttentionShape& shape);

/// The rows `index` ([G], int64, strictly increasing) of x.
Var selectRows(Tape& tape, const Var& x, const at::Tensor& index);

/// The last matrix, [V, C], and its bias [V] (or undefined).
struct OutputHead {
    Parameter weight;
    Parameter bias;
    double cap = 0; ///< not 0: a logit l becomes cap tanh(l / cap)
};
/// Sum over the rows of the cross-entropy of softmax(x weight^T + bias), capped, against `targets` [G], `smoothing` of
/// each spread evenly over all V tokens (Szegedy et al., arXiv:1512.00567). Logits exist for some rows at a time only.
/// When the tape records, the gradients (times `gradScale`) are computed on the way. When it does not, `right` (unless
/// null) gets the number of rows whose largest logit is their target's.
double gradedLoss(Tape& tape, const Var& x, const OutputHead& head, const at::Tensor& targets, double gradScale,
                  double smoothing = 0, int64_t* right = nullptr);
/// [G, V] logits; records nothing.
at::Tensor headLogits(Tape& tape, const Var& x, const OutputHead& head);

} // namespace fettle
