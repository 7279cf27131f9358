// SPDX-License-Identifier: GPL-3.0-or-later
// Files of torch.save: values come out, nothing in them is run.
#include "core/base/error.h"
#include "core/tensors/safetensors.h"
#include "core/tensors/torch_file.h"
#include "tests/support/tree.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/sum.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sstream>

using namespace fettle;
using ::testing::HasSubstr;
using namespace std::string_literals;

namespace
{

std::string number(uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text.push_back(char((value >> (8 * i)) & 0xFF));
    return text;
}

/// A zip archive with one stored member.
std::string archiveOf(const std::string& name, const std::string& content)
{
    const std::string sizes = number(0, 4) + number(content.size(), 4) + number(content.size(), 4);
    std::string zip = number(0x04034b50, 4) + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + sizes +
                      number(name.size(), 2) + number(0, 2) + name + content;
    const size_t directory = zip.size();
    zip += number(0x02014b50, 4) + number(20, 2) + number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + sizes +
           number(name.size(), 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4) +
           number(0, 4) + name;
    return zip + number(0x06054b50, 4) + number(0, 4) + number(1, 2) + number(1, 2) +
           number(zip.size() - directory, 4) + number(directory, 4) + number(0, 2);
}

class TorchFile : public ::testing::Test
{
protected:
    ~TorchFile() override { std::filesystem::remove(m_file); }

    TorchValue read(const std::string& bytes) const
    {
        std::ofstream(m_file, std::ios::binary) << bytes;
        return readTorchFile(m_file);
    }
    TorchValue readPickle(const std::string& pickle) const { return read(archiveOf("a/data.pkl", pickle)); }
    std::string refusal(const std::string& bytes) const
    {
        try {
            read(bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadInput);
            return error.message() + " | " + error.hint();
        }
        ADD_FAILURE() << "it was read";
        return {};
    }

    std::filesystem::path m_file =
        std::filesystem::temp_directory_path() / ("fettle-torch-" + std::to_string(std::random_device{}()) + ".pt");
};

std::string bytesOf(const char* golden)
{
    std::ifstream stream(std::filesystem::path(fettle::test::goldenFolder) / golden, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}
std::string goldenBytes()
{
    return bytesOf("tensors/optimizer.pt");
}
/// As PyTorch wrote it before 1.6.
std::string legacyBytes()
{
    return bytesOf("models/gpt2_legacy_bin/pytorch_model.bin");
}

/// Reads every element: what is handed out must lie in memory.
double sumOf(const TorchValue& value)
{
    double sum = 0;
    if (const at::Tensor* tensor = value.tensor())
        sum += tensor->to(at::kDouble).sum().item<double>();
    for (const auto& each : value.list() ? *value.list() : TorchValue::List())
        sum += sumOf(each);
    for (const auto& [key, each] : value.dict() ? *value.dict() : TorchValue::Dict())
        sum += sumOf(each);
    return sum;
}

} // namespace

TEST_F(TorchFile, ReadsAnOptimizersState)
{
    const TorchValue saved = read(goldenBytes());
    const TorchValue* states = saved.find("state");
    ASSERT_TRUE(states && states->find(int64_t(1)));
    EXPECT_EQ(states->find(int64_t(0))->find("step")->number(0), 3);
    const at::Tensor expected = at::arange(6, at::kFloat).reshape({2, 3});
    EXPECT_TRUE(at::equal(*states->find(int64_t(0))->find("exp_avg")->tensor(), expected));
    EXPECT_TRUE(at::equal(*states->find(int64_t(1))->find("exp_avg")->tensor(), expected.t()));
    EXPECT_EQ(saved.find("count")->number(0), 1099511627776.0);
    EXPECT_EQ(saved.find("below")->number(0), -7);
    EXPECT_EQ(saved.find("half")->tensor()->to(at::kFloat)[1].item<float>(), -2);
    const TorchValue& group = saved.find("param_groups")->list()->front();
    EXPECT_EQ(group.find("initial_lr")->number(0), 2e-3);
    EXPECT_EQ((*group.find("betas")->list())[1].number(0), 0.999);
    EXPECT_TRUE(group.find("fused")->as<TorchValue::None>());
    EXPECT_EQ(group.find("nothing"), nullptr);
}

TEST_F(TorchFile, WritesWhatItReads)
{
    const at::Tensor matrix = at::arange(6, at::kFloat).reshape({2, 3});
    TorchValue::List numbers, values;
    for (const double number : {0.0, -1.5, 1e-300, std::numeric_limits<double>::infinity()})
        numbers.emplace_back(number);
    for (const int64_t number : {int64_t{0}, int64_t{-7}, int64_t{1} << 31, -(int64_t{1} << 40)})
        values.emplace_back(number);
    values.emplace_back(true);
    values.emplace_back(TorchValue());
    TorchValue::Dict entries;
    entries.emplace_back("words", "läuft");
    entries.emplace_back(int64_t{3}, matrix.t());
    entries.emplace_back("one", at::scalar_tensor(2.5));
    entries.emplace_back("numbers", TorchValue(numbers));
    entries.emplace_back("values", TorchValue(values));
    entries.emplace_back("nothing", TorchValue(TorchValue::Dict()));
    writeTorchFile(m_file, TorchValue(entries));
    const TorchValue saved = readTorchFile(m_file);
    EXPECT_EQ(*saved.find("words")->as<std::string>(), "läuft");
    EXPECT_TRUE(at::equal(*saved.find(int64_t{3})->tensor(), matrix.t()));
    EXPECT_EQ(saved.find("one")->tensor()->dim(), 0);
    EXPECT_EQ(saved.find("one")->number(0), 2.5);
    for (size_t i = 0; i < numbers.size(); ++i)
        EXPECT_EQ((*saved.find("numbers")->list())[i].number(1), numbers[i].number(2));
    const TorchValue::List& read = *saved.find("values")->list();
    ASSERT_EQ(read.size(), values.size());
    for (size_t i = 0; i < 4; ++i)
        EXPECT_EQ(*read[i].as<int64_t>(), *values[i].as<int64_t>());
    EXPECT_TRUE(*read[4].as<bool>());
    EXPECT_TRUE(read[5].as<TorchValue::None>());
    EXPECT_TRUE(saved.find("nothing")->dict()->empty());
}

TEST_F(TorchFile, RunsNothing)
{
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "cos\nsystem\n(X\x02\0\0\0lstR.")), HasSubstr("os.system"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "cbuiltins\neval\n.")), HasSubstr("builtins.eval"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "\x80\x04\x8c\x02os\x8c\x06system\x93.")), // STACK_GLOBAL
                HasSubstr("os.system"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "]}b.")), HasSubstr("an object with attributes")); // BUILD
    EXPECT_THAT(refusal(legacyBytes().substr(0, 15) + "cos\nsystem\n."), HasSubstr("os.system"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "ccollections\nOrderedDict\nK\x01\x85R.")), HasSubstr("a call of"));
}

