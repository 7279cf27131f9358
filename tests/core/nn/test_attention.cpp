// SPDX-License-Identifier: GPL-3.0-or-later
// Attention over packed sequences, rotary positions, and attention over cached keys.
#include "core/nn/dropout.h"
#include "tests/core/nn/ops_check.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/tensor.h>

using namespace fettle;
using namespace fettle::test;

namespace
{

// Lengths around the kernel's strips and blocks, one of them 1, one longer than a task.
const SequencesPtr packed = std::make_shared<Sequences>(Sequences{{0, 5, 6, 70, 199, 470}, 271});

AttentionShape shapeOf(int64_t heads, int64_t kvHeads, bool causal)
{
    AttentionShape shape;
    shape.heads = heads;
    shape.kvHeads = kvHeads;
    shape.headDim = 12;
    shape.causal = causal;
    shape.scale = 0.3;
    return shape;
}

at::Tensor sequenceReference(const at::Tensor& rows, const AttentionShape& shape, const at::Tensor& factors)
{
    const int64_t count = rows.size(0), group = shape.heads / shape.kvHeads;
    at::Tensor all = rows.view({count, shape.heads + 2 * shape.kvHeads, shape.headDim});
    if (shape.byGroup) {
        const at::Tensor groups = rows.view({count, shape.kvHeads, group + 2, shape.headDim});
        all = at::cat({groups.narrow(2, 0, group).reshape({count, shape.heads, shape.headDim}), groups.select(2, group),
                       groups.select(2, group + 1)},
                      1);
    }
    const at::Tensor part = all.transpose(0, 1);
    const at::Tensor q = part.narrow(0, 0, shape.heads);
    const at::Tensor k = part.narrow(0, shape.heads, shape.kvHeads).repeat_interleave(group, 0);
    const at::Tensor v = part.narrow(0, shape.heads + shape.kvHeads, shape.kvHeads).repeat_interleave(group, 0);
    at::Tensor scores = q.matmul(k.transpose(1, 2)) * shape.scale;
    if (shape.alibi) { // slopes of 6 heads as in transformers' build_alibi_tensor
        const at::Tensor places = at::arange(count, at::kDouble);
        const at::Tensor slopes = at::tensor({0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125}, at::kDouble);
        const at::Tensor rounded =
            (slopes.to(at::kBFloat16).view({6, 1, 1}) * at::arange(count, at::kLong)).to(at::kDouble) * shape.scale;
        scores = scores + (shape.roundsAlibi ? rounded : slopes.view({6, 1, 1}) * (places - places.view({-1, 1})));
    }
    if (shape.cap != 0)
        scores = at::tanh(scores / shape.cap) * shape.cap;
    const at::Tensor hidden = at::full({count, count}, -1e30, at::kDouble);
    if (shape.causal)
        scores = scores + hidden.triu(1);
    if (shape.window > 0)
        scores = scores + hidden.tril(-shape.window) + hidden.triu(shape.window);
    at::Tensor probabilities = scores.softmax(-1);
    if (factors.defined())
        probabilities = probabilities * factors.view({count, shape.heads, count}).transpose(0, 1);
    return probabilities.matmul(v).transpose(0, 1).reshape({count, shape.heads * shape.headDim});
}

at::Tensor attendReference(const at::Tensor& qkv, const AttentionShape& shape, const DropoutDraw& draw)
{
    Tensors outs;
    for (size_t b = 0; b + 1 < packed->cu.size(); ++b) {
        const int64_t begin = packed->cu[b], count = packed->cu[b + 1] - begin;
        at::Tensor factors;
        if (draw.threshold)
            factors = dropoutFactors(draw, at::arange(begin * shape.heads, (begin + count) * shape.heads, at::kLong),
                                     count, at::kDouble);
        outs.push_back(sequenceReference(qkv.narrow(0, begin, count), shape, factors));
    }
    return at::cat(outs, 0);
}

} // namespace

