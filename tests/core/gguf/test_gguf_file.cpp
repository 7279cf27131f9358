// SPDX-License-Identifier: GPL-3.0-or-later
// The writer beside files that the real gguf package wrote (tests/golden/gguf).
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/gguf/gguf_file.h"
#include "core/gguf/gguf_values.h"
#include "tests/support/tree.h"

#include <ATen/ops/from_blob.h>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <unistd.h>

using namespace fettle;

namespace
{

fs::path golden(const char* name)
{
    return fs::path(fettle::test::goldenFolder) / "gguf" / name;
}

class GgufFiles : public testing::Test
{
protected:
    void SetUp() override { fs::create_directories(m_root); }
    void TearDown() override { fs::remove_all(m_root); }
    fs::path written(const std::string& bytes) const
    {
        writeFile(m_root / "other.gguf", bytes);
        return m_root / "other.gguf";
    }
    fs::path m_root = fs::temp_directory_path() / ("fettle-gguf-" + std::to_string(::getpid()));
};

/// As record.py's values().
std::vector<float> values(size_t count)
{
    std::vector<float> all;
    for (size_t i = 0; i < count; ++i)
        all.push_back((static_cast<float>((i * 37 + 11) % 101) - 50) / 16);
    return all;
}

const GgufKeys keys{{"general.architecture", std::string("llama")},
                    {"llama.block_count", uint32_t{2}},
                    {"a.negative", int32_t{-7}},
                    {"llama.rope.freq_base", 10000.5F},
                    {"tokenizer.ggml.add_bos_token", true},
                    {"tokenizer.ggml.add_eos_token", false},
                    {"general.name", std::string("tiny \u2581")},
                    {"tokenizer.ggml.tokens", std::vector<std::string>{"<s>", "\u2581a", ""}},
                    {"tokenizer.ggml.scores", std::vector<float>{0, -1.5, -2}},
                    {"tokenizer.ggml.token_type", std::vector<int32_t>{3, 1, 5}}};

const std::vector<GgufTensor> tensors{{"norm.weight", {5}, GgmlType::F32},
                                      {"matrix.weight", {2, 3}, GgmlType::F32},
                                      {"half.weight", {3, 4}, GgmlType::F16},
                                      {"blocks.weight", {2, 64}, GgmlType::Q8_0},
                                      {"brain.weight", {1, 7}, GgmlType::BF16}};

} // namespace

TEST_F(GgufFiles, AreWhatTheRealPackageWrites)
{
    FileWriter writer(m_root / "tiny.gguf");
    std::vector<float> current;
    writeGguf(writer, keys, tensors, [&](size_t index) {
        current = values(tensors[index].count());
        return at::from_blob(current.data(), {static_cast<int64_t>(current.size())}).clone();
    });
    writer.close();
    EXPECT_EQ(readFile(m_root / "tiny.gguf"), readFile(golden("tiny.gguf")));
}

TEST_F(GgufFiles, AreReadBack)
{
    const GgufFile file(golden("tiny.gguf"));
    EXPECT_EQ(file.keys(), keys);
    ASSERT_EQ(file.tensors().size(), tensors.size());
    for (size_t i = 0; i < tensors.size(); ++i) {
        const GgufTensor& there = file.tensors()[i];
        EXPECT_EQ(there.name, tensors[i].name);
        EXPECT_EQ(there.shape, tensors[i].shape);
        EXPECT_EQ(there.type, tensors[i].type);
        std::vector<float> meant = values(tensors[i].count());
        EXPECT_EQ(firstDifference(there.type, file.bytes(i), meant), -1) << there.name;
        meant[3] += 0.5F;
        EXPECT_EQ(firstDifference(there.type, file.bytes(i), meant), 3) << there.name;
    }
}

TEST_F(GgufFiles, AreRefusedWhereTheyAreNotWhole)
{
    const std::string whole = readFile(golden("tiny.gguf"));
    EXPECT_NO_THROW(GgufFile{written(whole)});
    for (const size_t length : {size_t{0}, size_t{3}, size_t{20}, size_t{100}, whole.size() / 2, whole.size() - 1})
        EXPECT_THROW(GgufFile{written(whole.substr(0, length))}, Error) << length;
    EXPECT_THROW(GgufFile{written(whole + std::string(32, '\0'))}, Error);
    std::string other = whole;
    other[4] = 2; // an older version
    EXPECT_THROW(GgufFile{written(other)}, Error);
    other = whole;
    other[whole.find("norm.weight") + 11] = 9; // dimensions
    EXPECT_THROW(GgufFile{written(other)}, Error);
    other = whole;
    std::memset(other.data() + 24, 0xff, 8); // the length of the first key
    EXPECT_THROW(GgufFile{written(other)}, Error);
}

TEST(GgufValues, OfQ8AreRoundedAsTheReference)
{
    const std::string file = readFile(golden("q8_0.bin"));
    std::vector<float> blocks(6 * q8Block);
    const size_t bytes = blocks.size() * sizeof(float);
    std::memcpy(blocks.data(), file.data(), bytes);
    EXPECT_EQ(encoded(GgmlType::Q8_0, blocks), file.substr(bytes));
    EXPECT_EQ(firstDifference(GgmlType::Q8_0, std::string_view(file).substr(bytes), blocks), -1);
}

TEST(GgufValues, ThatATypeCannotHoldAreFound)
{
    const std::vector<float> values{1, 70000, 1e-9F};
    EXPECT_EQ(firstDifference(GgmlType::F16, encoded(GgmlType::F16, values), values), 1);
    EXPECT_EQ(firstDifference(GgmlType::BF16, encoded(GgmlType::BF16, values), values), -1);
    const std::vector<float> nothing{std::numeric_limits<float>::quiet_NaN(), 0, -0.0F};
    for (const GgmlType type : {GgmlType::F32, GgmlType::F16, GgmlType::BF16})
        EXPECT_EQ(firstDifference(type, encoded(type, nothing), nothing), -1);
}
