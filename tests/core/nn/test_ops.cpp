// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation but attention: gradients against stock autograd, kernels against plain forms.
#include "core/nn/dropout.h"
#include "tests/core/nn/ops_check.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace fettle::baseline
{
const Kernels& kernelTable();
}

using namespace fettle;
using namespace fettle::test;

namespace
{

// A width that is no multiple of a vector, more rows than a thread takes at once.
constexpr int64_t rows = 700, width = 37;

const auto activationKinds = {Activation::GeluNew, Activation::Gelu, Activation::Silu, Activation::Relu};

at::Tensor activationReference(Activation kind, const at::Tensor& x)
{
    switch (kind) {
    case Activation::GeluNew:
        return at::gelu(x, "tanh");
    case Activation::Gelu:
        return at::gelu(x);
    case Activation::Silu:
        return at::silu(x);
    case Activation::Relu:
        break;
    }
    return at::relu(x);
}

at::Tensor rmsReference(const at::Tensor& x, const at::Tensor& weight)
{
    return x * (x.square().mean(1, true) + 1e-6).rsqrt() * weight;
}

at::Tensor randomIds(int64_t below, int64_t count)
{
    return at::randint(0, below, {count}, at::make_generator<at::CPUGeneratorImpl>(5), at::kLong);
}

} // namespace

TEST(Ops, Linear)
{
    checkOperation(
        {{random({rows, width}, 1)}, {random({29, width}, 2), random({29}, 3)}},
        [](Tape& tape, const Vars& in, const Parameters& p) {
            return linear(tape, in[0], {{p[0], p[1], false}});
        },
        [](const Tensors& in, const Tensors& p) { return at::linear(in[0], p[0], p[1]); }, {}, 1e-3);
}

TEST(Ops, LinearOfSeveralMatrices)
{
    checkOperation(
        {{random({70, width}, 1)},
         {random({29, width}, 2), random({29}, 3), random({width, 8}, 4), random({3, width}, 5)}},
        [](Tape& tape, const Vars& in, const Parameters& p) {
            return linear(tape, in[0], {{p[0], p[1], false}, {p[2], {}, true}, {p[3], {}, false}});
        },
        [](const Tensors& in, const Tensors& p) {
            return at::cat({at::linear(in[0], p[0], p[1]), in[0].mm(p[2]), at::linear(in[0], p[3])}, 1);
        });
}

TEST(Ops, LowRankBesideOneOfTwoMatrices)
{
    const TapeDropout dropout{true, 7, 3};
    for (const double share : {0.0, 0.3}) {
        SCOPED_TRACE(share);
        const at::Tensor mask =
            share > 0 ? dropoutFactors(dropoutDraw(share, 7, 3, 0), at::arange(70, at::kLong), width, at::kDouble)
                      : at::ones({70, width}, at::kDouble);
        checkOperation(
            {{random({70, width}, 1)},
             {random({29, width}, 2), random({11, width}, 3), random({4, width}, 4), random({11, 4}, 5)}},
            [&](Tape& tape, const Vars& in, const Parameters& p) {
                const Var sum = linear(tape, in[0], {{p[0], {}, false}, {p[1], {}, false}});
                addLowRank(tape, sum, 29, in[0], {p[2], p[3], 0.5, share});
                return sum;
            },
            [&](const Tensors& in, const Tensors& p) {
                const at::Tensor beside = at::linear(at::linear(in[0] * mask, p[2]), p[3]) * 0.5;
                return at::cat({at::linear(in[0], p[0]), at::linear(in[0], p[1]) + beside}, 1);
            },
            dropout);
    }
}

TEST(Ops, NormOfChangedWeights)
{
    const at::Tensor weight = random({600, width}, 1), down = random({4, width}, 2), up = random({600, 4}, 3);
    const at::Tensor expected = (weight + 0.7 * up.mm(down)).square().sum(1).sqrt();
    Tape tape(at::kCPU, at::kDouble);
    const LowRank adapter{{down, {}}, {up, {}}, 0.7};
    EXPECT_LT(largestDifference(weightNorm(tape, {{weight, {}}, {}, false}, adapter), expected), 1e-12);
    const at::Tensor inputFirst = weight.t().contiguous();
    EXPECT_LT(largestDifference(weightNorm(tape, {{inputFirst, {}}, {}, true}, adapter), expected), 1e-12);
}

