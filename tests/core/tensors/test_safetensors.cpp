// SPDX-License-Identifier: GPL-3.0-or-later
// Safetensors: what is written is read back; every fault in a header is named.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/tensors/safetensors.h"
#include "core/tensors/safetensors_header.h"
#include "core/tensors/weights.h"
#include "tests/support/processor_time.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/zeros.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace fettle;
using testing::HasSubstr;

namespace
{

class Safetensors : public testing::Test
{
protected:
    void SetUp() override
    {
        m_folder = std::filesystem::temp_directory_path() / ("fettle-safetensors-" + std::to_string(getpid()));
        std::filesystem::create_directories(m_folder);
        m_file = m_folder / "model.safetensors";
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    void write(const std::string& header, size_t dataBytes)
    {
        std::string bytes(8, '\0');
        for (int i = 0; i < 8; ++i)
            bytes[static_cast<size_t>(i)] = static_cast<char>(header.size() >> (8 * i));
        std::ofstream(m_file, std::ios::binary) << bytes << header << std::string(dataBytes, '\1');
    }
    std::string problem()
    {
        try {
            SafetensorsFile file(m_file);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadInput);
            return error.what();
        }
        return "";
    }
    std::filesystem::path m_folder, m_file;
};

} // namespace

TEST_F(Safetensors, RoundTrip)
{
    const at::Tensor floats = at::arange(6, at::kFloat).view({2, 3}).t(); // not contiguous
    const at::Tensor bytes = at::arange(3, at::kByte);
    const at::Tensor halves = at::arange(4, at::kBFloat16);
    const at::Tensor longs = at::arange(2, at::kLong);
    writeSafetensors(
        m_file, {{"bytes", bytes}, {"half", halves}, {"float", floats}, {"long", longs}, {"empty", at::zeros({0, 4})}},
        {{"note", "x"}});
    SafetensorsFile file(m_file);
    EXPECT_EQ(file.metadata(), (std::map<std::string, std::string>{{"format", "pt"}, {"note", "x"}}));
    EXPECT_EQ(file.tensors().size(), 5u);
    EXPECT_TRUE(at::equal(file.tensor("float"), floats));
    EXPECT_TRUE(at::equal(file.tensor("bytes"), bytes));
    EXPECT_TRUE(at::equal(file.tensor("half"), halves));
    EXPECT_TRUE(at::equal(file.tensor("long"), longs));
    EXPECT_EQ(file.tensor("empty").sizes(), (at::IntArrayRef{0, 4}));
    EXPECT_EQ(file.tensors().at("long").begin, 0u);
    EXPECT_THROW(file.tensor("none"), Error);
    // Nothing but the file is left in the folder.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_folder), {}), 1);
}

TEST_F(Safetensors, AViewOutlivesItsFile)
{
    writeSafetensors(m_file, {{"a", at::arange(6, at::kFloat)}});
    at::Tensor view;
    {
        SafetensorsFile file(m_file);
        view = file.tensor("a");
    }
    EXPECT_EQ(view.sum().item<float>(), 15);
}

TEST_F(Safetensors, UnalignedDataIsCopied)
{
    write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} )", 8); // 57 bytes: the data starts at 65
    EXPECT_EQ(SafetensorsFile(m_file).tensor("a").numel(), 2);
}

TEST_F(Safetensors, FaultsAreNamed)
{
    std::ofstream(m_file) << "abc";
    EXPECT_THAT(problem(), HasSubstr("only 3 bytes"));
    std::ofstream(m_file) << "version https://git-lfs.github.com/spec/v1";
    EXPECT_THAT(problem(), HasSubstr("header claims"));
    write("", 0);
    EXPECT_THAT(problem(), HasSubstr("does not begin with {"));
    write("{]", 0);
    EXPECT_THAT(problem(), HasSubstr("not JSON"));
    write(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
        8);
    EXPECT_THAT(problem(), HasSubstr("\"a\" stands twice"));
    write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4);
    EXPECT_THAT(problem(), HasSubstr("holds 4 bytes"));
    write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 12);
    EXPECT_THAT(problem(), HasSubstr("holds 12 bytes"));
    write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12);
    EXPECT_THAT(problem(), HasSubstr("hole or an overlap at byte 0"));
    write(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
        12);
    EXPECT_THAT(problem(), HasSubstr("hole or an overlap at byte 8"));
    write(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8);
    EXPECT_THAT(problem(), HasSubstr("takes 12 bytes"));
    write(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8);
    EXPECT_THAT(problem(), HasSubstr("holds -2"));
    write(R"({"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})", 8);
    EXPECT_THAT(problem(), HasSubstr("F33"));
    write(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})", 8);
    EXPECT_THAT(problem(), HasSubstr("too big"));
    write(R"({"__metadata__":{"a":1}})", 0);
    EXPECT_THAT(problem(), HasSubstr("not a text"));
}

