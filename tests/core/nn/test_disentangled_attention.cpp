// SPDX-License-Identifier: GPL-3.0-or-later
// Disentangled attention: what stands for every pair's distance, looked up pair by pair, against the operation.
#include "core/nn/disentangled_attention.h"
#include "core/nn/dropout.h"
#include "tests/core/nn/ops_check.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/tensor.h>

using namespace fettle;
using namespace fettle::test;

namespace
{

constexpr int64_t headCount = 3, headWidth = 12, tokenCount = 215;
// Lengths around strips and blocks, one of them 1, one longer than a block.
const SequencesPtr packedSequences = std::make_shared<Sequences>(Sequences{{0, 5, 6, 70, 215}, 145});

/// Distances up to `near` have rows of their own, beyond it six share one, as far as `most` rows go on either side.
DistancesPtr distancesOf(int64_t near, int64_t most, bool contentToPosition, bool positionToContent, int64_t hole)
{
    std::vector<int64_t> places, rows;
    for (size_t b = 0; b + 1 < packedSequences->cu.size(); ++b)
        for (int64_t i = packedSequences->cu[b], place = 0; i < packedSequences->cu[b + 1]; ++i, ++place)
            places.push_back(place += hole > 0 && i % hole == 0 ? 2 : 0);
    const int64_t farthest = *std::max_element(places.begin(), places.end());
    for (int64_t d = -farthest; d <= farthest; ++d) {
        const int64_t far = std::max<int64_t>(0, std::abs(d) - near);
        rows.push_back(most + (d < 0 ? -1 : 1) * std::min(most, std::abs(d) - far + far / 6));
    }
    return std::make_shared<Distances>(Distances{at::tensor(places, at::kLong), at::tensor(rows, at::kLong), farthest,
                                                 contentToPosition, positionToContent});
}

at::Tensor disentangledReference(const at::Tensor& qkv, const at::Tensor& relative, const Distances& distances,
                                 const AttentionShape& shape, const DropoutDraw& draw)
{
    Tensors outs;
    for (size_t b = 0; b + 1 < packedSequences->cu.size(); ++b) {
        const int64_t begin = packedSequences->cu[b], count = packedSequences->cu[b + 1] - begin;
        const at::Tensor all = qkv.narrow(0, begin, count).view({count, 3, headCount, headWidth});
        const at::Tensor q = all.select(1, 0), k = all.select(1, 1), v = all.select(1, 2);
        const at::Tensor places = distances.places.narrow(0, begin, count);
        const at::Tensor index = (places.unsqueeze(0) - places.unsqueeze(1) + distances.farthest).flatten();
        const at::Tensor ofPairs = relative.index_select(0, distances.rows.index_select(0, index))
                                       .view({count, count, -1, headCount, headWidth});
        at::Tensor scores = at::einsum("ihd,jhd->hij", {q, k});
        if (distances.contentToPosition)
            scores = scores + at::einsum("ihd,ijhd->hij", {q, ofPairs.select(2, 0)});
        if (distances.positionToContent)
            scores = scores + at::einsum("jhd,ijhd->hij", {k, ofPairs.select(2, ofPairs.size(2) - 1)});
        at::Tensor probabilities = (scores * shape.scale).softmax(-1);
        if (draw.threshold)
            probabilities = probabilities *
                            dropoutFactors(draw, at::arange(begin * headCount, (begin + count) * headCount, at::kLong),
                                           count, at::kDouble)
                                .view({count, headCount, count})
                                .transpose(0, 1);
        outs.push_back(at::einsum("hij,jhd->ihd", {probabilities, v}).reshape({count, headCount * headWidth}));
    }
    return at::cat(outs, 0);
}

} // namespace

TEST(DisentangledAttention, AgainstAutograd)
{
    struct Kind {
        int64_t near, most;
        bool contentToPosition, positionToContent;
        int64_t hole; ///< not 0: places are left out so often
        double dropout;
    };
    for (const Kind& kind :
         {Kind{40, 60, true, true, 0, 0}, Kind{40, 60, true, true, 0, 0.2}, Kind{300, 300, true, true, 0, 0},
          Kind{7, 8, true, false, 0, 0.2}, Kind{1, 40, false, true, 0, 0}, Kind{40, 60, true, true, 9, 0.2},
          Kind{0, 1, true, true, 0, 0}}) {
        SCOPED_TRACE(testing::Message() << kind.near << ' ' << kind.most << ' ' << kind.contentToPosition
                                        << kind.positionToContent << ' ' << kind.hole << ' ' << kind.dropout);
        AttentionShape shape = AttentionShape::of(headCount, headCount, headWidth, false);
        shape.scale = 0.17;
        shape.dropout = kind.dropout;
        const DropoutDraw draw = kind.dropout > 0 ? dropoutDraw(kind.dropout, 7, 3, 0) : DropoutDraw{};
        const DistancesPtr distances =
            distancesOf(kind.near, kind.most, kind.contentToPosition, kind.positionToContent, kind.hole);
        checkOperation(
            {{random({tokenCount, shape.width()}, 1), random({2 * kind.most + 1, distances->width(shape)}, 2)}, {}},
            [&](Tape& tape, const Vars& in, const Parameters&) {
                return disentangledAttention(tape, in[0], in[1], packedSequences, distances, shape);
            },
            [&](const Tensors& in, const Tensors&) {
                return disentangledReference(in[0], in[1], *distances, shape, draw);
            },
            TapeDropout{kind.dropout > 0, 7, 3}, 2e-4);
    }
}
