// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints as they are met: what transformers makes of a folder, and what is said of it.
#include "core/models/inspect.h"
#include "core/models/padded_batch.h"
#include "core/tensors/safetensors.h"
#include "tests/core/models/models_support.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <algorithm>
#include <gmock/gmock.h>
#include <limits>
#include <sys/stat.h>

using namespace fettle;
using namespace fettle::test;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

namespace
{

using Tensors = std::map<std::string, at::Tensor>;

Tensors tensorsOf(const std::filesystem::path& folder)
{
    const SafetensorsFile file(folder / "model.safetensors");
    Tensors tensors;
    for (const auto& [name, info] : file.tensors())
        tensors.emplace(name, file.tensor(name).clone());
    return tensors;
}

void writeTensors(const std::filesystem::path& folder, const Tensors& tensors)
{
    writeSafetensors(folder / "model.safetensors", {tensors.begin(), tensors.end()});
}

/// A folder with drawn weights of this configuration.
void makeModel(const TemporaryFolder& folder, const Json& config)
{
    folder.write("config.json", config.dump());
    const auto model = loadModel("random:" + folder.path().string(), {});
    saveModel(*model, folder.path(), folder.path());
}

std::string saidOf(const std::vector<std::string>& notices)
{
    std::string all;
    for (const std::string& notice : notices)
        all += notice + "\n";
    return all;
}

/// The error's words; "" where there is none. Its subject is the model.
std::string refusal(const std::function<void()>& run, ErrorCode code = ErrorCode::BadInput)
{
    try {
        run();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_EQ(error.subject(), "model") << error.what();
        return error.what();
    }
    return "";
}

class RecordedCheckpoint : public testing::TestWithParam<std::string>
{
};

std::vector<std::string> recordedCheckpoints()
{
    std::vector<std::string> names;
    for (const auto& item : std::filesystem::directory_iterator(golden("checkpoints")))
        names.push_back(item.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace

TEST_P(RecordedCheckpoint, LoadsAsInTransformers)
{
    const std::string folder = golden("checkpoints/" + GetParam());
    const Json expected = readJson(folder + "/expected.json");
    const auto model = loadModel(folder, {});
    const SafetensorsFile recorded(folder + "/expected.safetensors");
    const PackedRows packed = packPadded({recorded.tensor("input_ids"), {}, {}, {}}, model->facts().objective);
    const at::Tensor logits = recorded.tensor("logits").flatten(0, 1);
    EXPECT_LT(largestDifference(model->logits(packed.batch), logits), 2e-5);

    const LoadReport& report = model->facts().report;
    EXPECT_THAT(report.drawn, UnorderedElementsAreArray(expected["drawn"].get<std::vector<std::string>>()));
    EXPECT_THAT(report.unused, UnorderedElementsAreArray(expected["unused"].get<std::vector<std::string>>()));
    EXPECT_EQ(report.missing, report.drawn);
    EXPECT_EQ(inspectModel(folder).report.notices, report.notices);

    TemporaryFolder saved;
    saveModel(*model, folder, saved.path());
    std::vector<std::string> names;
    for (const auto& [name, tensor] : tensorsOf(saved.path()))
        names.push_back(name);
    EXPECT_THAT(names, UnorderedElementsAreArray(expected["saved"].get<std::vector<std::string>>()));
    const auto again = loadModel(saved.path().string(), {});
    EXPECT_TRUE(at::equal(again->arena().values(), model->arena().values()));
    EXPECT_THAT(again->facts().report.drawn, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, RecordedCheckpoint, testing::ValuesIn(recordedCheckpoints()),
                         [](const auto& test) { return test.param; });

TEST(LoadReports, NameWhatDiffersWhatIsDrawnAndWhatIsNotUsed)
{
    EXPECT_THAT(saidOf(inspectModel(golden("checkpoints/gpt2_two_heads")).report.notices),
                testing::AllOf(HasSubstr("lm_head.weight"), HasSubstr("both are kept")));
    const LoadReport trunk = inspectModel(golden("checkpoints/bert_trunk")).report;
    EXPECT_THAT(trunk.drawn, Contains("cls.predictions.transform.dense.weight"));
    EXPECT_THAT(saidOf(trunk.notices), testing::AllOf(HasSubstr("drawn anew"), HasSubstr("pooler.dense.weight")));
    EXPECT_THAT(inspectModel(golden("gpt2")).report.notices, IsEmpty());
}

TEST(LoadReports, BuffersOfOldVersionsAreNoNews)
{
    TemporaryFolder folder;
    makeModel(folder, smallConfig("gpt2"));
    Tensors tensors = tensorsOf(folder.path());
    tensors.emplace("transformer.h.0.attn.bias", at::ones({1, 1, 4, 4}));
    tensors.emplace("h.1.attn.masked_bias", at::ones({}));
    tensors.emplace("score.weight", at::ones({2, 40}));
    writeTensors(folder.path(), tensors);
    EXPECT_EQ(inspectModel(folder.path().string()).report.unused, std::vector<std::string>{"score.weight"});
}

TEST(LoadReports, HeadsThatTransformersSetsAsideAreNoNews)
{
    // As microsoft/deberta-v3-base holds them: of the two heads that it was trained with, one is known to transformers.
    TemporaryFolder folder;
    makeModel(folder, smallConfig("deberta-v2"));
    Tensors tensors = tensorsOf(folder.path());
    tensors.emplace("mask_predictions.classifier.weight", at::ones({1, 40}));
    tensors.emplace("lm_predictions.lm_head.bias", at::ones({90}));
    writeTensors(folder.path(), tensors);
    EXPECT_EQ(inspectModel(folder.path().string()).report.unused,
              std::vector<std::string>{"lm_predictions.lm_head.bias"});
}

TEST(LoadReports, WeightsThatAreNoNumbersAreNamedAndNotTrained)
{
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        TemporaryFolder folder;
        makeModel(folder, smallConfig("llama"));
        Tensors tensors = tensorsOf(folder.path());
        tensors["model.layers.1.mlp.up_proj.weight"][3][5] = bad;
        writeTensors(folder.path(), tensors);
        const auto model = loadModel(folder.path().string(), {});
        EXPECT_EQ(model->facts().report.notFinite, std::vector<std::string>{"model.layers.1.mlp.up_proj.weight"});
        EXPECT_THAT(saidOf(model->facts().report.notices), HasSubstr("model.layers.1.mlp.up_proj.weight"));
        EXPECT_THAT(refusal([&] { requireFinite(model->facts()); }), HasSubstr("model.layers.1.mlp.up_proj.weight"));
    }
}

TEST(Sizes, AbsurdOnesAreNamedAtOnce)
{
    const std::map<std::string, std::vector<std::string>> keys{
        {"gpt2", {"vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner"}},
        {"bert",
         {"vocab_size", "max_position_embeddings", "hidden_size", "num_hidden_layers", "num_attention_heads",
          "intermediate_size", "type_vocab_size"}},
        {"llama",
         {"vocab_size", "max_position_embeddings", "hidden_size", "num_hidden_layers", "num_attention_heads",
          "num_key_value_heads", "intermediate_size", "head_dim"}}};
    for (const auto& [type, names] : keys) {
        TemporaryFolder folder;
        makeModel(folder, smallConfig(type));
        const std::string path = folder.path().string();
        for (const std::string& key : names)
            for (const int64_t value : {int64_t{INT32_MAX}, int64_t{1} << 62, int64_t{0}, int64_t{-1}}) {
                Json config = smallConfig(type);
                config[key] = value;
                folder.write("config.json", config.dump());
                for (const std::string& reference : {path, "random:" + path}) {
                    const std::string said = refusal([&] { inspectModel(reference); });
                    EXPECT_THAT(said, HasSubstr(key + " = " + std::to_string(value))) << type;
                    EXPECT_EQ(refusal([&] { loadModel(reference, {}); }), said);
                    EXPECT_EQ(refusal([&] { describeModel(reference); }), said);
                }
            }
    }
}

TEST(Sizes, ThatTheWeightsHaveNotAreNamedBeforeMemoryIsTaken)
{
    const std::vector<std::tuple<std::string, const char*, int64_t>> cases{
        {"gpt2", "vocab_size", 16'000'000},    {"gpt2", "n_positions", 16'000'000},
        {"gpt2", "n_layer", 10'000},           {"gpt2", "n_layer", 3},
        {"gpt2", "n_embd", 4'000'000},         {"gpt2", "n_inner", 16'000'000},
        {"bert", "vocab_size", 16'000'000},    {"bert", "intermediate_size", 16'000'000},
        {"bert", "num_hidden_layers", 9'999},  {"bert", "type_vocab_size", 3},
        {"llama", "hidden_size", 4'000'000},   {"llama", "num_key_value_heads", 4},
        {"llama", "num_hidden_layers", 9'999}, {"llama", "head_dim", 1'000'000},
    };
    for (const auto& [type, key, value] : cases) {
        TemporaryFolder folder;
        makeModel(folder, smallConfig(type));
        Json config = smallConfig(type);
        config[key] = value;
        folder.write("config.json", config.dump());
        const std::string path = folder.path().string();
        EXPECT_THAT(refusal([&] { inspectModel(path); }), HasSubstr(std::string(key) + " = " + std::to_string(value)))
            << type;
        EXPECT_NE(refusal([&] { loadModel(path, {}); }), "") << type << key;
    }
}

TEST(Sizes, MoreThanTheMemoryHoldsIsSaidBeforeItIsTaken)
{
    TemporaryFolder folder;
    Json config = smallConfig("gpt2");
    config["vocab_size"] = 16'000'000;
    config["n_embd"] = 1'000'000;
    folder.write("config.json", config.dump());
    EXPECT_THAT(refusal([&] { loadModel("random:" + folder.path().string(), {}); }, ErrorCode::OutOfResources),
                HasSubstr("n_embd = 1000000"));
}

TEST(Adapters, AreNotModelsWithoutTheirBase)
{
    TemporaryFolder folder;
    folder.write("adapter_config.json", R"({"peft_type": "LORA", "base_model_name_or_path": "meta/base-1b"})");
    const std::string path = folder.path().string();
    EXPECT_THAT(refusal([&] { inspectModel(path); }),
                testing::AllOf(HasSubstr("LoRA adapter"), HasSubstr("meta/base-1b")));
    folder.write("config.json", smallConfig("gpt2").dump()); // some come with their base's configuration
    EXPECT_THAT(refusal([&] { loadModel(path, {}); }), HasSubstr("LoRA adapter"));
    folder.write("adapter_config.json", "{");
    EXPECT_THAT(refusal([&] { inspectModel(path); }), HasSubstr("adapter_config.json"));
}

TEST(ModelFolders, HoldPlainFilesOnly)
{
    for (const char* name : {"config.json", "model.safetensors", "model.safetensors.index.json"}) {
        TemporaryFolder folder;
        makeModel(folder, smallConfig("gpt2"));
        if (std::string(name).ends_with("index.json"))
            std::filesystem::remove(folder.path() / "model.safetensors");
        std::filesystem::remove(folder.path() / name);
        ASSERT_EQ(mkfifo((folder.path() / name).c_str(), 0600), 0);
        EXPECT_THAT(refusal([&] { inspectModel(folder.path().string()); }), HasSubstr("a pipe")) << name;
    }
    for (const char* name : {"README.md", "LICENSE", "vocab.txt"}) { // beside the model: it does without
        TemporaryFolder folder;
        makeModel(folder, smallConfig("gpt2"));
        ASSERT_EQ(mkfifo((folder.path() / name).c_str(), 0600), 0);
        EXPECT_EQ(inspectModel(folder.path().string()).licence, "") << name;
    }
}

TEST(ModelFolders, ContextIsNamedEitherWayInGpt2)
{
    TemporaryFolder folder;
    Json config = smallConfig("gpt2");
    config.erase("n_positions");
    config["n_ctx"] = 16;
    folder.write("config.json", config.dump());
    EXPECT_EQ(describeModel("random:" + folder.path().string()).contextLength, 16);
}