TEST(Ops, JoinedColumns)
{
    const at::Tensor norm = random({29}, 8).abs() + 1;
    checkOperation(
        {{random({rows, 29}, 1), random({rows, 8}, 2), random({rows, 29}, 3)},
         {random({29}, 4), random({29}, 5), random({8}, 6)}},
        [&](Tape& tape, const Vars& in, const Parameters& p) {
            return joined(tape, {{in[0], p[0], norm.to(p[0].value.scalar_type()), p[1], in[2]},
                                 {in[1], {}, {}, p[2]},
                                 {in[1], {}, {}, {}}});
        },
        [&](const Tensors& in, const Tensors& p) {
            return at::cat({in[0] * p[0] / norm + in[2] + p[1], in[1] + p[2], in[1]}, 1);
        },
        {}, 2e-4);
}

TEST(Ops, JoinedColumnsOfWhatIsFrozen)
{
    Tape tape(at::kCPU, at::kDouble);
    tape.begin(true);
    const Var x = std::make_shared<Node>(Node{random({5, 3}, 1), {}});
    const at::Tensor magnitude = random({3}, 2), norm = random({3}, 3).abs(), gradient = random({5, 3}, 4);
    const Var out = joined(tape, {{x, {magnitude, {}}, norm, {random({3}, 5), {}}}});
    out->grad = gradient;
    tape.backward();
    EXPECT_LT(largestDifference(x->grad, gradient * magnitude / norm), 1e-12);
}

TEST(Ops, LayerNorm)
{
    checkOperation(
        {{random({rows, width}, 1) * 3 + 1}, {random({width}, 2), random({width}, 3)}},
        [](Tape& tape, const Vars& in, const Parameters& p) { return layerNorm(tape, in[0], p[0], p[1], 1e-5); },
        [](const Tensors& in, const Tensors& p) { return at::layer_norm(in[0], {width}, p[0], p[1], 1e-5); });
    checkOperation(
        {{random({rows, width}, 1) * 3 + 1}, {random({width}, 2)}},
        [](Tape& tape, const Vars& in, const Parameters& p) { return layerNorm(tape, in[0], p[0], {}, 1e-5); },
        [](const Tensors& in, const Tensors& p) { return at::layer_norm(in[0], {width}, p[0], {}, 1e-5); });
}

TEST(Ops, RmsNorm)
{
    checkOperation(
        {{random({rows, width}, 1) * 3 + 1}, {random({width}, 2)}},
        [](Tape& tape, const Vars& in, const Parameters& p) { return rmsNorm(tape, in[0], p[0], 1e-6); },
        [](const Tensors& in, const Tensors& p) { return rmsReference(in[0], p[0]); });
    checkOperation(
        {{random({rows, width}, 1) * 3}, {random({width}, 2)}},
        [](Tape& tape, const Vars& in, const Parameters& p) { return rmsNorm(tape, in[0], p[0], 1e-6, 1); },
        [](const Tensors& in, const Tensors& p) { return rmsReference(in[0], p[0] + 1); });
}

TEST(Ops, Activations)
{
    for (Activation kind : activationKinds) {
        SCOPED_TRACE(static_cast<int>(kind));
        checkOperation(
            {{random({rows, width}, 1) * 4}, {}},
            [&](Tape& tape, const Vars& in, const Parameters&) { return activation(tape, in[0], kind); },
            [&](const Tensors& in, const Tensors&) { return activationReference(kind, in[0]); }, {}, 4e-6);
        checkOperation(
            {{random({rows, width}, 1) * 4}, {random({width}, 2)}},
            [&](Tape& tape, const Vars& in, const Parameters& p) { return activation(tape, in[0], kind, p[0]); },
            [&](const Tensors& in, const Tensors& p) { return activationReference(kind, in[0] + p[0]); });
    }
}