TEST(Attention, AgainstAutograd)
{
    for (bool causal : {true, false})
        for (int64_t kvHeads : {6, 2, 1})
            for (double probability : {0.0, 0.2}) {
                SCOPED_TRACE(testing::Message() << causal << ' ' << kvHeads << ' ' << probability);
                AttentionShape shape = shapeOf(6, kvHeads, causal);
                shape.dropout = probability;
                const DropoutDraw draw = probability > 0 ? dropoutDraw(probability, 7, 3, 0) : DropoutDraw{};
                checkOperation(
                    {{random({470, shape.width()}, 1)}, {}},
                    [&](Tape& tape, const Vars& in, const Parameters&) {
                        return attention(tape, in[0], packed, shape);
                    },
                    [&](const Tensors& in, const Tensors&) { return attendReference(in[0], shape, draw); },
                    TapeDropout{probability > 0, 7, 3}, 3e-5);
            }
}

TEST(Attention, WindowsCapsSlopesAndGroupsAgainstAutograd)
{
    std::vector<AttentionShape> shapes;
    const auto add = [&](int64_t kvHeads, bool causal) -> AttentionShape& {
        return shapes.emplace_back(shapeOf(6, kvHeads, causal));
    };
    for (int64_t window : {1, 7, 64, 300, 1000})
        add(2, true).window = window;
    for (int64_t window : {1, 40, 1000})
        add(2, false).window = window;
    for (int64_t kvHeads : {6, 2})
        add(kvHeads, true).byGroup = true;
    for (double cap : {0.5, 50.0})
        add(2, true).cap = cap;
    add(6, true).alibi = true;
    AttentionShape& rounds = add(3, true); // places above 256 are not bfloat16s
    rounds.alibi = rounds.roundsAlibi = rounds.byGroup = true;
    AttentionShape& all = add(3, true);
    all.window = 50;
    all.cap = 2;
    all.alibi = all.byGroup = true;
    double probability = 0;
    for (AttentionShape shape : shapes) {
        SCOPED_TRACE(testing::Message() << shape.causal << ' ' << shape.kvHeads << ' ' << shape.window << ' '
                                        << shape.cap << ' ' << shape.alibi << shape.roundsAlibi << shape.byGroup << ' '
                                        << probability);
        shape.dropout = probability = probability > 0 ? 0 : 0.2;
        const DropoutDraw draw = probability > 0 ? dropoutDraw(probability, 7, 3, 0) : DropoutDraw{};
        checkOperation(
            {{random({470, shape.width()}, 1)}, {}},
            [&](Tape& tape, const Vars& in, const Parameters&) { return attention(tape, in[0], packed, shape); },
            [&](const Tensors& in, const Tensors&) { return attendReference(in[0], shape, draw); },
            TapeDropout{probability > 0, 7, 3}, 5e-5);
    }
}

TEST(Attention, RotaryPositionsOfAPartOfGroupedHeads)
{
    AttentionShape shape = shapeOf(4, 2, true);
    shape.byGroup = true;
    const at::Tensor positions = at::randint(0, 30, {50}, at::make_generator<at::CPUGeneratorImpl>(5), at::kLong);
    const RotaryTable table = rotaryTable(30, at::tensor({0.9F, 0.2F, 0.05F}), 1.25, at::kDouble);
    checkOperation(
        {{random({50, shape.width()}, 1)}, {random({shape.width(), shape.width()}, 2)}},
        [&](Tape& tape, const Vars& in, const Parameters& p) {
            return rotary(tape, linear(tape, in[0], {{p[0], {}, false}}), positions, shape,
                          {table.cosine.to(tape.options()), table.sine.to(tape.options())});
        },
        [&](const Tensors& in, const Tensors& p) {
            const at::Tensor x = at::linear(in[0], p[0]).view({50, 2, 4, 12}), turned = x.narrow(2, 0, 3);
            const auto spread = [&](const at::Tensor& t) {
                return at::cat({t, t}, 1).index_select(0, positions).view({50, 1, 1, 6});
            };
            const at::Tensor part = turned.narrow(3, 0, 6);
            const at::Tensor half = at::cat({-part.narrow(3, 3, 3), part.narrow(3, 0, 3)}, 3);
            const at::Tensor done =
                at::cat({part * spread(table.cosine) + half * spread(table.sine), turned.narrow(3, 6, 6)}, 3);
            return at::cat({done, x.narrow(2, 3, 1)}, 2).view({50, shape.width()});
        },
        {}, 2e-4);
}

