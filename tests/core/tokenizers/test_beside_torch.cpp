// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch and SentencePiece both carry parts of protobuf: they have to live in one process all the same.
#include "core/tokenizers/tokenizer.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>

using namespace fettle;
using namespace fettle::test;

TEST(BesideTorch, SentencePieceEncodesAndDecodesAroundTensors)
{
    const at::Tensor before = at::matmul(at::ones({64, 64}), at::ones({64, 64}));
    EXPECT_EQ(before.sum().item<float>(), 64.f * 64 * 64);
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "spm_bpe_llama");
    const std::vector<int32_t> ids = tokenizer->encodeIds("The capital of France", true);
    const at::Tensor tensor = at::tensor(at::ArrayRef<int32_t>(ids.data(), ids.size()), at::kInt);
    EXPECT_EQ(tensor.numel(), int64_t(ids.size()));
    EXPECT_GE(tensor.min().item<int32_t>(), 1);
    const std::vector<int32_t> back(tensor.data_ptr<int32_t>(), tensor.data_ptr<int32_t>() + tensor.numel());
    EXPECT_EQ(tokenizer->decode(back, true), "The capital of France");
    const at::Tensor after = at::matmul(before, at::ones({64, 1}));
    EXPECT_EQ(after.numel(), 64);
}