TEST(Ops, ActivationsFarFromZero)
{
    Tape tape;
    tape.begin(false);
    for (Activation kind : activationKinds) {
        const at::Tensor x = at::tensor({-1e4F, -90.F, -20.F, 20.F, 90.F, 1e4F}).view({1, 6});
        const at::Tensor y = activation(tape, std::make_shared<Node>(Node{x, {}}), kind)->value;
        EXPECT_LT(largestDifference(y, at::relu(x)), 1e-6) << static_cast<int>(kind);
    }
}

TEST(Ops, Gated)
{
    for (Activation kind : activationKinds)
        checkOperation(
            {{random({rows, 2 * width}, 1) * 2}, {}},
            [&](Tape& tape, const Vars& in, const Parameters&) { return gated(tape, in[0], kind); },
            [&](const Tensors& in, const Tensors&) {
                return activationReference(kind, in[0].narrow(1, 0, width)) * in[0].narrow(1, width, width);
            },
            {}, 2e-5);
}

TEST(Ops, Scaled)
{
    checkOperation(
        {{random({rows, width}, 1)}, {}},
        [](Tape& tape, const Vars& in, const Parameters&) { return scaled(tape, in[0], 1.7); },
        [](const Tensors& in, const Tensors&) { return in[0] * 1.7; });
}

TEST(Ops, HeadNorms)
{
    AttentionShape shape;
    shape.heads = 4;
    shape.kvHeads = 2;
    shape.headDim = 12;
    const auto normed = [](const at::Tensor& x, const at::Tensor& weight) {
        const at::Tensor parts = x.reshape({x.size(0), -1, weight.size(0)});
        return (parts * (parts.square().mean(2, true) + 1e-6).rsqrt() * (weight + 1)).reshape(x.sizes());
    };
    for (int64_t share : {1, 4}) // of each head; of all heads together
        checkOperation(
            {{random({300, shape.width()}, 1)},
             {random({12 * share}, 2), random({12 * std::max<int64_t>(1, share / 2)}, 3),
              random({shape.width(), shape.width()}, 4)}},
            [&](Tape& tape, const Vars& in, const Parameters& p) {
                // The input has two readers, so its gradient is added to.
                const Var out = headNorm(tape, in[0], shape, {p[0], p[1], 1e-6, 1});
                return addDropout(tape, linear(tape, in[0], {{p[2], {}, false}}), out, 0);
            },
            [&](const Tensors& in, const Tensors& p) {
                return at::cat({normed(in[0].narrow(1, 0, 48), p[0]), normed(in[0].narrow(1, 48, 24), p[1]),
                                in[0].narrow(1, 72, 24)},
                               1) +
                       at::linear(in[0], p[2]);
            },
            {}, 1e-3);
}

TEST(Ops, HeadNormsThatCenter)
{
    AttentionShape shape;
    shape.heads = 4;
    shape.kvHeads = 2;
    shape.headDim = 12;
    const auto normed = [](const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
        const at::Tensor parts = x.reshape({x.size(0), -1, weight.size(0)});
        return at::layer_norm(parts, {weight.size(0)}, weight, bias, 1e-5).reshape(x.sizes());
    };
    for (bool hasBias : {true, false})
        checkOperation(
            {{random({300, shape.width()}, 1)},
             {random({12}, 2), random({12}, 3), random({12}, 4), random({12}, 5),
              random({shape.width(), shape.width()}, 6)}},
            [&](Tape& tape, const Vars& in, const Parameters& p) {
                HeadNorm norm{p[0], p[1], 1e-5, 0, true, p[2], p[3]};
                if (!hasBias)
                    norm.queryBias = norm.keyBias = {};
                return addDropout(tape, linear(tape, in[0], {{p[4], {}, false}}), headNorm(tape, in[0], shape, norm),
                                  0);
            },
            [&](const Tensors& in, const Tensors& p) {
                const auto bias = [&](size_t i) { return hasBias ? p[i] : p[i] * 0; };
                return at::cat({normed(in[0].narrow(1, 0, 48), p[0], bias(2)),
                                normed(in[0].narrow(1, 48, 24), p[1], bias(3)), in[0].narrow(1, 72, 24)},
                               1) +
                       at::linear(in[0], p[4]);
            },
            {}, 1e-3);
}

