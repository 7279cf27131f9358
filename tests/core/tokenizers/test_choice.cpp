// SPDX-License-Identifier: GPL-3.0-or-later
// Several vocabularies in one folder: tokenizer.json rules, what is not heard is said; added tokens of every file.
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Ids = std::vector<int32_t>;

namespace
{

constexpr const char* kByteLevelJson = R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "A": 3},
    "merges": ["a b"]}, "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
    "added_tokens": [{"id": 4, "content": "<end>", "special": true}]})";

constexpr const char* kWordPieceJson = R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2,
    "The": 3, "the": 4, "##s": 5}}, "normalizer": {"type": "BertNormalizer", "lowercase": false},
    "pre_tokenizer": {"type": "BertPreTokenizer"}})";

constexpr const char* kLlamaJson =
    R"({"model": {"type": "BPE", "byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>",
    "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3, "a": 4, "b": 5, "▁a": 6, "<0x0A>": 7, "▁▁": 8},
    "merges": ["▁ a", "▁ ▁"]},
    "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
    "added_tokens": [{"content": "<s>", "special": true}, {"content": "</s>", "special": true}]})";

} // namespace

TEST(TokenizerChoice, TokenizerJsonRulesBesideOlderFiles)
{
    ModelFolder folder;
    folder.write("tokenizer.json", kByteLevelJson).write("vocab.json", R"({"a": 1, "b": 0, "ab": 2, "A": 3})");
    folder.write("merges.txt", "b a\n");
    const TokenizerChoice choice = chooseTokenizer(folder.path());
    EXPECT_EQ(choice.name(), "byte-level BPE");
    EXPECT_EQ(choice.file.filename(), "tokenizer.json");
    EXPECT_THAT(choice.notices, ElementsAre(HasSubstr("vocab.json says otherwise"), HasSubstr("merges.txt says")));
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("ab<end>Ab", false), (Ids{2, 4, 2}));

    folder.write("vocab.json", R"({"a": 0, "b": 1, "ab": 2, "A": 3, "<end>": 4})").write("merges.txt", "a b\n");
    EXPECT_THAT(chooseTokenizer(folder.path()).notices, IsEmpty());
    folder.write("vocab.json", "{broken");
    EXPECT_THAT(chooseTokenizer(folder.path()).notices, ElementsAre(HasSubstr("cannot be read")));
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("ab", false), Ids{2});
}

TEST(TokenizerChoice, TokenizerJsonRulesBesideVocabTxtAndSentencePiece)
{
    ModelFolder bert;
    bert.write("tokenizer.json", kWordPieceJson).write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nthe\nThe\n##s\n");
    EXPECT_THAT(chooseTokenizer(bert.path()).notices, ElementsAre(HasSubstr("vocab.txt says otherwise")));
    EXPECT_EQ(loadTokenizer(bert.path())->encodeIds("The thes", true), (Ids{3, 4, 5})); // no post-processor in the file

    ModelFolder llama;
    llama.copy("spm_bpe_llama/tokenizer.model").write("tokenizer.json", kLlamaJson);
    EXPECT_EQ(chooseTokenizer(llama.path()).name(), "BPE");
    EXPECT_EQ(loadTokenizer(llama.path())->encodeIds("a a\n", true), (Ids{6, 6, 7}));
    EXPECT_EQ(loadTokenizer(llama.path())->vocabularySize(), 9);
}

/// transformers' own classes take vocabulary and merges out of tokenizer.json and build the rest themselves.
TEST(TokenizerChoice, ClassesOfTransformersBuildTheirOwnPipeline)
{
    ModelFolder gpt;
    gpt.write("tokenizer.json", kByteLevelJson).write("config.json", R"({"model_type": "gpt2"})");
    EXPECT_EQ(loadTokenizer(gpt.path())->encodeIds("Ab", false), (Ids{3, 1})); // GPT2Tokenizer never lowers
    gpt.write("tokenizer_config.json", R"({"tokenizer_class": "PreTrainedTokenizerFast"})");
    EXPECT_EQ(loadTokenizer(gpt.path())->encodeIds("Ab", false), Ids{2});

    ModelFolder bert;
    bert.write("tokenizer.json", kWordPieceJson).write("config.json", R"({"model_type": "bert"})");
    EXPECT_EQ(loadTokenizer(bert.path())->encodeIds("The", true), (Ids{1, 4, 2}));
    bert.write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizerFast", "do_lower_case": false})");
    EXPECT_EQ(loadTokenizer(bert.path())->encodeIds("The", true), (Ids{1, 3, 2}));

    ModelFolder llama;
    llama.write("tokenizer.json", kLlamaJson);
    EXPECT_EQ(loadTokenizer(llama.path())->encodeIds(" a</s>a", false), (Ids{3, 6, 2, 6}));
    llama.write("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer"})");
    EXPECT_EQ(loadTokenizer(llama.path())->encodeIds(" a</s>a", false), (Ids{6, 2, 4}));
    llama.write("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer", "legacy": true})");
    EXPECT_EQ(loadTokenizer(llama.path())->encodeIds(" a</s>a", false), (Ids{6, 2, 6}));
}

