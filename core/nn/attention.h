// SPDX-License-Identifier: GPL-3.0-or-later
// The two forms of attention behind attention() and attendCached() of ops.h.
#pragma once

#include "core/nn/ops.h"

namespace fettle
{

/// Attention of the rows of q [t, heads, D] over k, v [L, kvHeads, D]; causal: row i sees keys up to i + (L - t).
/// `firstRow` numbers the rows for dropout. Returns [t, heads, D].
at::Tensor attendPlain(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionShape& shape,
                       const DropoutDraw& draw, int64_t firstRow);
/// The gradients of q, k and v, into dq, dk, dv of the same shapes (overwritten).
void attendPlainBackward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& dOut,
                         const AttentionShape& shape, const DropoutDraw& draw, int64_t firstRow, const at::Tensor& dq,
                         const at::Tensor& dk, const at::Tensor& dv);

/// qkv [N, width] to out [N, heads D]; logSums [N, heads] is kept for the backward pass.
void attendKernel(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                  const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums);
/// dQkv [N, width] is overwritten.
void attendKernelBackward(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                          const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums,
                          const at::Tensor& dOut, const at::Tensor& dQkv);
/// New rows (qkv [t, width], their keys and values already in `layer`) over length + t keys.
void attendCachedKernel(Tape& tape, const at::Tensor& qkv, const KvLayer& layer, int64_t length,
                        const AttentionShape& shape, const at::Tensor& out);

} // namespace fettle
