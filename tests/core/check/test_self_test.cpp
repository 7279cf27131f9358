// SPDX-License-Identifier: GPL-3.0-or-later
// The self-test's known numbers, computed again by stock autograd in double precision.
#include "core/check/self_test.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <torch/nn/functional/activation.h>
#include <torch/nn/functional/normalization.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <torch/types.h>

using namespace fettle;

namespace
{

/// GPT-2 with 2 layers of width 16 and 2 heads, in the simplest form there is.
class PlainGpt2
{
public:
    PlainGpt2()
    {
        declare("transformer.wte.weight", {61, 16});
        declare("transformer.wpe.weight", {32, 16});
        for (int layer = 0; layer < 2; ++layer) {
            const std::string block = "transformer.h." + std::to_string(layer) + ".";
            declareNorm(block + "ln_1");
            declareLinear(block + "attn.c_attn", 16, 48);
            declareLinear(block + "attn.c_proj", 16, 16);
            declareNorm(block + "ln_2");
            declareLinear(block + "mlp.c_fc", 16, 64);
            declareLinear(block + "mlp.c_proj", 64, 16);
        }
        declareNorm("transformer.ln_f");
        int64_t position = 0; // a map is in alphabetical order
        for (auto& [name, value] : m_parameters) {
            auto flat = value.view({-1});
            for (int64_t i = 0; i < flat.numel(); ++i)
                flat[i] = selfTestWeight(name, position, i);
            value.requires_grad_();
            ++position;
        }
    }

    at::Tensor lossSum(const std::vector<int64_t>& row)
    {
        const auto length = static_cast<int64_t>(row.size());
        const at::Tensor ids = torch::tensor(row);
        at::Tensor x =
            at("transformer.wte.weight").index_select(0, ids) + at("transformer.wpe.weight").narrow(0, 0, length);
        for (int layer = 0; layer < 2; ++layer) {
            const std::string block = "transformer.h." + std::to_string(layer) + ".";
            x = x + attention(norm(x, block + "ln_1"), block + "attn.");
            const at::Tensor inner = linear(norm(x, block + "ln_2"), block + "mlp.c_fc");
            const at::Tensor active =
                0.5 * inner * (1 + at::tanh(std::sqrt(2 / M_PI) * (inner + 0.044715 * inner.pow(3))));
            x = x + linear(active, block + "mlp.c_proj");
        }
        const at::Tensor logits = norm(x, "transformer.ln_f").matmul(at("transformer.wte.weight").t());
        return -at::log_softmax(logits.narrow(0, 0, length - 1), -1)
                    .gather(1, ids.narrow(0, 1, length - 1).unsqueeze(1))
                    .sum();
    }

    std::vector<at::Tensor> parameters() const
    {
        std::vector<at::Tensor> all;
        for (const auto& [name, value] : m_parameters)
            all.push_back(value);
        return all;
    }

private:
    void declare(const std::string& name, std::vector<int64_t> shape)
    {
        m_parameters[name] = torch::zeros(shape, torch::kDouble);
    }
    void declareNorm(const std::string& name)
    {
        declare(name + ".weight", {16});
        declare(name + ".bias", {16});
    }
    void declareLinear(const std::string& name, int64_t in, int64_t out)
    {
        declare(name + ".weight", {in, out});
        declare(name + ".bias", {out});
    }
    const at::Tensor& at(const std::string& name) const { return m_parameters.at(name); }
    at::Tensor linear(const at::Tensor& x, const std::string& name) const
    {
        return x.matmul(at(name + ".weight")) + at(name + ".bias");
    }
    at::Tensor norm(const at::Tensor& x, const std::string& name) const
    {
        return at::layer_norm(x, {16}, at(name + ".weight"), at(name + ".bias"), 1e-5);
    }
    at::Tensor attention(const at::Tensor& x, const std::string& name) const
    {
        const int64_t length = x.size(0);
        const at::Tensor all = linear(x, name + "c_attn").view({length, 3, 2, 8}).permute({1, 2, 0, 3});
        at::Tensor scores = all[0].matmul(all[1].transpose(-1, -2)) / std::sqrt(8.0);
        const at::Tensor later = torch::ones({length, length}, torch::kBool).triu(1);
        scores = scores.masked_fill(later, -INFINITY).softmax(-1);
        return linear(scores.matmul(all[2]).transpose(0, 1).reshape({length, 16}), name + "c_proj");
    }

    std::map<std::string, at::Tensor> m_parameters;
};

} // namespace

TEST(SelfTest, NumbersAreThoseOfAutograd)
{
    PlainGpt2 model;
    torch::optim::AdamW optimizer(model.parameters(), torch::optim::AdamWOptions(selfTestLearningRate).weight_decay(0));
    for (size_t step = 0; step < selfTestExpected().size(); ++step) {
        optimizer.zero_grad();
        at::Tensor sum = torch::zeros({}, torch::kDouble);
        int64_t graded = 0;
        for (const auto& row : selfTestRows()) {
            sum = sum + model.lossSum(row);
            graded += static_cast<int64_t>(row.size()) - 1;
        }
        const at::Tensor loss = sum / static_cast<double>(graded);
        loss.backward();
        const double norm = torch::nn::utils::clip_grad_norm_(model.parameters(), 1.0);
        optimizer.step();
        EXPECT_NEAR(loss.item<double>(), selfTestExpected()[step].loss, 1e-8) << step;
        EXPECT_NEAR(norm, selfTestExpected()[step].gradNorm, 1e-8) << step;
    }
}

TEST(SelfTest, Passes)
{
    const SelfTest test = runSelfTest();
    EXPECT_TRUE(test.passed) << test.message;
}
