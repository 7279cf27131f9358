// SPDX-License-Identifier: GPL-3.0-or-later
// Whole models: kernels against plain forms with dropout on, packing, writing token by token, bad numbers.
#include "core/base/error.h"
#include "core/optim/adamw.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/equal.h>
#include <map>
#include <set>

using namespace fettle;
using namespace fettle::test;

namespace
{

struct Kind {
    std::string name;
    Json config;
};

void PrintTo(const Kind& kind, std::ostream* out)
{
    *out << kind.name;
}

/// Every architecture, and what some of them are built of where config.json says so.
std::vector<Kind> kinds()
{
    std::vector<Kind> all;
    for (const ArchitectureInfo& info : architectures())
        all.push_back({info.modelType, smallConfig(info.modelType)});
    const auto add = [&](const std::string& type, const std::string& name, const Json& changes) {
        all.push_back({type + "_" + name, smallConfig(type)});
        all.back().config.update(changes);
    };
    add("falcon", "alibi", {{"alibi", true}, {"multi_query", false}, {"bias", true}});
    add("falcon", "parallel", {{"parallel_attn", true}, {"hidden_dropout", 0.1}});
    add("phi", "qk_layernorm", {{"qk_layernorm", true}});
    return all;
}

class Architectures : public testing::TestWithParam<Kind>
{
protected:
    const Json m_config = GetParam().config;
    const bool m_causal = findArchitecture(m_config, "test").objective == Objective::Causal;
};

/// Positions that are others in texts longer than 30 tokens.
Json longRopeConfig(const std::string& type)
{
    Json config = smallConfig(type);
    config["partial_rotary_factor"] = 1;
    config["rope_parameters"] = Json{{"rope_type", "longrope"},
                                     {"original_max_position_embeddings", 30},
                                     {"short_factor", {1, 1.1, 1.2, 1.3, 1.4}},
                                     {"long_factor", {2, 3, 4, 6, 8}}};
    config["original_max_position_embeddings"] = 30;
    config.erase("sliding_window");
    return config;
}

} // namespace

TEST_P(Architectures, KernelsAndPlainFormsTrainAlike)
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

TEST_P(Architectures, SequencesDoNotSeeEachOther)
{
    const auto model = randomModel(m_config);
    const PackedBatch first = randomBatch({23}, 90, m_causal), both = randomBatch({23, 70}, 90, m_causal);
    const at::Tensor alone = model->logits(first, nullptr).clone();
    EXPECT_LT(largestDifference(model->logits(both, nullptr).narrow(0, 0, 23), alone), 1e-4);
    const std::vector<int64_t> positions{20, 3};
    EXPECT_LT(largestDifference(model->logits(both, &positions)[0], alone[20]), 1e-4);
    EXPECT_LT(largestDifference(model->logits(both, &positions)[1], alone[3]), 1e-4);
}

TEST_P(Architectures, NothingGradedIsNoLossAndNoGradient)
{
    const auto model = randomModel(m_config);
    PackedBatch batch = randomBatch({5}, 90, m_causal);
    std::fill(batch.targets.begin(), batch.targets.end(), ignoredLabel);
    const LossSum loss = model->trainBatch(batch, 1, {});
    EXPECT_EQ(loss.sum, 0);
    EXPECT_EQ(loss.graded, 0);
    EXPECT_EQ(model->arena().gradients().abs().sum().item<float>(), 0);
}

TEST_P(Architectures, NumbersOutsideTheTablesAreRefused)
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
    if (!model->facts().anyPosition)
        refuses([&](PackedBatch& batch) { batch.positionIds[1] = model->facts().contextLength; });
}

TEST_P(Architectures, TokenByTokenEqualsTheWhole)
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

