// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/padded_batch.h"

#include "core/base/error.h"

#include <ATen/ops/full_like.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fettle
{

namespace
{

at::Tensor checkedPart(const at::Tensor& part, const at::Tensor& like, const char* name)
{
    if (part.sizes() != like.sizes())
        throw badInput(fmt::format("{} has the shape [{}], input_ids [{}].", name, fmt::join(part.sizes(), ", "),
                                   fmt::join(like.sizes(), ", ")),
                       {}, "batch");
    return part.to(at::kLong).contiguous();
}

} // namespace

PackedRows packPadded(const PaddedBatch& padded, Objective objective)
{
    if (!padded.inputIds.defined() || padded.inputIds.dim() != 2)
        throw badInput("input_ids must have the shape [rows, columns].", {}, "batch");
    const at::Tensor& given = padded.inputIds;
    const auto part = [&](const at::Tensor& tensor, const char* name, int64_t fallback) {
        return checkedPart(tensor.defined() ? tensor : at::full_like(given, fallback), given, name);
    };
    const at::Tensor ids = part(given, "input_ids", 0), mask = part(padded.attentionMask, "attention_mask", 1);
    const at::Tensor labels = part(padded.labels, "labels", ignoredLabel);
    const at::Tensor types = part(padded.tokenTypeIds, "token_type_ids", 0);
    const int64_t rows = ids.size(0), columns = ids.size(1);
    const bool causal = objective == Objective::Causal;

    PackedRows packed;
    PackedBatch& batch = packed.batch;
    batch.cuSeqlens.push_back(0);
    batch.paddedLength = columns;
    batch.paddedTokens = rows * columns;
    for (int64_t row = 0; row < rows; ++row) {
        for (int64_t column = 0; column < columns; ++column) {
            const int64_t place = row * columns + column;
            if (mask.const_data_ptr<int64_t>()[place] == 0)
                continue;
            const int64_t* label = labels.const_data_ptr<int64_t>() + place;
            int64_t target = causal ? ignoredLabel : *label;
            if (causal && column + 1 < columns)
                target = label[1];
            batch.inputIds.push_back(ids.const_data_ptr<int64_t>()[place]);
            batch.tokenTypeIds.push_back(types.const_data_ptr<int64_t>()[place]);
            batch.positionIds.push_back(column);
            batch.targets.push_back(target);
            batch.gradedTokens += target != ignoredLabel;
            packed.places.push_back(place);
        }
        const auto end = static_cast<int32_t>(batch.inputIds.size());
        if (end == batch.cuSeqlens.back())
            continue; // nothing of this row is left
        batch.maxSeqlen = std::max(batch.maxSeqlen, end - batch.cuSeqlens.back());
        batch.cuSeqlens.push_back(end);
        batch.rows.push_back(row);
    }
    batch.originalIds = batch.inputIds;
    return packed;
}

} // namespace fettle
