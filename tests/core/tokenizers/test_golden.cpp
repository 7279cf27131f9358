// SPDX-License-Identifier: GPL-3.0-or-later
// Ids, offsets and decoded text against Hugging Face tokenizers and SentencePiece (tests/golden/tokenizers/README.md).
#include "core/base/text.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/word_splitter.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <functional>

using namespace fettle;
using namespace fettle::test;
using nlohmann::json;
using Ids = std::vector<int32_t>;
using Offsets = std::vector<std::pair<int32_t, int32_t>>;

namespace
{

void checkCases(const Tokenizer& tokenizer, const std::string& name,
                const std::function<bool(const std::string&)>& wanted = {})
{
    for (const json& row : jsonLines(goldenTokenizers() / name / "cases.jsonl")) {
        const std::string text = row["text"];
        if (wanted && !wanted(text))
            continue;
        SCOPED_TRACE(name + ": " + text);
        const Ids ids = row["ids"];
        const Encoding encoding = tokenizer.encode(text, row["special"]);
        EXPECT_EQ(encoding.ids, ids);
        EXPECT_EQ(encoding.offsets, row["offsets"].get<Offsets>());
        EXPECT_EQ(tokenizer.encodeIds(text, row["special"]), ids);
        EXPECT_EQ(tokenizer.decode(ids, false), row["kept"].get<std::string>());
        EXPECT_EQ(tokenizer.decode(ids, true), row.value("skipped", row["kept"].get<std::string>()));
    }
}

void checkDecoding(const Tokenizer& tokenizer, const std::string& name)
{
    for (const json& row : jsonLines(goldenTokenizers() / name / "decode.jsonl")) {
        SCOPED_TRACE(name + ": " + row["ids"].dump());
        EXPECT_EQ(tokenizer.decode(row["ids"].get<Ids>(), row["skip_special_tokens"]),
                  row["decoded"].get<std::string>());
    }
}

/// FNV-1a over numbers of 4 bytes.
struct Fnv {
    uint64_t value = 0xcbf29ce484222325ull;

    void add(int32_t number)
    {
        for (int i = 0; i < 4; ++i)
            value = (value ^ ((uint32_t(number) >> (8 * i)) & 0xFF)) * 0x100000001b3ull;
    }
    std::string digits(size_t count) const
    {
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
        return std::string(text).substr(0, count);
    }
};

/// Every code point there is, in a word, behind a space and doubled.
void checkSweep(const Tokenizer& tokenizer, const std::string& name)
{
    for (const std::string& line : split(slurp(goldenTokenizers() / name / "sweep.tsv"), '\n')) {
        const std::vector<std::string> cells = split(line, '\t');
        if (cells.size() < 4)
            continue;
        const char32_t first = char32_t(std::stoul(cells[0], nullptr, 16));
        Fnv ids, offsets;
        size_t tokens = 0;
        for (char32_t c = first; c < first + 256; ++c) {
            if (c >= 0xD800 && c < 0xE000)
                continue;
            const Encoding encoding = tokenizer.encode(encodeUtf8(std::u32string{'a', c, 'b', ' ', c, c, '1'}), false);
            tokens += encoding.ids.size();
            for (const int32_t id : encoding.ids)
                ids.add(id);
            for (const auto& [begin, end] : encoding.offsets) {
                offsets.add(begin);
                offsets.add(end);
            }
        }
        EXPECT_EQ(std::to_string(tokens), cells[1]) << cells[0];
        EXPECT_EQ(ids.digits(cells[2].size()), cells[2]) << cells[0];
        EXPECT_EQ(offsets.digits(cells[3].size()), cells[3]) << cells[0];
    }
}

} // namespace

TEST(GoldenTokenizers, Gpt2)
{
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "gpt2");
    EXPECT_EQ(tokenizer->kind(), "byte-level BPE");
    EXPECT_EQ(tokenizer->vocabularySize(), 50257);
    checkCases(*tokenizer, "gpt2");
    checkDecoding(*tokenizer, "gpt2");
    checkSweep(*tokenizer, "gpt2");
}

TEST(GoldenTokenizers, BertUncased)
{
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "bert_uncased");
    EXPECT_EQ(tokenizer->kind(), "WordPiece");
    EXPECT_EQ(tokenizer->vocabularySize(), 30522);
    checkCases(*tokenizer, "bert_uncased");
    checkDecoding(*tokenizer, "bert_uncased");
    checkSweep(*tokenizer, "bert_uncased");
}

TEST(GoldenTokenizers, BertThatKeepsCase)
{
    ModelFolder folder;
    folder.copy("bert_uncased/vocab.txt").write("tokenizer_config.json", R"({"do_lower_case": false})");
    const auto tokenizer = loadTokenizer(folder.path());
    checkCases(*tokenizer, "bert_cased_settings");
    checkDecoding(*tokenizer, "bert_cased_settings");
}

TEST(GoldenTokenizers, TokenizerJson)
{
    for (const char* name : {"mini_added_tokens", "mini_roberta_prefix", "mini_no_regex_nfc"}) {
        const auto tokenizer = loadTokenizer(goldenTokenizers() / name);
        checkCases(*tokenizer, name);
        checkDecoding(*tokenizer, name);
    }
}

TEST(GoldenTokenizers, SentencePiece)
{
    for (const char* name : {"spm_bpe_llama", "spm_unigram_bytefallback"}) {
        const auto tokenizer = loadTokenizer(goldenTokenizers() / name);
        EXPECT_EQ(tokenizer->kind(), "SentencePiece");
        // SentencePiece itself cuts special tokens in a text into letters; a tokenizer finds them.
        checkCases(*tokenizer, name, [](const std::string& text) {
            return text.find("<s>") == text.npos && text.find("</s>") == text.npos && text.find("<unk>") == text.npos;
        });
    }
}

TEST(GoldenTokenizers, BpeWithByteFallback)
{
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "json_bpe_llama");
    EXPECT_EQ(tokenizer->kind(), "BPE");
    EXPECT_EQ(tokenizer->vocabularySize(), 4000);
    checkCases(*tokenizer, "json_bpe_llama");
    checkDecoding(*tokenizer, "json_bpe_llama");
}

TEST(GoldenTokenizers, WordsOfTheRegularExpressions)
{
    for (const json& row : jsonLines(goldenTokenizers() / "splits.jsonl")) {
        const std::string name = row["pattern"], text = row["text"];
        const SplitPattern pattern = name == "gpt2"     ? SplitPattern::Gpt2
                                     : name == "llama3" ? SplitPattern::Llama3
                                                        : SplitPattern::SingleDigits;
        std::vector<std::string> words;
        for (size_t at = 0, end; at < text.size(); at = end) {
            end = wordEnd(pattern, text, at);
            ASSERT_GT(end, at);
            words.push_back(text.substr(at, end - at));
        }
        EXPECT_EQ(words, row["words"].get<std::vector<std::string>>()) << name << ": " << text;
    }
}