TEST(TokenizerChoice, TokenizersTrainedWithWordsAndCharacters)
{
    ModelFolder folder;
    folder.write("tokenizer.json", R"({"model": {"type": "BPE", "unk_token": "[UNK]", "fuse_unk": false,
        "vocab": {"[UNK]": 0, "a": 1, "b": 2, "ab": 3, ".": 4}, "merges": [["a", "b"]]},
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Lowercase"},
            {"type": "StripAccents"}]},
        "pre_tokenizer": {"type": "Whitespace"}})");
    const auto tokenizer = loadTokenizer(folder.path());
    const Encoding encoding = tokenizer->encode("ÁB a. zz", false);
    EXPECT_EQ(encoding.ids, (Ids{3, 1, 4, 0, 0}));
    EXPECT_EQ(encoding.offsets[0], (std::pair<int32_t, int32_t>{0, 2}));
    EXPECT_EQ(encoding.offsets[4], (std::pair<int32_t, int32_t>{7, 8}));
    EXPECT_EQ(tokenizer->encodeIds("ÁB a. zz", false), encoding.ids);
}

TEST(TokenizerChoice, AddedTokensOfEveryFileAreFound)
{
    ModelFolder folder;
    folder.copy("spm_bpe_llama/tokenizer.model");
    const auto bare = loadTokenizer(folder.path());
    EXPECT_EQ(bare->encodeIds("a</s>", false).back(), 2); // a control piece of the model itself
    EXPECT_EQ(bare->encodeIds("<s>a", false).front(), 1);

    folder.write("special_tokens_map.json", R"({"pad_token": {"content": "<pad>"},
        "additional_special_tokens": ["<|user|>", "<|bot|>"]})");
    folder.write("added_tokens.json", R"({"<extra>": 4000})");
    const auto tokenizer = loadTokenizer(folder.path());
    const Ids ids = tokenizer->encodeIds("<|user|><|bot|><pad><extra><unk>", false);
    EXPECT_EQ(ids, (Ids{*tokenizer->tokenToId("<|user|>"), *tokenizer->tokenToId("<|bot|>"),
                        *tokenizer->tokenToId("<pad>"), 4000, 0}));
    EXPECT_EQ(tokenizer->special().pad, tokenizer->tokenToId("<pad>"));
    EXPECT_TRUE(tokenizer->isSpecial(*tokenizer->tokenToId("<|user|>")));
}

/// One word of megabytes: cut where no token can lie, to the same ids as line by line.
TEST(TokenizerChoice, LongLinesKeepTheirIds)
{
    std::string line, once;
    for (int i = 0; line.size() < 400'000; ++i)
        line += (i > 0 ? " word" : "word") + std::to_string(i % 997);
    for (const char* config : {"{}", R"({"tokenizer_class": "LlamaTokenizer"})"}) {
        ModelFolder folder;
        folder.copy("spm_bpe_llama/tokenizer.model").write("tokenizer_config.json", config);
        const auto tokenizer = loadTokenizer(folder.path());
        EXPECT_EQ(tokenizer->encodeIds(line, true), tokenizer->encode(line, true).ids) << config;
    }
}

/// As transformers 5.24 counts: bos, eos, unk, sep, pad, cls, mask, then other names, then lists.
TEST(TokenizerChoice, TokensThatNoVocabularyHasCountUpInOrder)
{
    ModelFolder bert;
    bert.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nthe\na\n")
        .write("config.json", R"({"model_type": "bert", "vocab_size": 60})")
        .write("tokenizer_config.json",
               R"({"additional_special_tokens": ["<x>"], "mask_token": "<m>", "foo_token": "<foo>"})");
    const auto tokenizer = loadTokenizer(bert.path());
    EXPECT_EQ(tokenizer->encodeIds("[PAD]<m><foo><x>", false), (Ids{5, 6, 7, 8}));
    // Where tokenizer_config.json lists its tokens, special_tokens_map.json is not heard.
    bert.write("special_tokens_map.json", R"({"pad_token": "<p>"})");
    EXPECT_EQ(loadTokenizer(bert.path())->special().pad, 5);
    EXPECT_EQ(loadTokenizer(bert.path())->tokenToId("<p>"), 5);
    bert.write("tokenizer_config.json", R"({"added_tokens_decoder": {"9": {"content": "<x>"}}})");
    EXPECT_EQ(loadTokenizer(bert.path())->tokenToId("<p>"), std::nullopt);
}
