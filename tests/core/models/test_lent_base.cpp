// SPDX-License-Identifier: GPL-3.0-or-later
// The frozen base beside adapters, read where it lies in its file: to the last bit what a copy in float32 computes.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/adapter_weights.h"
#include "core/models/inspect.h"
#include "core/models/open_model.h"
#include "core/optim/adamw.h"
#include "core/tensors/safetensors.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using testing::HasSubstr;

namespace
{

/// A base of tests/golden/lora whose weights are stored in `type`.
class StoredBase
{
public:
    StoredBase(const std::string& name, at::ScalarType type, uint64_t maxShardBytes = largestShard)
    {
        const fs::path from = fs::path(fettle::test::goldenFolder) / "lora" / name / "base";
        fs::copy_file(from / "config.json", m_folder.path() / "config.json");
        const SafetensorsFile file(from / "model.safetensors");
        NamedTensors tensors;
        for (const auto& [each, info] : file.tensors())
            tensors.emplace_back(each, file.tensor(each).to(type));
        writeWeights(m_folder.path(), tensors, maxShardBytes);
    }
    std::string path() const { return m_folder.path().string(); }
    fs::path weights() const { return m_folder.path() / "model.safetensors"; }
    std::unique_ptr<LanguageModel> withAdapters(LoraConfig lora = {}) const
    {
        return loadModel(openModel(path(), {std::make_shared<LoraConfig>(std::move(lora))}), {true, true, 42});
    }

private:
    TemporaryFolder m_folder;
};

std::vector<std::string> lentNames(const LanguageModel& model)
{
    std::vector<std::string> names;
    for (const Arena::Entry& entry : model.arena().entries())
        if (entry.isLent)
            names.push_back(entry.name);
    return names;
}

/// Losses, gradients and values of three steps, and what the model says in the end; dropout and all.
std::vector<at::Tensor> learnt(LanguageModel& model, bool recompute)
{
    const bool causal = !model.facts().isMasked();
    const PackedBatch batch = randomBatch({9, 14, 5}, model.facts().vocabularySize, causal);
    model.setGradientCheckpointing(recompute);
    AdamW optimizer(model.arena(), {});
    std::vector<at::Tensor> all;
    for (uint64_t step = 0; step < 3; ++step) {
        all.push_back(at::full({}, model.trainBatch(batch, 0.1, {42, step}).sum, at::kDouble));
        all.push_back(model.arena().gradients().clone());
        optimizer.step(0.01);
    }
    all.push_back(model.arena().values().clone());
    all.push_back(at::full({}, model.evaluateBatch(batch).sum, at::kDouble));
    all.push_back(model.logits(batch).clone());
    if (causal) {
        const auto cache = model.newCache(8);
        for (const std::vector<int64_t>& ids : {std::vector<int64_t>{5, 17, 60}, {3}, {44}})
            all.push_back(model.step(*cache, ids).clone());
    }
    return all;
}

void expectWhatACopyComputes(const StoredBase& base, const LoraConfig& lora, bool recompute = false)
{
    const auto lent = base.withAdapters(lora), copied = base.withAdapters(lora);
    copied->arena().takeOver();
    ASSERT_FALSE(lentNames(*lent).empty());
    ASSERT_TRUE(lentNames(*copied).empty());
    const std::vector<at::Tensor> ours = learnt(*lent, recompute), theirs = learnt(*copied, recompute);
    ASSERT_EQ(ours.size(), theirs.size());
    for (size_t i = 0; i < ours.size(); ++i)
        EXPECT_TRUE(at::equal(ours[i], theirs[i])) << i;
}

LoraConfig everywhere()
{
    LoraConfig lora;
    lora.allLinear = true;
    lora.dropout = 0.1;
    return lora;
}

std::string complaintOf(const std::function<void()>& act)
{
    try {
        act();
    } catch (const Error& error) {
        return error.subject() + ": " + error.message();
    }
    return "";
}

using Case = std::tuple<const char*, at::ScalarType>;
class LentBase : public testing::TestWithParam<Case>
{
};

} // namespace

TEST_P(LentBase, LearnsAndWritesToTheLastBitAsACopyDoes)
{
    const auto& [name, type] = GetParam();
    const StoredBase base(name, type);
    expectWhatACopyComputes(base, {});
    expectWhatACopyComputes(base, everywhere(), true);
    LoraConfig dora = everywhere();
    dora.isDora = true;
    expectWhatACopyComputes(base, dora);
}

INSTANTIATE_TEST_SUITE_P(All, LentBase,
                         testing::Combine(testing::Values("gpt2", "bert", "llama"),
                                          testing::Values(at::kBFloat16, at::kHalf, at::kFloat)),
                         [](const auto& test) {
                             return fmt::format("{}_{}", std::get<0>(test.param),
                                                c10::toString(std::get<1>(test.param)));
                         });