TEST_P(Architectures, BeamsEqualSequences)
{
    if (!m_causal)
        return;
    const auto model = randomModel(m_config);
    constexpr size_t beams = 3;
    const std::vector<int64_t> beginning = randomBatch({20}, 90, true).inputIds;
    const auto cache = model->newCache(20 + 3 * 5);
    model->step(*cache, beginning);
    std::vector<std::vector<int64_t>> sequences(beams, beginning);
    const std::vector<std::vector<size_t>> parents{{0, 0, 0}, {1, 0, 2}, {2, 2, 2}, {0, 2, 1}, {0, 1, 1}};
    for (size_t t = 0; t < parents.size(); ++t) {
        std::vector<int64_t> ids;
        const auto earlier = sequences;
        for (size_t b = 0; b < beams; ++b) {
            ids.push_back(static_cast<int64_t>(5 + 7 * t + 11 * b));
            sequences[b] = earlier[parents[t][b]];
            sequences[b].push_back(ids.back());
        }
        const at::Tensor logits = model->stepBeams(*cache, ids, parents[t]).clone();
        EXPECT_EQ(cache->length(), static_cast<int64_t>(21 + t));
        for (size_t b = 0; b < beams; ++b) {
            const auto alone = model->newCache(64);
            EXPECT_LT(largestDifference(logits[static_cast<int64_t>(b)], model->step(*alone, sequences[b])), 1e-4) << t;
        }
    }
    EXPECT_THROW(model->stepBeams(*cache, {1, 2, 3}, {0, 1, 2}), Error);
    EXPECT_THROW(model->step(*cache, {1}), Error);
}

TEST_P(Architectures, LayersThatAreComputedAgainGiveTheSameBits)
{
    const auto kept = randomModel(m_config), again = randomModel(m_config);
    again->setGradientCheckpointing(true);
    const PackedBatch batch = randomBatch({130, 1, 64}, 90, m_causal);
    EXPECT_EQ(kept->trainBatch(batch, 0.1, {42, 3}).sum, again->trainBatch(batch, 0.1, {42, 3}).sum);
    EXPECT_TRUE(at::equal(kept->arena().gradients(), again->arena().gradients()));
}

TEST_P(Architectures, WhatIsFrozenChangesNoGradientOfTheRest)
{
    const auto whole = randomModel(m_config);
    const auto isFrozen = [](const Arena::Entry& entry) {
        return entry.traits.role != Role::Value && entry.traits.role != Role::QueryKeyValue;
    };
    const auto part = randomModel(m_config, false, isFrozen);
    for (const Arena::Entry& entry : whole->arena().entries())
        part->arena().parameter(entry.name).value.copy_(whole->arena().parameter(entry.name).value);
    const PackedBatch batch = randomBatch({60, 9}, 90, m_causal);
    EXPECT_EQ(whole->trainBatch(batch, 0.1, {42, 0}).sum, part->trainBatch(batch, 0.1, {42, 0}).sum);
    for (const Arena::Entry& entry : part->arena().entries()) {
        const Parameter& parameter = part->arena().parameter(entry.name);
        ASSERT_EQ(parameter.grad.defined(), entry.trains) << entry.name;
        if (entry.trains) {
            EXPECT_TRUE(at::equal(parameter.grad, whole->arena().parameter(entry.name).grad)) << entry.name;
        }
    }
}

TEST_P(Architectures, NarrowValuesComputeNearlyTheSame)
{
    const auto exact = randomModel(m_config), narrow = randomModel(m_config, false, {}, at::kBFloat16);
    const PackedBatch batch = randomBatch({60, 9}, 90, m_causal);
    const double share = 1.0 / static_cast<double>(batch.gradedTokens);
    const double loss = exact->gradientsOf(batch, share).sum;
    EXPECT_NEAR(narrow->gradientsOf(batch, share).sum / loss, 1, 0.02);
    const at::Tensor ours = narrow->arena().gradients(), theirs = exact->arena().gradients();
    ASSERT_EQ(ours.scalar_type(), at::kFloat);
    EXPECT_LT((ours - theirs).norm().item<double>(), 0.1 * theirs.norm().item<double>());
    AdamW optimizer(narrow->arena(), {});
    for (int step = 0; step < 20; ++step) {
        optimizer.step(2e-3);
        narrow->gradientsOf(batch, share);
    }
    EXPECT_LT(narrow->evaluateBatch(batch).sum, 0.8 * loss);
}