TEST(Attention, RotaryPositions)
{
    const AttentionShape shape = shapeOf(4, 2, true);
    const at::Tensor positions = at::randint(0, 30, {50}, at::make_generator<at::CPUGeneratorImpl>(5), at::kLong);
    const RotaryTable table = rotaryTable(30, at::pow(10000, -at::arange(0, 12, 2, at::kFloat) / 12), 1, at::kDouble);
    checkOperation(
        {{random({50, shape.width()}, 1)}, {random({shape.width(), shape.width()}, 2)}},
        [&](Tape& tape, const Vars& in, const Parameters& p) {
            return rotary(tape, linear(tape, in[0], {{p[0], {}, false}}), positions, shape,
                          {table.cosine.to(tape.options()), table.sine.to(tape.options())});
        },
        [&](const Tensors& in, const Tensors& p) {
            const at::Tensor x = at::linear(in[0], p[0]).view({50, 8, 12}), turned = x.narrow(1, 0, 6);
            const auto spread = [&](const at::Tensor& t) {
                return at::cat({t, t}, 1).index_select(0, positions).unsqueeze(1);
            };
            const at::Tensor half = at::cat({-turned.narrow(2, 6, 6), turned.narrow(2, 0, 6)}, 2);
            return at::cat({turned * spread(table.cosine) + half * spread(table.sine), x.narrow(1, 6, 2)}, 1)
                .view({50, shape.width()});
        },
        {}, 2e-4);
}

TEST(Attention, CachedEqualsWhole)
{
    constexpr int64_t length = 150;
    for (int kind = 0; kind < 5; ++kind) {
        AttentionShape shape = shapeOf(6, 2, true);
        shape.window = kind == 1 ? 17 : kind == 2 ? 1 : 0;
        shape.cap = kind == 3 ? 2 : 0;
        shape.alibi = shape.byGroup = kind == 4;
        SCOPED_TRACE(kind);
        const at::Tensor qkv = random({length, shape.width()}, 1);
        const auto one = std::make_shared<Sequences>(Sequences{{0, length}, length});
        for (auto [type, plain] : {std::pair{at::kDouble, true}, {at::kFloat, false}}) {
            Tape tape(at::kCPU, type, plain);
            tape.begin(false);
            const auto var = [&, t = type](int64_t begin, int64_t count) {
                return std::make_shared<Node>(Node{qkv.narrow(0, begin, count).to(t).contiguous(), {}});
            };
            const at::Tensor whole = attention(tape, var(0, length), one, shape)->value;
            KvLayer layer{at::empty({length, 24}, tape.options()), at::empty({length, 24}, tape.options())};
            Tensors parts;
            int64_t done = 0;
            for (int64_t count : {70, 1, 1, 5, 73}) {
                parts.push_back(attendCached(tape, var(done, count), layer, done, shape)->value.clone());
                done += count;
            }
            EXPECT_LT(largestDifference(at::cat(parts, 0), whole), type == at::kDouble ? 1e-12 : 1e-5);
        }
    }
}

