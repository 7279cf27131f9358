// SPDX-License-Identifier: GPL-3.0-or-later
// Ids, offsets and decoded text against Hugging Face tokenizers and SentencePiece (tests/golden/tokenizers/README.md).
#include "core/base/text.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_json.h"
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

namespace
{

/// The folder's tokenizer; "@charsmap" stands for the normalizer that several of them share.
std::shared_ptr<const Tokenizer> loadGolden(const std::string& name)
{
    const auto source = goldenTokenizers() / name;
    if (name == "bert_cased_settings") {
        ModelFolder folder;
        folder.copy("bert_uncased/vocab.txt").write("tokenizer_config.json", R"({"do_lower_case": false})");
        return loadTokenizer(folder.path());
    }
    std::string file = std::filesystem::exists(source / "tokenizer.json") ? slurp(source / "tokenizer.json") : "";
    const std::string mark = "@charsmap";
    const size_t at = file.find(mark);
    if (at == std::string::npos)
        return loadTokenizer(source);
    ModelFolder folder;
    folder.write("tokenizer.json", file.replace(at, mark.size(), slurp(goldenTokenizers() / "charsmap.txt")));
    return loadTokenizer(folder.path());
}

struct Golden {
    const char *name, *kind;
    int32_t vocabulary;
};

void PrintTo(const Golden& golden, std::ostream* out)
{
    *out << golden.name;
}

class GoldenFolder : public testing::TestWithParam<Golden>
{
};

std::string nameOf(const testing::TestParamInfo<Golden>& info)
{
    return info.param.name;
}

} // namespace

TEST_P(GoldenFolder, IsMet)
{
    const auto& [name, kind, vocabulary] = GetParam();
    const auto tokenizer = loadGolden(name);
    EXPECT_EQ(tokenizer->kind(), kind);
    EXPECT_EQ(tokenizer->vocabularySize(), vocabulary);
    checkCases(*tokenizer, name);
    if (std::filesystem::exists(goldenTokenizers() / name / "decode.jsonl"))
        checkDecoding(*tokenizer, name);
    if (std::filesystem::exists(goldenTokenizers() / name / "sweep.tsv"))
        checkSweep(*tokenizer, name);
}

INSTANTIATE_TEST_SUITE_P(
    Tokenizers, GoldenFolder,
    testing::Values(Golden{"gpt2", "byte-level BPE", 50257}, Golden{"bert_uncased", "WordPiece", 30522},
                    Golden{"bert_cased_settings", "WordPiece", 30522}, Golden{"roberta_style", "byte-level BPE", 50265},
                    Golden{"qwen3", "byte-level BPE", 151669}, Golden{"mistral7b", "BPE", 32000},
                    Golden{"mini_added_tokens", "byte-level BPE", 3268},
                    Golden{"mini_roberta_prefix", "byte-level BPE", 3259},
                    Golden{"mini_no_regex_nfc", "byte-level BPE", 3256},
                    Golden{"mini_prefix_space", "byte-level BPE", 3257}, Golden{"json_bpe_llama", "BPE", 4000},
                    Golden{"json_bpe_nfkc", "BPE", 3000}, Golden{"json_unigram_t5", "Unigram", 4100},
                    Golden{"json_unigram_t5_newconv", "Unigram", 4100}, Golden{"json_unigram_xlmr", "Unigram", 6002},
                    Golden{"json_unigram_bytefallback", "Unigram", 3000}, Golden{"pieces_deberta_v2", "Unigram", 401},
                    Golden{"pieces_deberta_v2_settings", "Unigram", 402}, Golden{"pieces_xlm_roberta", "Unigram", 402},
                    Golden{"pieces_camembert", "Unigram", 405}, Golden{"pieces_albert", "Unigram", 400},
                    Golden{"pieces_albert_accents", "Unigram", 400}),
    nameOf);

namespace
{

/// tokenizer.json with the recorded configuration as the part `key`.
Json partFile(const char* key, const json& config)
{
    std::string text = json{{key, config}}.dump();
    const std::string mark = "@charsmap:spm_unigram_t5";
    for (size_t at; (at = text.find(mark)) != std::string::npos;)
        text.replace(at, mark.size(), slurp(goldenTokenizers() / "charsmap.txt"));
    return parseJson(text, "a part");
}

} // namespace

TEST(GoldenComponents, Normalizers)
{
    for (const json& row : jsonLines(goldenTokenizers() / "components" / "normalizers.jsonl")) {
        SCOPED_TRACE(row["config"].dump());
        const TextNormalizer normalizer = readNormalizer(partFile("normalizer", row["config"]), "test");
        for (const json& pair : row["cases"]) {
            const std::string text = pair[0];
            for (const bool wantOrigins : {false, true}) {
                NormalizedText out;
                normalizer.apply(text, 0, wantOrigins, out);
                EXPECT_EQ(std::string(out.text), pair[1].get<std::string>()) << text;
                EXPECT_EQ(out.origins.size(), wantOrigins ? out.text.size() : 0);
            }
        }
    }
}

TEST(GoldenComponents, PreTokenizers)
{
    for (const json& row : jsonLines(goldenTokenizers() / "components" / "pre_tokenizers.jsonl")) {
        SCOPED_TRACE(row["config"].dump());
        const PreTokenizer preTokenizer = readPreTokenizer(partFile("pre_tokenizer", row["config"]), "test");
        for (const json& pair : row["cases"]) {
            const std::string text = pair[0];
            std::vector<uint32_t> origins;
            identityOrigins(text, 0, origins);
            Words words;
            preTokenizer.apply(text, origins.data(), true, words);
            json found = json::array();
            for (const auto& [begin, end] : words.ranges)
                found.push_back(
                    {words.text.substr(begin, end - begin), {words.origins[begin], words.origins[end - 1] + 1}});
            EXPECT_EQ(found, pair[1]) << text;
        }
    }
}

TEST(GoldenComponents, Decoders)
{
    for (const json& row : jsonLines(goldenTokenizers() / "components" / "decoders.jsonl")) {
        SCOPED_TRACE(row["config"].dump());
        const TokenDecoder decoder = readDecoder(partFile("decoder", row["config"]), "test");
        for (const json& pair : row["cases"])
            EXPECT_EQ(decoder.decode(pair[0]), pair[1].get<std::string>()) << pair[0].dump();
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