TEST_P(Architectures, TellWhatTheirParametersAreFor)
{
    const auto model = randomModel(m_config);
    const ModelFacts& facts = model->facts();
    std::map<int64_t, std::set<Role>> linear;
    for (const Arena::Entry& entry : model->arena().entries()) {
        EXPECT_NE(entry.traits.role, Role::Other) << entry.name;
        if (isLinear(entry.traits.role)) {
            EXPECT_GE(entry.traits.layer, 0) << entry.name;
            linear[entry.traits.layer].insert(entry.traits.role);
        }
    }
    // ALBERT's layers are all the same one.
    EXPECT_EQ(static_cast<int64_t>(linear.size()), facts.modelType == "albert" ? 1 : facts.layers);
    for (const auto& [layer, roles] : linear) {
        EXPECT_TRUE(roles.contains(Role::Up) && roles.contains(Role::Down) && roles.contains(Role::AttentionOut));
        EXPECT_NE(roles.contains(Role::QueryKeyValue), roles.contains(Role::Query));
        EXPECT_EQ(roles.contains(Role::Query), roles.contains(Role::Key) && roles.contains(Role::Value));
    }
    EXPECT_EQ(facts.parameters, model->arena().parameterCount());
    EXPECT_GE(facts.embeddingParameters, facts.vocabularySize * 24); // OPT's words may be narrower than its layers
    EXPECT_GT(facts.work.tokenWeights, 0);
    const int64_t products = facts.modelType == "deberta-v2" ? 2 : 1; // it looks at distances in two ways
    EXPECT_EQ(facts.work.pairWidth + facts.work.windowWidth, products * facts.layers * facts.hiddenSize);
}

INSTANTIATE_TEST_SUITE_P(All, Architectures, testing::ValuesIn(kinds()), [](const auto& test) {
    std::string name = test.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

/// As in transformers' Phi3ForCausalLM; in other models earlier tokens keep the positions that they had.
TEST(LongRope, ATextThatGrowsPastTheOriginalContextIsReadAgainByPhi3Alone)
{
    for (const std::string type : {"phi3", "llama"}) {
        SCOPED_TRACE(type);
        const auto model = randomModel(longRopeConfig(type));
        const PackedBatch batch = randomBatch({40}, 90, true);
        const auto cache = model->newCache(40);
        const auto ids = [&](int64_t begin, int64_t end) {
            return std::vector<int64_t>{batch.inputIds.begin() + begin, batch.inputIds.begin() + end};
        };
        model->step(*cache, ids(0, 25));
        for (int64_t length = 26; length <= 40; ++length) {
            const at::Tensor mine = model->step(*cache, ids(length - 1, length)).clone();
            EXPECT_EQ(cache->length(), length);
            const auto whole = model->newCache(length);
            const double worst = largestDifference(mine, model->step(*whole, ids(0, length)));
            EXPECT_EQ(worst < 1e-4, type == "phi3" || length <= 30) << length << ' ' << worst;
        }
    }
}

TEST(LongRope, BeamsThatGrowPastTheOriginalContextAreReadAgain)
{
    for (size_t length : {29, 30, 27}) { // at the first token of theirs, before and after that
        const auto model = randomModel(longRopeConfig("phi3"));
        const std::vector<int64_t> beginning = randomBatch({static_cast<int>(length)}, 90, true).inputIds;
        const auto cache = model->newCache(60);
        model->step(*cache, beginning);
        std::vector<std::vector<int64_t>> sequences(3, beginning);
        const std::vector<std::vector<size_t>> parents{{0, 0, 0}, {1, 0, 2}, {2, 2, 2}, {0, 2, 1}, {1, 2, 1}};
        for (const std::vector<size_t>& from : parents) {
            std::vector<int64_t> ids;
            const auto earlier = sequences;
            for (size_t b = 0; b < 3; ++b) {
                ids.push_back(static_cast<int64_t>((5 + 2 * earlier[b].size() + 11 * b) % 90));
                sequences[b] = earlier[from[b]];
                sequences[b].push_back(ids.back());
            }
            const at::Tensor logits = model->stepBeams(*cache, ids, from).clone();
            for (size_t b = 0; b < 3; ++b) {
                const auto alone = model->newCache(64);
                EXPECT_LT(largestDifference(logits[static_cast<int64_t>(b)], model->step(*alone, sequences[b])), 1e-4)
                    << sequences[b].size();
            }
        }
    }
}