TEST(LentBases, AreTheMatricesThatDoNotLearn)
{
    const StoredBase gpt2("gpt2", at::kBFloat16), llama("llama", at::kHalf, 4000);
    const auto plain = gpt2.withAdapters();
    EXPECT_EQ(lentNames(*plain).size(), 2 + 2 * 4u);
    for (const std::string& name : lentNames(*plain))
        EXPECT_EQ(plain->arena().parameter(name).value.scalar_type(), at::kBFloat16) << name;
    EXPECT_TRUE(plain->arena()
                    .parameter("lm_head.weight")
                    .value.is_same(plain->arena().parameter("transformer.wte.weight").value));

    LoraConfig lora;
    lora.saved = {"lm_head"}; // tied: it begins as a copy of the table
    const auto headLearns = gpt2.withAdapters(lora);
    EXPECT_THAT(lentNames(*headLearns), testing::Not(testing::Contains("lm_head.weight")));
    expectWhatACopyComputes(gpt2, lora);

    EXPECT_TRUE(fs::exists(fs::path(llama.path()) / "model.safetensors.index.json")); // in several files
    EXPECT_EQ(lentNames(*llama.withAdapters()).size(), 2 + 2 * 7u);
    expectWhatACopyComputes(llama, lora);
    expectWhatACopyComputes(llama, everywhere());
}

TEST(LentBases, TakeTheRoomThatTheyHaveInTheFile)
{
    const auto lora = std::make_shared<LoraConfig>();
    const ModelFacts wide = describeModel(StoredBase("llama", at::kFloat).path(), lora),
                     narrow = describeModel(StoredBase("llama", at::kBFloat16).path(), lora);
    const StoredBase base("llama", at::kBFloat16);
    const auto model = base.withAdapters();
    const uint64_t buffer = 80 * 24 * 4, spared = model->arena().lentBytes() - buffer; // for the largest of them
    EXPECT_EQ(wide.frozenBytes - narrow.frozenBytes, spared);
    EXPECT_EQ(wide.trainingBytes - narrow.trainingBytes, spared);
    EXPECT_EQ(model->facts().frozenBytes, narrow.frozenBytes);
}

TEST(LentBases, AreMergedIntoACopy)
{
    for (const bool isDora : {false, true}) {
        const StoredBase base("gpt2", at::kBFloat16);
        LoraConfig lora = everywhere();
        lora.isDora = isDora;
        const auto lent = base.withAdapters(lora), copied = base.withAdapters(lora);
        copied->arena().takeOver();
        const std::string before = readFile(base.weights());
        for (LanguageModel* model : {lent.get(), copied.get()}) {
            model->arena().values().add_(0.01);
            model->mergeAdapters();
        }
        for (const Arena::Entry& entry : lent->arena().entries())
            EXPECT_TRUE(
                at::equal(lent->arena().parameter(entry.name).value, copied->arena().parameter(entry.name).value));
        EXPECT_EQ(lent->arena().parameter("lm_head.weight").value.scalar_type(), at::kFloat);
        EXPECT_EQ(readFile(base.weights()), before);
    }
}

TEST(LentBases, WhoseFileIsReplacedStayWhatTheyWere)
{
    const StoredBase base("llama", at::kBFloat16), other("llama", at::kFloat);
    const auto model = base.withAdapters();
    const PackedBatch batch = randomBatch({9, 14}, 80, true);
    const double before = model->evaluateBatch(batch).sum;
    fs::rename(other.weights(), base.weights());
    EXPECT_EQ(model->evaluateBatch(batch).sum, before);
    fs::remove(base.weights());
    EXPECT_EQ(model->trainBatch(batch, 1, {}).sum, before);
}

TEST(LentBases, WhoseFileIsCutShortEndInWords)
{
    const StoredBase base("llama", at::kBFloat16);
    const auto model = base.withAdapters();
    const PackedBatch batch = randomBatch({9, 14}, 80, true);
    model->trainBatch(batch, 1, {});
    fs::resize_file(base.weights(), 100); // the page stays, and holds zeros behind the cut
    EXPECT_THAT(complaintOf([&] { model->trainBatch(batch, 1, {}); }),
                testing::AllOf(HasSubstr("model: "), HasSubstr("model.safetensors was cut short while it was in use")));
    fs::resize_file(base.weights(), 0); // reading it would end the program
    EXPECT_THAT(complaintOf([&] { model->evaluateBatch(batch); }), HasSubstr("was cut short"));
    const auto cache = model->newCache(4);
    EXPECT_THAT(complaintOf([&] { model->step(*cache, {5, 6}); }), HasSubstr("was cut short"));
}

TEST(LentBases, WhoseFileIsWrittenIntoEndInWords)
{
    const StoredBase base("gpt2", at::kFloat);
    const auto model = base.withAdapters();
    const PackedBatch batch = randomBatch({9, 14}, 80, true);
    model->trainBatch(batch, 1, {});
    fs::last_write_time(base.weights(), fs::last_write_time(base.weights()) - std::chrono::hours(1));
    EXPECT_THAT(complaintOf([&] { model->trainBatch(batch, 1, {}); }), HasSubstr("was written to while it was in use"));
}