TEST(Ops, HyperbolicTangentKeepsItsDigits)
{
    const at::Tensor x =
        at::cat({at::linspace(-12, 12, 4001, at::kDouble), at::linspace(-1e-3, 1e-3, 401, at::kDouble)});
    at::Tensor y = x.to(at::kFloat);
    kernels().softCap(y.mutable_data_ptr<float>(), 1, nullptr, y.numel());
    const at::Tensor right = x.to(at::kFloat).to(at::kDouble).tanh();
    EXPECT_LT((y - right).abs().div(right.abs() + 1e-30).max().item<double>(), 3e-7);
}

TEST(Ops, WideningIsExact)
{
    const at::Tensor all = at::arange(1 << 16, at::kInt).to(at::kShort); // every number of two bytes
    for (const Kernels* table : {&kernels(), &baseline::kernelTable()})
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor right = all.view(type).to(at::kFloat), ours = at::empty_like(right);
            const auto* bits = static_cast<const uint16_t*>(all.const_data_ptr());
            (type == at::kHalf ? table->widenFloat16 : table->widenBfloat16)(bits, ours.mutable_data_ptr<float>(),
                                                                             all.numel());
            EXPECT_TRUE(at::equal(ours.isnan(), right.isnan())) << table->name;
            const at::Tensor isNumber = right.isnan().logical_not();
            EXPECT_TRUE(at::equal(ours.view(at::kInt) * isNumber, right.view(at::kInt) * isNumber)) << table->name;
        }
}

TEST(Ops, EmbeddingOfNarrowTables)
{
    const at::Tensor ids = randomIds(11, rows), places = at::arange(rows, at::kLong).remainder(40);
    const at::Tensor words = random({11, width}, 1).to(at::kBFloat16), table = random({40, width}, 2).to(at::kHalf);
    Tape tape;
    const Var narrow = embedding(tape, {{{words, {}}, ids, -1}, {{table, {}}, places}});
    const Var wide = embedding(tape, {{{words.to(at::kFloat), {}}, ids, -1}, {{table.to(at::kFloat), {}}, places}});
    EXPECT_TRUE(at::equal(narrow->value, wide->value));
}

TEST(Ops, EmbeddingWithSeveralTablesAndPadding)
{
    const at::Tensor words = randomIds(11, rows);
    const at::Tensor places = at::arange(rows, at::kLong).remainder(40);
    checkOperation(
        {{}, {random({11, width}, 1), random({40, width}, 2)}},
        [&](Tape& tape, const Vars&, const Parameters& p) {
            return embedding(tape, {{p[0], words, 3}, {p[1], places}});
        },
        [&](const Tensors&, const Tensors& p) { return at::embedding(p[0], words, 3) + at::embedding(p[1], places); });
}

TEST(Ops, SelectRows)
{
    for (const at::Tensor& index : {at::tensor({0, 3, 4, 9}, at::kLong), at::arange(10, at::kLong)})
        checkOperation(
            {{random({10, width}, 1)}, {}},
            [&](Tape& tape, const Vars& in, const Parameters&) { return selectRows(tape, in[0], index); },
            [&](const Tensors& in, const Tensors&) { return in[0].index_select(0, index); });
}

TEST(Ops, AddDropout)
{
    const at::Tensor factors =
        dropoutFactors(dropoutDraw(0.3, 7, 3, 0), at::arange(rows, at::kLong), width, at::kDouble);
    for (bool drops : {false, true}) {
        const TapeDropout dropout{drops, 7, 3};
        const at::Tensor mask = drops ? factors : at::ones_like(factors);
        checkOperation(
            {{random({rows, width}, 1), random({rows, width}, 2)}, {random({width}, 3)}},
            [](Tape& tape, const Vars& in, const Parameters& p) { return addDropout(tape, in[0], in[1], 0.3, p[0]); },
            [&](const Tensors& in, const Tensors& p) { return in[0] + (in[1] + p[0]) * mask; }, dropout);
        checkOperation(
            {{random({rows, width}, 2)}, {}},
            [](Tape& tape, const Vars& in, const Parameters&) { return addDropout(tape, nullptr, in[0], 0.3); },
            [&](const Tensors& in, const Tensors&) { return in[0] * mask; }, dropout);
    }
}

