// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of a repository are needed.
#include "core/base/error.h"
#include "core/hub/card.h"
#include "core/hub/needed_files.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fettle
{
namespace
{

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<HubFile> filesCalled(const std::vector<std::string>& paths)
{
    std::vector<HubFile> files;
    for (const std::string& path : paths)
        files.push_back({path, 1, std::string(40, 'a')});
    return files;
}

std::vector<std::string> neededIn(const std::vector<std::string>& paths, std::string_view index = {})
{
    std::vector<std::string> needed;
    for (const HubFile& file : neededOfModel(filesCalled(paths), HubName::parse("org/name"), index))
        needed.push_back(file.path);
    return needed;
}

std::string problemOf(const std::function<void()>& call)
{
    try {
        call();
    } catch (const Error& error) {
        return error.message() + " | " + error.hint();
    }
    return {};
}

TEST(NeededFiles, SafetensorsGoBeforePickles)
{
    // What lies in openai-community/gpt2 on the Hub.
    EXPECT_THAT(neededIn({".gitattributes", "64.tflite", "README.md", "config.json", "flax_model.msgpack",
                          "generation_config.json", "merges.txt", "model.safetensors", "onnx/config.json",
                          "onnx/decoder_model.onnx", "onnx/tokenizer.json", "pytorch_model.bin", "rust_model.ot",
                          "tf_model.h5", "tokenizer.json", "tokenizer_config.json", "vocab.json"}),
                UnorderedElementsAre("README.md", "config.json", "generation_config.json", "merges.txt",
                                     "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.json"));
    EXPECT_THAT(neededIn({"config.json", "pytorch_model.bin", "tf_model.h5"}),
                UnorderedElementsAre("config.json", "pytorch_model.bin"));
    EXPECT_THAT(
        neededIn({"config.json", "model.safetensors", "model-00001-of-00002.safetensors",
                  "model.safetensors.index.json", "chat_template.jinja", "additional_chat_templates/rag.jinja"}),
        UnorderedElementsAre("config.json", "model.safetensors", "chat_template.jinja",
                             "additional_chat_templates/rag.jinja"))
        << "as transformers, which looks for one file first";
}

TEST(NeededFiles, ShardsAreThoseOfTheIndex)
{
    const std::vector<std::string> all{"config.json",
                                       "model.safetensors.index.json",
                                       "model-00001-of-00002.safetensors",
                                       "odd.safetensors",
                                       "model-00002-of-00002.safetensors",
                                       "pytorch_model.bin",
                                       "model-1-of-2.safetensors"};
    EXPECT_EQ(weightsIndexOf(filesCalled(all)), "model.safetensors.index.json");
    EXPECT_THAT(neededIn(all),
                UnorderedElementsAre("config.json", "model.safetensors.index.json", "model-00001-of-00002.safetensors",
                                     "model-00002-of-00002.safetensors"));
    EXPECT_THAT(neededIn(all, R"({"weight_map": {"a": "odd.safetensors", "b": "odd.safetensors"}})"),
                UnorderedElementsAre("config.json", "model.safetensors.index.json", "odd.safetensors"));
    EXPECT_THAT(problemOf([&] { neededIn(all, R"({"weight_map": {"a": "gone.safetensors"}})"); }),
                HasSubstr("gone.safetensors"));
    for (const char* index :
         {"{}", "[]", R"({"weight_map": {"a": 1}})", R"({"weight_map": {"a": "../../x"}})", "no JSON"})
        EXPECT_NE(problemOf([&] { neededIn(all, index); }), "") << index;
    EXPECT_EQ(weightsIndexOf(filesCalled({"pytorch_model.bin", "pytorch_model.bin.index.json"})), "");
}

TEST(NeededFiles, AdaptersNeedNoModelBesideThem)
{
    EXPECT_THAT(neededIn({"README.md", "adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"}),
                UnorderedElementsAre("README.md", "adapter_config.json", "adapter_model.safetensors"));
    EXPECT_THAT(problemOf([] { neededIn({"config.json", "model.gguf", "model.onnx"}); }), HasSubstr("GGUF"));
    EXPECT_THAT(problemOf([] { neededIn({"model.safetensors"}); }), HasSubstr("config.json"));
}

std::vector<std::string> setFiles(const char* name, const std::vector<std::string>& paths, std::string_view card = {})
{
    std::vector<std::string> found;
    for (const DatasetFile& file : datasetFiles(paths, HubName::parse(name), card))
        found.push_back(file.split + ":" + file.path);
    return found;
}

TEST(DataSets, TheCardNamesTheFilesOfAConfiguration)
{
    // As the Hub writes it, shortened: stanfordnlp/imdb and wikitext.
    constexpr const char* card =
        "---\nlicense: other\nconfigs:\n- config_name: plain_text\n  data_files:\n"
        "  - split: train\n    path: plain_text/train-*\n  - split: test\n"
        "    path: plain_text/test-*\n  default: true\n- config_name: 'small'\n"
        "  data_files: \"small/*.csv\" # by hand\n- config_name: folder\n  data_dir: f\n---\n# IMDB\n";
    const std::vector<std::string> all{"README.md",
                                       "f/test.jsonl",
                                       "f/x.jsonl",
                                       "plain_text/test-0.parquet",
                                       "plain_text/train-0.parquet",
                                       "plain_text/unsupervised-0.parquet",
                                       "small/a.csv"};
    EXPECT_THAT(setFiles("datasets/o/n", all, card),
                ElementsAre("train:plain_text/train-0.parquet", "test:plain_text/test-0.parquet"));
    EXPECT_THAT(setFiles("datasets/o/n:small", all, card), ElementsAre("train:small/a.csv"));
    EXPECT_THAT(setFiles("datasets/o/n:folder", all, card), ElementsAre("test:f/test.jsonl", "train:f/x.jsonl"));
    EXPECT_THAT(problemOf([&] { setFiles("datasets/o/n:none", all, card); }), HasSubstr("none"));
    const std::string several = "---\nconfigs:\n- config_name: de\n  data_files: de.csv\n- config_name: en\n"
                                "  data_files:\n  - en.csv\n  - \"**/en.csv\"\n---\n";
    EXPECT_THAT(problemOf([&] {
                    setFiles("datasets/o/n", {"de.csv", "en.csv"}, several);
                }),
                AllOf(HasSubstr("de, en"), HasSubstr("datasets/o/n:de")));
    EXPECT_THAT(setFiles("datasets/o/n:en", {"de.csv", "en.csv", "x/en.csv"}, several),
                UnorderedElementsAre("train:en.csv", "train:en.csv", "train:x/en.csv"));
}

TEST(DataSets, WithoutACardNamesTell)
{
    EXPECT_THAT(
        setFiles("datasets/o/n", {"data/train-00000-of-00001.parquet", "data/validation-00000-of-00001.parquet",
                                  "extra.csv", "dataset_infos.json", "README.md", "pictures/a.png"}),
        ElementsAre("train:data/train-00000-of-00001.parquet", "validation:data/validation-00000-of-00001.parquet"));
    EXPECT_THAT(setFiles("datasets/o/n", {"a.jsonl.gz", "dev/b.jsonl.gz", "c.csv"}),
                ElementsAre("train:a.jsonl.gz", "validation:dev/b.jsonl.gz"));
    EXPECT_THAT(setFiles("datasets/o/n:en", {"en/x.csv", "de/x.csv", "english/x.csv"}), ElementsAre("train:en/x.csv"));
    EXPECT_THAT(setFiles("datasets/o/n/data", {"data/x.csv", "y.csv"}), ElementsAre("train:data/x.csv"));
    EXPECT_THAT(setFiles("datasets/o/n/data/test.csv", {"data/x.csv", "data/test.csv"}),
                ElementsAre("train:data/test.csv"));
    EXPECT_THAT(problemOf([] { setFiles("datasets/o/n", {"a.png"}); }), HasSubstr("hub info datasets/o/n"));
}

TEST(Cards, AreReadAsFarAsTheyAreUnderstood)
{
    const Json facts =
        cardFacts("---\nlicense: mit\ntags: [a, \"b, c\"]\nlist:\n  - one\n  - 'it''s'\n-\nmap:\n  deep:\n"
                  "    - k: v\n      w:\n      - x\ntext: |\n  lines\n  more: lines\nend: \"q\\\"\"\n---\nkey: no");
    EXPECT_EQ(facts["license"], "mit");
    EXPECT_EQ(facts["list"], Json::parse(R"(["one", "it's"])"));
    EXPECT_FALSE(facts.contains("end")) << "a list where a key belongs ends the object";
    EXPECT_EQ(cardFacts("---\nmap:\n  deep:\n    - k: v\n      w:\n      - x\nafter: 1 # remark\n---")["map"]["deep"],
              Json::parse(R"([{"k": "v", "w": ["x"]}])"));
    EXPECT_EQ(cardFacts("---\ntext: |\n  lines\n  more: lines\nend: \"q\\\"\"\n---")["end"], "q\"");
    for (const char* none : {"", "# Title", "---\nnever: ends", "--\na: b\n---"})
        EXPECT_TRUE(cardFacts(none).empty()) << none;
    std::string deep = "---\n";
    for (size_t i = 0; i < 600; ++i)
        deep += std::string(i, ' ') + "k:\n";
    const auto began = std::chrono::steady_clock::now();
    cardFacts(deep + "---\n");
    std::string stars(200, '*'), name(200, 'a');
    EXPECT_EQ(problemOf([&] {
                  setFiles("datasets/o/n", {name + ".csv"},
                           "---\nconfigs:\n- data_files: \"a*a*a*a*a*a*a*a*b\"\n---\n");
              }).substr(0, 3),
              "the");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

} // namespace
} // namespace fettle