TEST_F(Safetensors, AHundredThousandTensorsTakeNoTime)
{
    std::string header = "{";
    for (int i = 0; i < 100'000; ++i)
        header += fmt::format(R"({}"layer.{}.weight":{{"dtype":"U8","shape":[1],"data_offsets":[{},{}]}})",
                              i ? "," : "", i, i, i + 1);
    write(header + "}", 100'000);
    const auto open = [&] { EXPECT_EQ(SafetensorsFile(m_file).tensors().size(), 100'000u); };
    // A quarter of a second; two minutes where every name looks at all the others.
    EXPECT_LT(processorSeconds(open), 10);
}

TEST(CheckedMemory, RunningOutIsAnErrorNotTheEnd)
{
    for (const int64_t bytes : {int64_t{1} << 45, int64_t{1} << 62})
        try {
            at::empty({bytes}, at::kByte);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::OutOfResources);
            EXPECT_THAT(error.what(), HasSubstr("not enough memory"));
        }
    EXPECT_EQ(at::zeros({3}).sum().item<float>(), 0);
}

TEST_F(Safetensors, ShardsAreFoundThroughTheIndex)
{
    writeSafetensors(m_folder / "model-00001-of-00002.safetensors", {{"a", at::arange(2, at::kFloat)}});
    writeSafetensors(m_folder / "model-00002-of-00002.safetensors", {{"b", at::arange(3, at::kHalf)}});
    const auto index = m_folder / "model.safetensors.index.json";
    std::ofstream(index)
        << R"({"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}})";
    Weights weights(m_folder);
    EXPECT_EQ(weights.names(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(weights.info("b").dtype, "F16");
    EXPECT_EQ(weights.tensor("b").numel(), 3);
    EXPECT_THROW(weights.tensor("c"), Error);
    std::ofstream(index) << R"({"weight_map":{"c":"model-00001-of-00002.safetensors"}})";
    EXPECT_THROW(Weights{m_folder}, Error);
    std::ofstream(index) << R"({"weight_map":{"a":"../model.safetensors"}})";
    EXPECT_THROW(Weights{m_folder}, Error);
    std::filesystem::remove(index);
    EXPECT_THROW(Weights{m_folder}, Error);
}

TEST_F(Safetensors, WeightsAreSharedOutAsTheHubsLibraryDoes)
{
    // The files are those of huggingface_hub 1.x, split_torch_state_dict_into_shards, for max_shard_size = 40.
    NamedTensors tensors;
    for (const auto& [name, count] : std::initializer_list<std::pair<const char*, int64_t>>{
             {"a", 6}, {"b", 6}, {"big", 11}, {"c", 2}, {"d", 6}, {"e", 2}, {"f", 2}})
        tensors.emplace_back(name, at::arange(count, at::kFloat));
    writeWeights(m_folder, tensors, 40);
    const Json index = readJson(m_folder / kWeightsIndexName);
    EXPECT_EQ(index["metadata"], (Json{{"total_parameters", 35}, {"total_size", 140}}));
    std::map<std::string, std::string> fileOf;
    for (const auto& [name, file] : index["weight_map"].items()) {
        EXPECT_TRUE(isWrittenWeights(file));
        fileOf[name] = file.get<std::string>().substr(6, 14);
    }
    EXPECT_EQ(fileOf, (std::map<std::string, std::string>{{"a", "00001-of-00004"},
                                                          {"b", "00003-of-00004"},
                                                          {"big", "00002-of-00004"},
                                                          {"c", "00003-of-00004"},
                                                          {"d", "00004-of-00004"},
                                                          {"e", "00004-of-00004"},
                                                          {"f", "00004-of-00004"}}));
    const Weights weights(m_folder);
    for (const auto& [name, value] : tensors)
        EXPECT_TRUE(at::equal(weights.tensor(name), value)) << name;

    const std::filesystem::path whole = m_folder / "whole";
    std::filesystem::create_directory(whole);
    writeWeights(whole, tensors, 140);
    EXPECT_EQ(SafetensorsFile(whole / kWeightsName).tensors().size(), 7u);
    EXPECT_FALSE(std::filesystem::exists(whole / kWeightsIndexName));
    EXPECT_FALSE(isWrittenWeights("model-1-of-2.safetensors"));
}

TEST_F(Safetensors, NumbersOfEightBitsAreRefusedByName)
{
    EXPECT_THAT(fp8Error("Tensor a").what(), HasSubstr("fp8 is not supported"));
    for (const char* name : {"F8_E4M3", "F8_E5M2", "F8_E8M0"}) {
        write(fmt::format(R"({{"a":{{"dtype":"{}","shape":[2],"data_offsets":[0,2]}}}})", name), 2);
        EXPECT_THROW(SafetensorsFile(m_file).tensor("a"), Error) << name;
    }
}
