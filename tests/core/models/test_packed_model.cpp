// SPDX-License-Identifier: GPL-3.0-or-later
// Whole models: kernels against plain forms with dropout on, packing, writing token by token, bad numbers.
#include "core/base/error.h"
#include "tests/core/models/models_support.h"

using namespace fettle;
using namespace fettle::test;

namespace
{

class PackedModels : public testing::TestWithParam<const char*>
{
protected:
    const Json m_config = smallConfig(GetParam());
    const bool m_causal = std::string(GetParam()) != "bert";
};

} // namespace

TEST_P(PackedModels, KernelsAndPlainFormsTrainAlike)
{
    const auto kernel = randomModel(m_config), plain = randomModel(m_config, true);
    const PackedBatch batch = randomBatch({130, 1, 64, 17, 200}, 90, m_causal);
    for (uint64_t step : {0, 1}) {
        const LossSum a = kernel->trainBatch(batch, 1.0 / batch.gradedTokens, {42, step});
        const LossSum b = plain->trainBatch(batch, 1.0 / batch.gradedTokens, {42, step});
        EXPECT_EQ(a.graded, batch.gradedTokens);
        EXPECT_NEAR(a.sum / b.sum, 1, 1e-6);
    }
    for (const Arena::Entry& entry : kernel->arena().entries()) {
        const at::Tensor a = kernel->arena().parameter(entry.name).grad, b = plain->arena().parameter(entry.name).grad;
        EXPECT_LT(largestDifference(a, b), 1e-5 + 1e-3 * b.abs().max().item<double>()) << entry.name;
    }
    EXPECT_NE(kernel->trainBatch(batch, 1, {42, 0}).sum, kernel->trainBatch(batch, 1, {42, 1}).sum);
    EXPECT_EQ(kernel->trainBatch(batch, 1, {42, 0}).sum, kernel->trainBatch(batch, 1, {42, 0}).sum);
}

TEST_P(PackedModels, SequencesDoNotSeeEachOther)
{
    const auto model = randomModel(m_config);
    const PackedBatch first = randomBatch({23}, 90, m_causal), both = randomBatch({23, 70}, 90, m_causal);
    const at::Tensor alone = model->logits(first, nullptr).clone();
    EXPECT_LT(largestDifference(model->logits(both, nullptr).narrow(0, 0, 23), alone), 1e-4);
    const std::vector<int64_t> positions{20, 3};
    EXPECT_LT(largestDifference(model->logits(both, &positions)[0], alone[20]), 1e-4);
    EXPECT_LT(largestDifference(model->logits(both, &positions)[1], alone[3]), 1e-4);
}

TEST_P(PackedModels, NothingGradedIsNoLossAndNoGradient)
{
    const auto model = randomModel(m_config);
    PackedBatch batch = randomBatch({5}, 90, m_causal);
    std::fill(batch.targets.begin(), batch.targets.end(), ignoredLabel);
    const LossSum loss = model->trainBatch(batch, 1, {});
    EXPECT_EQ(loss.sum, 0);
    EXPECT_EQ(loss.graded, 0);
    EXPECT_EQ(model->arena().gradients().abs().sum().item<float>(), 0);
}

TEST_P(PackedModels, NumbersOutsideTheTablesAreRefused)
{
    const auto model = randomModel(m_config);
    const auto refuses = [&](const auto& spoil) {
        PackedBatch batch = randomBatch({5}, 90, m_causal);
        spoil(batch);
        EXPECT_THROW(model->trainBatch(batch, 1, {}), Error);
    };
    refuses([](PackedBatch& batch) { batch.inputIds[1] = 90; });
    refuses([](PackedBatch& batch) { batch.inputIds[1] = -1; });
    refuses([](PackedBatch& batch) { batch.targets[1] = 90; });
    refuses([](PackedBatch& batch) { batch.positionIds[1] = -1; });
    refuses([](PackedBatch& batch) { batch.positionIds.pop_back(); });
    refuses([](PackedBatch& batch) { batch.cuSeqlens = {0, 7, 5}; });
    refuses([](PackedBatch& batch) { batch.cuSeqlens = {0, 4}; });
    if (std::string(GetParam()) != "llama")
        refuses([](PackedBatch& batch) { batch.positionIds[1] = 200; });
}

TEST_P(PackedModels, TokenByTokenEqualsTheWhole)
{
    const auto model = randomModel(m_config);
    if (!m_causal) {
        EXPECT_THROW(model->newCache(10), Error);
        return;
    }
    const PackedBatch batch = randomBatch({100}, 90, true);
    const at::Tensor whole = model->logits(batch, nullptr).clone();
    const auto cache = model->newCache(100);
    size_t done = 0;
    for (size_t count : {70, 1, 1, 20, 8}) {
        const auto begin = batch.inputIds.begin() + static_cast<std::ptrdiff_t>(done);
        const at::Tensor last = model->step(*cache, {begin, begin + static_cast<std::ptrdiff_t>(count)});
        done += count;
        EXPECT_EQ(cache->length(), static_cast<int64_t>(done));
        EXPECT_LT(largestDifference(last, whole[static_cast<int64_t>(done) - 1]), 1e-4) << done;
    }
    EXPECT_THROW(model->step(*cache, {1}), Error);
}

INSTANTIATE_TEST_SUITE_P(All, PackedModels, testing::Values("gpt2", "bert", "llama"),
                         [](const auto& test) { return std::string(test.param); });
