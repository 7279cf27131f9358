// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of data share: recorded files, a tokenizer that looks rows up, files in a folder of their own.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/data/row_table.h"
#include "core/tokenizers/tokenizer.h"
#include "tests/support/tree.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>

namespace fettle::datatest
{

inline Json golden(const std::string& name)
{
    return readJson(std::filesystem::path(fettle::test::goldenFolder) / "data" / name);
}

/// A file of tests/golden/cases.
inline std::filesystem::path caseFile(const std::string& name)
{
    return std::filesystem::path(fettle::test::goldenFolder) / "cases" / name;
}

inline std::vector<std::string> texts(const RowTable& table, bool withLineEnd = false)
{
    std::vector<std::string> all;
    for (int64_t i = 0; i < table.size(); ++i)
        all.emplace_back(table.text(i, withLineEnd));
    return all;
}

/// Knows some texts by heart; every other text is its bytes, one id each, 10 + byte.
class LookupTokenizer : public Tokenizer
{
public:
    std::map<std::string, std::vector<int32_t>, std::less<>> known;
    std::vector<int32_t> before, after; ///< special tokens around a row
    SpecialTokens specials;
    std::vector<int32_t> specialIds;
    int32_t vocabulary = 300;
    unsigned unknownFrom = 256; ///< bytes from this one on are specials.unk

    Encoding encode(std::string_view text, bool addSpecialTokens) const override
    {
        Encoding encoding;
        const auto found = known.find(text);
        if (found != known.end()) {
            encoding.ids = found->second;
            if (!addSpecialTokens)
                encoding.ids = {encoding.ids.begin() + static_cast<ptrdiff_t>(before.size()),
                                encoding.ids.end() - static_cast<ptrdiff_t>(after.size())};
            return encoding;
        }
        if (addSpecialTokens)
            encoding.ids = before;
        for (const char c : text)
            encoding.ids.push_back(static_cast<unsigned char>(c) >= unknownFrom ? *specials.unk
                                                                                : 10 + static_cast<unsigned char>(c));
        if (addSpecialTokens)
            encoding.ids.insert(encoding.ids.end(), after.begin(), after.end());
        return encoding;
    }
    std::string decode(std::span<const int32_t> ids, bool) const override
    {
        std::string text;
        for (const int32_t id : ids)
            text.push_back(static_cast<char>(id - 10));
        return text;
    }
    int32_t vocabularySize() const override { return vocabulary; }
    std::string idToToken(int32_t id) const override { return "t" + std::to_string(id); }
    std::optional<int32_t> tokenToId(std::string_view) const override { return {}; }
    bool isSpecial(int32_t id) const override
    {
        return std::find(specialIds.begin(), specialIds.end(), id) != specialIds.end();
    }
    const SpecialTokens& special() const override { return specials; }
    std::string kind() const override { return "lookup"; }
    const std::vector<std::filesystem::path>& files() const override { return m_files; }

private:
    std::vector<std::filesystem::path> m_files;
};

inline std::shared_ptr<LookupTokenizer> bertLike(int32_t cls, int32_t sep, int32_t mask)
{
    auto tokenizer = std::make_shared<LookupTokenizer>();
    tokenizer->before = {cls};
    tokenizer->after = {sep};
    tokenizer->specials.cls = cls;
    tokenizer->specials.sep = sep;
    tokenizer->specials.mask = mask;
    return tokenizer;
}

/// A folder that goes away with the test.
class DataFolder : public ::testing::Test
{
protected:
    void SetUp() override
    {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        folder =
            std::filesystem::temp_directory_path() / ("fettle-data-" + std::to_string(getpid()) + "-" + info->name());
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path write(const std::string& name, const std::string& content) const
    {
        std::ofstream(folder / name, std::ios::binary) << content;
        return folder / name;
    }
    std::filesystem::path folder;
};

/// The message of the Error that `action` throws, with its hint.
template <typename Action>
std::string failure(Action&& action, ErrorCode code = ErrorCode::BadInput)
{
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code);
        return error.message() + " | " + error.hint();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

} // namespace fettle::datatest