TEST(Ops, DropoutDrawsAreFairAndIndependentOfEachOther)
{
    const at::Tensor rowNumbers = at::arange(2000, at::kLong);
    const auto kept = [&](uint64_t seed, uint64_t step, uint64_t place) {
        return dropoutFactors(dropoutDraw(0.1, seed, step, place), rowNumbers, 500, at::kDouble).gt(0).to(at::kDouble);
    };
    const at::Tensor a = kept(42, 0, 0);
    EXPECT_NEAR(a.mean().item<double>(), 0.9, 0.001);
    // Rows and columns are as often kept as chance allows (about 6 standard deviations).
    EXPECT_LT((a.mean(0) - 0.9).abs().max().item<double>(), 6 * 0.3 / std::sqrt(2000));
    EXPECT_LT((a.mean(1) - 0.9).abs().max().item<double>(), 6 * 0.3 / std::sqrt(500));
    const auto correlation = [](const at::Tensor& x, const at::Tensor& y) {
        return ((x - 0.9) * (y - 0.9)).mean().item<double>() / 0.09;
    };
    EXPECT_NEAR(correlation(a, kept(42, 1, 0)), 0, 0.005);
    EXPECT_NEAR(correlation(a, kept(42, 0, 1)), 0, 0.005);
    EXPECT_NEAR(correlation(a, kept(43, 0, 0)), 0, 0.005);
    EXPECT_NEAR(correlation(a.narrow(1, 0, 499), a.narrow(1, 1, 499)), 0, 0.005);
    EXPECT_NEAR(correlation(a.narrow(0, 0, 1999), a.narrow(0, 1, 1999)), 0, 0.005);
}

TEST(Ops, GradedLoss)
{
    constexpr int64_t graded = 600, vocabulary = 83;
    const at::Tensor targets = randomIds(vocabulary, graded);
    const at::Tensor x = random({graded, width}, 1).set_requires_grad(true);
    const at::Tensor w = random({vocabulary, width}, 2).set_requires_grad(true);
    const at::Tensor b = random({vocabulary}, 3).set_requires_grad(true);
    for (auto [withBias, smoothing] : {std::pair{true, 0.0}, {false, 0.0}, {true, 0.1}, {false, 0.7}}) {
        const at::Tensor logits = withBias ? at::linear(x, w, b) : at::linear(x, w);
        const at::Tensor loss = at::cross_entropy_loss(logits, targets, {}, at::Reduction::Sum, -100, smoothing);
        const auto expected = torch::autograd::grad({loss * 0.25}, withBias ? Tensors{x, w, b} : Tensors{x, w});
        for (auto [type, plain, tolerance] :
             {std::tuple{at::kDouble, true, 1e-9}, {at::kFloat, true, 1e-3}, {at::kFloat, false, 1e-3}}) {
            Tape tape(at::kCPU, type, plain);
            tape.begin(true);
            const Var in = std::make_shared<Node>(Node{x.detach().to(type), {}});
            OutputHead head{{w.detach().to(type), at::zeros_like(w, type)}, {}};
            if (withBias)
                head.bias = {b.detach().to(type), at::zeros_like(b, type)};
            const double relative = type == at::kDouble ? 1e-12 : 1e-6;
            EXPECT_NEAR(gradedLoss(tape, in, head, targets, 0.25, smoothing) / loss.item<double>(), 1, relative);
            EXPECT_LT(largestDifference(in->grad, expected[0]), tolerance);
            EXPECT_LT(largestDifference(head.weight.grad, expected[1]), tolerance);
            if (withBias) {
                EXPECT_LT(largestDifference(head.bias.grad, expected[2]), tolerance);
            }
            tape.begin(false);
            EXPECT_NEAR(gradedLoss(tape, in, head, targets, 1, smoothing) / loss.item<double>(), 1, relative);
            EXPECT_LT(largestDifference(headLogits(tape, in, head), logits), tolerance);
        }
    }
}

