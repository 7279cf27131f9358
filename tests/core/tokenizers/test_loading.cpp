// SPDX-License-Identifier: GPL-3.0-or-later
// Which files make which tokenizer, and what is said about files that make none.
#include "core/base/error.h"
#include "core/tokenizers/tokenizer.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;
using Ids = std::vector<int32_t>;

namespace
{

constexpr const char* kBertWords = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##s\ncat\n.\n";
constexpr const char* kTinyVocabulary = R"({"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "<|endoftext|>": 5, "Ġ": 6})";

/// The error that loading must end in; always BadInput about the model.
std::string loadingError(const ModelFolder& folder)
{
    try {
        loadTokenizer(folder.path());
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_EQ(error.subject(), "model");
        return error.message() + " | " + error.hint();
    }
    ADD_FAILURE() << "it loaded";
    return {};
}

} // namespace

TEST(LoadTokenizer, NamesWhatIsMissing)
{
    ModelFolder folder;
    EXPECT_THAT(loadingError(folder), HasSubstr("no tokenizer in"));
    folder.write("spm.model", "pieces");
    EXPECT_THAT(loadingError(folder),
                HasSubstr("has spm.model but no tokenizer.json, and is not of a model that reads"));
    folder.write("vocab.json", kTinyVocabulary);
    EXPECT_THAT(loadingError(folder), HasSubstr("but no merges.txt"));
    EXPECT_THROW(loadTokenizer(folder.path() / "nothing"), Error);
}

TEST(LoadTokenizer, SaysWhereJsonIsBroken)
{
    ModelFolder folder;
    folder.write("vocab.json", "{\"a\": 0,\n \"b\" 1}").write("merges.txt", "a b\n");
    EXPECT_THAT(loadingError(folder), HasSubstr("vocab.json, line 2, column 6"));
    folder.write("vocab.json", R"({"a": -3})");
    EXPECT_THAT(loadingError(folder), HasSubstr("the token \"a\" has the id -3"));
    folder.write("vocab.json", "[1, 2]");
    EXPECT_THAT(loadingError(folder), HasSubstr("no vocabulary"));
}

TEST(LoadTokenizer, SaysWhichMergeIsWrong)
{
    ModelFolder folder;
    folder.write("vocab.json", kTinyVocabulary).write("merges.txt", "#version: 0.2\na b\nb z\n");
    const std::string unknown = loadingError(folder);
    EXPECT_THAT(unknown, HasSubstr("merges.txt, line 3"));
    EXPECT_THAT(unknown, HasSubstr("\"z\""));
    folder.write("merges.txt", "a b\nabc\n");
    EXPECT_THAT(loadingError(folder), HasSubstr("merges.txt, line 2: \"abc\" is not two tokens"));
}

TEST(LoadTokenizer, ReadsWindowsLineEnds)
{
    ModelFolder bpe;
    bpe.write("vocab.json", kTinyVocabulary).write("merges.txt", "#version: 0.2\r\na b\r\nab c\r\n");
    EXPECT_EQ(loadTokenizer(bpe.path())->encodeIds("abc ab", true), (Ids{4, 6, 3}));
    ModelFolder bert;
    std::string words = kBertWords;
    for (size_t at = 0; (at = words.find('\n', at)) != std::string::npos; at += 2)
        words.replace(at, 1, "\r\n");
    bert.write("vocab.txt", words);
    EXPECT_EQ(loadTokenizer(bert.path())->encodeIds("The cats.", true), (Ids{2, 5, 7, 6, 8, 3}));
}

TEST(LoadTokenizer, TakesTheLastOfEqualTokens)
{
    ModelFolder folder;
    folder.write("vocab.txt", std::string(kBertWords) + "cat"); // no line end at the end either
    const auto tokenizer = loadTokenizer(folder.path());
    EXPECT_EQ(tokenizer->encodeIds("cat", false), Ids{9});
    EXPECT_EQ(tokenizer->vocabularySize(), 10);
    EXPECT_EQ(tokenizer->decode(Ids{7, 9}, false), "cat cat");
}

TEST(LoadTokenizer, KnowsSpecialTokens)
{
    ModelFolder bert;
    bert.write("vocab.txt", kBertWords).write("config.json", R"({"bos_token_id": null, "eos_token_id": [5, 6]})");
    const auto tokenizer = loadTokenizer(bert.path());
    EXPECT_EQ(tokenizer->special().mask, 4);
    EXPECT_EQ(tokenizer->special().pad, 0);
    EXPECT_EQ(tokenizer->special().eos, 5);
    EXPECT_FALSE(tokenizer->special().bos);
    EXPECT_TRUE(tokenizer->isSpecial(2));
    EXPECT_FALSE(tokenizer->isSpecial(7));
    EXPECT_EQ(tokenizer->tokenToId("[MASK]"), 4);
    EXPECT_EQ(tokenizer->tokenToId("dog"), std::nullopt);
    EXPECT_EQ(tokenizer->encodeIds("the [MASK].", true), (Ids{2, 5, 4, 8, 3}));
    ASSERT_EQ(tokenizer->files().size(), 1u);
    EXPECT_EQ(tokenizer->files()[0].filename(), "vocab.txt");

    ModelFolder gpt;
    gpt.write("vocab.json", kTinyVocabulary).write("merges.txt", "a b\n");
    EXPECT_EQ(loadTokenizer(gpt.path())->special().eos, 5);
    gpt.write("special_tokens_map.json", R"({"eos_token": {"content": "c"}, "pad_token": "b"})");
    EXPECT_EQ(loadTokenizer(gpt.path())->special().eos, 2);
    EXPECT_EQ(loadTokenizer(gpt.path())->special().pad, 1);
    gpt.write("tokenizer_config.json", R"({"bos_token": "a", "add_bos_token": true})");
    EXPECT_EQ(loadTokenizer(gpt.path())->encodeIds("bb", true), (Ids{0, 1, 1}));
}