/// The beginning is what torch 2.13 writes of such a tensor.
TEST_F(TorchFile, TypesThatAreNotSupportedAreNamed)
{
    const auto saved = [](const std::string& type) {
        return archiveOf("a/data.pkl", "\x80\x02}q\0X\x01\0\0\0wq\x01"
                                       "ctorch._utils\n_rebuild_tensor_v3\nq\x02((X\x07\0\0\0storageq\x03"
                                       "ctorch.storage\nUntypedStorage\nq\x04X\x01\0\0\0"
                                       "0q\x05X\x03\0\0\0"
                                       "cpuq\x06K\x04tq\x07QK\0K\x02\x85q\x08K\x01\x85q\x09\x89"
                                       "ccollections\nOrderedDict\nq\x0a)Rq\x0b"s +
                                           type);
    };
    EXPECT_THAT(refusal(saved("ctorch\nuint16\nq\x0ctq\x0dRq\x0es.")),
                HasSubstr("is stored in a type that is not supported (uint16)"));
    EXPECT_THAT(refusal(saved("ctorch\nfloat8_e4m3fn\nq\x0ctq\x0dRq\x0es.")), HasSubstr("fp8 is not supported"));
    EXPECT_THAT(refusal(saved("")), HasSubstr("not supported (unknown)"));
    EXPECT_THAT(refusal(saved("ctorch\nfloat8")), HasSubstr("fp8 is not supported")); // cut off
}

TEST_F(TorchFile, DamagedFilesAreRefused)
{
    const std::string whole = goldenBytes();
    EXPECT_THAT(refusal(""), HasSubstr("no whole file of torch.save"));
    EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("no whole file of torch.save"));
    EXPECT_THAT(refusal(archiveOf("a/other", "x")), HasSubstr("no file of torch.save"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", "K")), HasSubstr("damaged"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", std::string(3000, '\x85'))), HasSubstr("damaged"));
    EXPECT_THAT(refusal(archiveOf("a/data.pkl", ")" + std::string(3000, '\x85') + ".")), HasSubstr("damaged")); // depth
}

TEST_F(TorchFile, TheFormatOfBeforePyTorch16IsRead)
{
    const TorchValue saved = read(legacyBytes());
    const SafetensorsFile same(std::filesystem::path(fettle::test::goldenFolder) /
                               "models/gpt2_hub_keys/model.safetensors");
    EXPECT_EQ(saved.dict()->size(), same.tensors().size());
    for (const auto& [name, info] : same.tensors()) {
        ASSERT_TRUE(saved.find(name)) << name;
        EXPECT_TRUE(at::equal(*saved.find(name)->tensor(), same.tensor(name))) << name;
    }
    std::string cut = legacyBytes();
    cut.resize(cut.size() - 1);
    EXPECT_THAT(refusal(cut), HasSubstr("a part of it is missing"));
}

TEST_F(TorchFile, AnyByteAnywhereIsReadOrRefused)
{
    std::mt19937 random(7);
    for (const std::string& whole : {goldenBytes(), legacyBytes().substr(0, 9000), legacyBytes()})
        for (int round = 0; round < 1000; ++round) {
            std::string bytes = whole;
            for (int i = 0; i < 3; ++i)
                bytes[random() % std::min<size_t>(bytes.size(), 9000)] = char(random());
            bytes.resize(random() % 4 == 0 ? random() % bytes.size() : bytes.size());
            try {
                sumOf(read(bytes));
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::BadInput);
            }
        }
}