TEST(Ops, NoiseOnTheWordsIsEvenAndTheSameInEveryForm)
{
    constexpr int64_t tokens = 400, wide = 64;
    const at::Tensor ids = randomIds(10, tokens), places = at::arange(tokens);
    const auto embedded = [&](bool plain, double noise, uint64_t step, double share = 1) {
        Tape tape(at::kCPU, at::kFloat, plain);
        tape.begin(false, {true, 42, step, noise});
        const Parameter words{at::zeros({10, wide}), {}}, table{at::zeros({tokens, wide}), {}};
        return embedding(tape, {{words, ids, -1, share}, {table, places}})->value.clone();
    };
    const at::Tensor fast = embedded(false, 5, 0);
    EXPECT_TRUE(at::equal(fast, embedded(true, 5, 0)));
    EXPECT_TRUE(at::equal(fast, embedded(false, 5, 0)));
    EXPECT_FALSE(at::equal(fast, embedded(false, 5, 1))) << "every step has its own";
    EXPECT_EQ(embedded(false, 0, 0).abs().max().item<double>(), 0);
    EXPECT_EQ(embedded(false, 5, 0, 0).abs().max().item<double>(), 0) << "words alone take it";
    // Evenly between -reach and reach, reach = noise / sqrt(width): mean 0, variance reach^2 / 3.
    const double reach = 5 / std::sqrt(64.0), deviation = reach / std::sqrt(3.0);
    EXPECT_LE(fast.abs().max().item<double>(), reach);
    EXPECT_GT(fast.max().item<double>(), 0.99 * reach);
    EXPECT_LT(fast.min().item<double>(), -0.99 * reach);
    EXPECT_NEAR(fast.mean().item<double>(), 0, 6 * deviation / std::sqrt(tokens * wide));
    EXPECT_NEAR(fast.std().item<double>(), deviation, 0.02 * deviation);
    EXPECT_NEAR((fast.narrow(1, 0, wide - 1) * fast.narrow(1, 1, wide - 1)).mean().item<double>(), 0,
                6 * deviation * deviation / std::sqrt(tokens * wide));
}

TEST(Ops, ASharedGradientIsNotWrittenInto)
{
    // A residual sum hands one gradient tensor to both its inputs; what is added to one later must not reach the other.
    checkOperation(
        {{random({20, width}, 1)}, {random({width, width}, 2), random({width}, 3), random({width}, 4)}},
        [](Tape& tape, const Vars& in, const Parameters& p) {
            const Var x = linear(tape, in[0], {{p[0], {}, false}});
            const Var other = rmsNorm(tape, in[0], p[1], 1e-6);
            const Var sum = addDropout(tape, in[0], x, 0);
            const Var both = addDropout(tape, other, sum, 0);
            return addDropout(tape, sum, rmsNorm(tape, both, p[2], 1e-6), 0);
        },
        [](const Tensors& in, const Tensors& p) {
            const at::Tensor sum = in[0] + at::linear(in[0], p[0]);
            return sum + rmsReference(rmsReference(in[0], p[1]) + sum, p[2]);
        });
}

TEST(Ops, TheSteadyStateAllocatesNothing)
{
    Tape tape;
    const Parameter weight{random({width, width}, 1).to(at::kFloat), at::zeros({width, width})};
    size_t after = 0;
    for (int step = 0; step < 4; ++step) {
        tape.begin(true);
        const Var in = tape.make({rows - step, width}); // a little shorter every time
        in->value.fill_(1);
        Var x = in;
        for (int layer = 0; layer < 3; ++layer)
            x = activation(tape, linear(tape, x, {{weight, {}, false}}), Activation::Gelu);
        x->grad = tape.empty(x->value.sizes());
        x->grad.fill_(1);
        tape.backward();
        if (step == 0)
            after = tape.pool().allocations();
    }
    EXPECT_EQ(tape.pool().allocations(), after);
    tape.pool().release();
    EXPECT_EQ(tape.pool().bytes(), 0u);
}