TEST(LoadTokenizer, ARobertaTokenizerHasTheMaskOfItsKind)
{
    ModelFolder roberta;
    roberta.copy("mini_roberta_prefix/tokenizer.json")
        .write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer"})");
    const auto tokenizer = loadTokenizer(roberta.path());
    ASSERT_TRUE(tokenizer->special().mask);
    EXPECT_EQ(tokenizer->idToToken(*tokenizer->special().mask), "<mask>");
    roberta.write("special_tokens_map.json", R"({"mask_token": "</s>"})");
    EXPECT_EQ(loadTokenizer(roberta.path())->special().mask, tokenizer->tokenToId("</s>"));
}

TEST(LoadTokenizer, ReadsAddedTokensOfBothFiles)
{
    ModelFolder folder;
    folder.write("vocab.txt", kBertWords)
        .write("added_tokens.json", R"({"<old>": 20})")
        .write("tokenizer_config.json",
               R"({"added_tokens_decoder": {"21": {"content": "<NEW>", "lstrip": true, "special": true}}})");
    const auto tokenizer = loadTokenizer(folder.path());
    EXPECT_EQ(tokenizer->vocabularySize(), 11); // ids count up from the vocabulary, as in the reference
    const Encoding encoding = tokenizer->encode("the  <NEW><old>", false);
    EXPECT_EQ(encoding.ids, (Ids{5, 10, 9}));
    EXPECT_EQ(encoding.offsets[1], (std::pair<int32_t, int32_t>{3, 10})); // with the spaces it swallowed
    EXPECT_EQ(tokenizer->decode(encoding.ids, true), "the <old>");
}

TEST(LoadTokenizer, LacksNeitherUnknownNorClosingToken)
{
    ModelFolder folder;
    folder.write("vocab.txt", "[CLS]\n[SEP]\nthe\n");
    EXPECT_THAT(loadingError(folder), HasSubstr("[UNK]"));
    folder.write("vocab.txt", "[UNK]\n[CLS]\nthe\n");
    EXPECT_THAT(loadingError(folder), HasSubstr("no [SEP] token"));
    folder.write("vocab.txt", "");
    EXPECT_THAT(loadingError(folder), HasSubstr("empty"));
}

TEST(LoadTokenizer, SaysWhatIsNotSupportedYet)
{
    ModelFolder folder;
    const auto bpeWith = [&](const std::string& more) {
        folder.write("tokenizer.json", R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, )" + more + "}");
        return loadingError(folder);
    };
    folder.write("tokenizer.json", R"({"model": {"type": "Morphemes", "vocab": {"a": 0}}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("the tokenizer type Morphemes is not supported yet"));
    EXPECT_THAT(loadingError(folder), HasSubstr("tokenizer.model"));
    EXPECT_THAT(bpeWith(R"("normalizer": {"type": "Rot13"})"),
                HasSubstr("the normalizer {\"type\":\"Rot13\"} is not supported yet"));
    EXPECT_THAT(bpeWith(R"("pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "UnicodeScripts"}]})"),
                HasSubstr("UnicodeScripts"));
    EXPECT_THAT(bpeWith(R"("pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"})"),
                HasSubstr("the regular expression (a cannot be read: end pattern with unmatched parenthesis"));
    EXPECT_THAT(bpeWith(R"("normalizer": {"type": "Precompiled", "precompiled_charsmap": "!"})"),
                HasSubstr("no Base64"));
    EXPECT_THAT(bpeWith(R"("normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAE="})"),
                HasSubstr("cut short"));
    EXPECT_THAT(bpeWith(R"("decoder": {"type": "Morse"})"), HasSubstr("the decoder {\"type\":\"Morse\"}"));
    folder.write("tokenizer.json", R"({"model": {"type": "BPE", "dropout": 0.1, "vocab": {"a": 0}, "merges": []}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("BPE with the dropout 0.1 is not supported yet"));
    folder.write("tokenizer.json", R"({"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", -1.0]]}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("the unknown token has the id 1, and the vocabulary has 1 tokens"));
    folder.write("tokenizer.json", R"({"model": {"type": "Unigram", "vocab": [["a"]]}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("the token 0 is [\"a\"], not a text and a number"));
    folder.write("tokenizer.json", R"({"model": {"vocab": {"a": 0}, "merges": [["a"]]},
        "pre_tokenizer": {"type": "ByteLevel"}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("merge 1"));
    folder.write("tokenizer.json", R"({"model": {"vocab": {"a": 0}, "merges": []}, "added_tokens": [{}],
        "pre_tokenizer": {"type": "ByteLevel"}})");
    EXPECT_THAT(loadingError(folder), HasSubstr("not as they should be"));
}

TEST(LoadTokenizer, RefusesAFileThatIsNoSentencePieceModel)
{
    ModelFolder folder;
    folder.write("tokenizer.model", "version https://git-lfs.github.com/spec/v1\n");
    EXPECT_THAT(loadingError(folder), HasSubstr("no SentencePiece model"));
}