/// Beams that branch off one beginning and change places are sequences of their own.
TEST(Attention, BeamsEqualSequences)
{
    constexpr int64_t beginning = 37, more = 20, beams = 3;
    for (int kind = 0; kind < 6; ++kind) {
        AttentionShape shape = shapeOf(6, 2, true);
        shape.window = kind == 1 ? 17 : kind == 2 ? 1 : kind == 5 ? 41 : 0;
        shape.cap = kind == 3 ? 2 : 0;
        shape.alibi = shape.byGroup = kind == 4;
        SCOPED_TRACE(kind);
        for (auto [type, plain] : {std::pair{at::kDouble, true}, {at::kFloat, false}}) {
            Tape tape(at::kCPU, type, plain);
            tape.begin(false);
            const auto var = [](const at::Tensor& rows) { return std::make_shared<Node>(Node{rows, {}}); };
            const at::Tensor first = random({beginning, shape.width()}, 1).to(type);
            KvLayer layer{at::empty({beginning + more * beams, 24}, tape.options()),
                          at::empty({beginning + more * beams, 24}, tape.options())};
            attendCached(tape, var(first), layer, 0, shape);
            BeamRows rows{beginning, std::vector<std::vector<int64_t>>(beams)};
            std::vector<at::Tensor> sequences(beams, first);
            for (int64_t t = 0; t < more; ++t) {
                const at::Tensor fresh = random({beams, shape.width()}, 2 + static_cast<uint64_t>(t)).to(type);
                const auto before = rows.rows;
                const auto earlier = sequences;
                for (int64_t b = 0; b < beams; ++b) { // all go on as one of them, now and then
                    const auto parent = static_cast<size_t>(t % 4 == 0 ? t % beams : (b * 2 + t) % beams);
                    const auto at = static_cast<size_t>(b);
                    rows.rows[at] = before[parent];
                    rows.rows[at].push_back(beginning + t * beams + b);
                    sequences[at] = at::cat({earlier[parent], fresh.narrow(0, b, 1)}, 0);
                }
                const at::Tensor out = attendBeams(tape, var(fresh), layer, rows, shape)->value.clone();
                for (int64_t b = 0; b < beams; ++b) {
                    const at::Tensor& own = sequences[static_cast<size_t>(b)];
                    const auto length = static_cast<int32_t>(own.size(0));
                    const auto one = std::make_shared<Sequences>(Sequences{{0, length}, length});
                    const at::Tensor whole = attention(tape, var(own), one, shape)->value;
                    EXPECT_LT(largestDifference(out[b], whole[length - 1]), type == at::kDouble ? 1e-12 : 1e-5) << t;
                }
            }
        }
    }
}

TEST(Attention, SmallProducts)
{
    for (int64_t n : {1, 7, 12, 16, 32, 61})
        for (int64_t m : {1, 3, 8, 13})
            for (bool turned : {false, true})
                for (bool add : {false, true}) {
                    const at::Tensor a = random({m, 5}, 1).to(at::kFloat), b = random({5, n}, 2).to(at::kFloat);
                    const at::Tensor c = random({m, n}, 3).to(at::kFloat);
                    const at::Tensor left = turned ? a.t().contiguous() : a;
                    at::Tensor out = c.clone();
                    kernels().product(m, n, 5, 0.5F, left.const_data_ptr<float>(), turned ? 1 : 5, turned ? m : 1,
                                      b.const_data_ptr<float>(), n, add, out.mutable_data_ptr<float>(), n);
                    EXPECT_LT(largestDifference(out, a.mm(b) * 0.5 + (add ? c : c * 0)), 1e-5) << m << ' ' << n;
                }
    const at::Tensor x = random({21, 9}, 1).to(at::kFloat);
    at::Tensor out = at::full({9, 32}, 7.0F);
    kernels().transpose(x.const_data_ptr<float>(), 9, 21, 9, out.mutable_data_ptr<float>(), 32);
    EXPECT_TRUE(at::equal(out.narrow(1, 0, 21), x.t()));
    EXPECT_EQ(out.narrow(1, 21, 11).abs().sum().item<float>(), 0);
}
