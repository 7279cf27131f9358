// SPDX-License-Identifier: GPL-3.0-or-later
// A padded batch as transformers takes it, packed.
#pragma once

#include "core/base/model_facts.h"
#include "core/data/batch.h"

#include <ATen/core/Tensor.h>
#include <vector>

namespace fettle
{

/// All int64 [B, T]; undefined: attention_mask ones, labels all ignored, token types 0.
struct PaddedBatch {
    at::Tensor inputIds, attentionMask, labels, tokenTypeIds;
};

struct PackedRows {
    PackedBatch batch;
    std::vector<int64_t> places; ///< [N]: row * T + column of each packed token
};

/// Keeps the tokens whose mask is not 0. Positions are columns, counted from the left edge even where the padding is on
/// the left, as GPT-2, LLaMA and BERT are trained. A causal column predicts the label of the column right of it; labels
/// that only a masked-out column could predict are not graded. Throws BadInput (subject "batch") for wrong shapes.
PackedRows packPadded(const PaddedBatch& padded, Objective objective);

} // namespace fettle
