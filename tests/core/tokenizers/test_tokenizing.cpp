// SPDX-License-Identifier: GPL-3.0-or-later
// What the recordings do not reach: long words, threads, unknown bytes, SentencePiece's extras, pieces for people.
#include "core/base/text.h"
#include "core/tokenizers/bpe_merges.h"
#include "core/tokenizers/readable_pieces.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/unicode.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <atomic>
#include <thread>

using namespace fettle;
using namespace fettle::test;
using Ids = std::vector<int32_t>;
using Offsets = std::vector<std::pair<int32_t, int32_t>>;

namespace
{

std::vector<int32_t> idsOf(const std::vector<BpeSymbol>& word)
{
    std::vector<int32_t> ids;
    for (const BpeSymbol& symbol : word)
        ids.push_back(symbol.id);
    return ids;
}

std::u32string codePointsOf(const std::vector<unicode::NormalCharacter>& characters)
{
    std::u32string text;
    for (const auto& character : characters)
        text.push_back(character.codePoint);
    return text;
}

} // namespace

TEST(BpeMerges, LongWordsAreCutAsShortOnes)
{
    BpeMerges merges;
    merges.insert(0, 0, 1, 10); // aa
    merges.insert(10, 10, 0, 11);
    merges.insert(0, 1, 2, 12);
    merges.insert(12, 10, 3, 13);
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<BpeSymbol> whole, again;
        for (int i = 0; i < 40; ++i)
            whole.push_back({int32_t(random() % 3 == 0), 1});
        // A word of 40 goes the short way; with ten symbols behind it that nothing joins, the long way.
        again = whole;
        for (int i = 0; i < 10; ++i)
            again.push_back({99, 1});
        merges.apply(whole);
        merges.apply(again);
        for (int i = 0; i < 10; ++i)
            whole.push_back({99, 1});
        EXPECT_EQ(idsOf(again), idsOf(whole));
        size_t bytes = 0;
        for (const BpeSymbol& symbol : again)
            bytes += symbol.bytes;
        EXPECT_EQ(bytes, 50u);
    }
}

TEST(Unicode, CanonicalForms)
{
    EXPECT_EQ(codePointsOf(unicode::decompose(U"é각q\u0323\u0307q\u0307\u0323")),
              U"e\u0301\u1100\u1161\u11A8q\u0323\u0307q\u0323\u0307");
    EXPECT_EQ(codePointsOf(unicode::compose(U"e\u0301\u1100\u1161\u11A8q\u0307\u0323\u212B")), U"é각q\u0323\u0307Å");
    EXPECT_EQ(codePointsOf(unicode::compose(U"\u0958")), U"\u0915\u093C"); // excluded from composition
    EXPECT_EQ(unicode::toLower(0x130).second, 0x307u);
    EXPECT_EQ(unicode::toLower(U'Σ').first, U'σ');
}

TEST(Tokenizers, EncodeTheSameFromManyThreads)
{
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "gpt2");
    const std::string text = slurp(goldenTokenizers() / "README.md");
    const Ids expected = tokenizer->encodeIds(text, false);
    EXPECT_EQ(expected, tokenizer->encode(text, false).ids);
    std::vector<std::thread> threads;
    std::atomic<int> equal = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 5; ++round)
                equal += tokenizer->encodeIds(text, false) == expected;
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(equal, 20);
    EXPECT_EQ(tokenizer->decode(expected, false), text);
}

TEST(Tokenizers, WordsOfMegabytes)
{
    const auto tokenizer = loadTokenizer(goldenTokenizers() / "gpt2");
    std::string text;
    for (int i = 0; i < 200'000; ++i)
        text += "abcde"[i % 5];
    const Ids ids = tokenizer->encodeIds(text, false);
    EXPECT_EQ(tokenizer->decode(ids, false), text);
    EXPECT_LT(ids.size(), text.size() / 2);
}

TEST(Tokenizers, EmptyTexts)
{
    const auto gpt2 = loadTokenizer(goldenTokenizers() / "gpt2");
    const auto bert = loadTokenizer(goldenTokenizers() / "bert_uncased");
    const auto llama = loadTokenizer(goldenTokenizers() / "spm_bpe_llama");
    EXPECT_TRUE(gpt2->encode("", true).ids.empty());
    EXPECT_EQ(bert->encode("", true).ids, (Ids{101, 102}));
    EXPECT_EQ(llama->encode("", true).ids, Ids{1});
    for (const auto& tokenizer : {gpt2, bert, llama}) {
        EXPECT_TRUE(tokenizer->encodeIds("", false).empty());
        EXPECT_EQ(tokenizer->decode({}, false), "");
        EXPECT_EQ(tokenizer->idToToken(-1), "");
        EXPECT_EQ(tokenizer->idToToken(9'999'999), "");
        EXPECT_EQ(tokenizer->decode(Ids{-1, 9'999'999}, false), "");
    }
}

TEST(Tokenizers, BytesWithoutATokenAreLeftOutOrUnknown)
{
    ModelFolder folder;
    folder.write("vocab.json", R"({"a": 0, "b": 1, "ab": 2})").write("merges.txt", "a b\n");
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("azb", true), Ids{2});
    folder.write("tokenizer.json",
                 R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"], "unk_token": "ab"},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}})");
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("azz", true), (Ids{0, 2, 2}));
}

TEST(Tokenizers, PiecesAsPeopleReadThem)
{
    const auto gpt2 = loadTokenizer(goldenTokenizers() / "gpt2");
    const auto bert = loadTokenizer(goldenTokenizers() / "bert_uncased");
    const auto llama = loadTokenizer(goldenTokenizers() / "spm_bpe_llama");
    EXPECT_EQ(gpt2->pieceText(*gpt2->tokenToId("Ġthe")), " the");
    EXPECT_EQ(gpt2->pieceText(50256), "<|endoftext|>");
    EXPECT_EQ(gpt2->pieceText(*gpt2->tokenToId("Ċ")), "\n");
    EXPECT_EQ(gpt2->pieceText(*gpt2->tokenToId("Ã")), "\uFFFD");
    EXPECT_EQ(bert->pieceText(*bert->tokenToId("##ing")), "##ing");
    EXPECT_EQ(llama->pieceText(*llama->tokenToId("▁the")), " the");
    EXPECT_EQ(llama->pieceText(*llama->tokenToId("<0x0A>")), "\n");
    EXPECT_EQ(llama->pieceText(*llama->tokenToId("<0xE3>")), "\uFFFD");
    EXPECT_EQ(llama->pieceText(1), "<s>");
}

TEST(Tokenizers, PiecesThatShareACharacterReadAsIt)
{
    const auto gpt2 = loadTokenizer(goldenTokenizers() / "gpt2");
    const auto llama = loadTokenizer(goldenTokenizers() / "spm_bpe_llama");
    const auto read = [](const Tokenizer& tokenizer, const std::string& text) {
        std::string all;
        for (const ReadablePiece& piece : readablePieces(tokenizer, tokenizer.encodeIds(text, false)))
            all += (piece.continues ? "+" : "|") + piece.text;
        return all;
    };
    EXPECT_EQ(read(*gpt2, "\U0001D11Ex"), "|\U0001D11E+\U0001D11E+\U0001D11E|x");
    EXPECT_EQ(read(*llama, "\U0001D11E"), "| |\U0001D11E+\U0001D11E+\U0001D11E+\U0001D11E");
    EXPECT_FALSE(sharesCharacter("", "\xBC"));
    EXPECT_FALSE(sharesCharacter("a", "\xBC"));
    EXPECT_FALSE(sharesCharacter("\xC3\xBC", "\xBC"));
    EXPECT_TRUE(sharesCharacter("a\xE2\x80", "\x99s"));
    EXPECT_FALSE(sharesCharacter("\xC3", "a"));
}

TEST(SentencePiece, PutsBosBeforeAndEosBehindWhereAsked)
{
    ModelFolder folder;
    folder.copy("spm_bpe_llama/tokenizer.model");
    const auto plain = loadTokenizer(folder.path());
    const Ids hello = plain->encodeIds("Hello", false);
    EXPECT_EQ(plain->encodeIds("Hello", true).front(), 1);
    EXPECT_EQ(plain->encodeIds("Hello", true).size(), hello.size() + 1);
    EXPECT_EQ(plain->special().bos, 1);
    EXPECT_EQ(plain->special().eos, 2);
    EXPECT_EQ(plain->special().unk, 0);
    EXPECT_FALSE(plain->special().pad);
    EXPECT_TRUE(plain->isSpecial(2));
    EXPECT_EQ(plain->encode("Hello", true).offsets.front(), (std::pair<int32_t, int32_t>{0, 0}));
    folder.write("tokenizer_config.json", R"({"add_bos_token": false, "add_eos_token": true, "pad_token": "</s>"})");
    const auto other = loadTokenizer(folder.path());
    EXPECT_EQ(other->encodeIds("Hello", true).back(), 2);
    EXPECT_EQ(other->encodeIds("Hello", true).front(), hello.front());
    EXPECT_EQ(other->special().pad, 2);
}

TEST(SentencePiece, FindsAddedTokensInTheText)
{
    ModelFolder folder;
    folder.copy("spm_bpe_llama/tokenizer.model");
    const std::string added = R"("added_tokens_decoder": {"2": {"content": "</s>", "special": true},
        "4000": {"content": "<turn>", "special": false}})";
    folder.write("tokenizer_config.json", "{" + added + "}");
    const auto tokenizer = loadTokenizer(folder.path());
    EXPECT_EQ(tokenizer->vocabularySize(), 4001);
    const int32_t the = *tokenizer->tokenToId("▁the");
    const Encoding encoding = tokenizer->encode("the</s>the<turn>", false);
    EXPECT_EQ(encoding.ids, (Ids{the, 2, the, 4000}));
    EXPECT_EQ(encoding.offsets, (Offsets{{0, 3}, {3, 7}, {7, 10}, {10, 16}}));
    EXPECT_EQ(tokenizer->encodeIds("the</s>the<turn>", false), encoding.ids);
    EXPECT_EQ(tokenizer->decode(encoding.ids, false), "the</s> the<turn>");
    EXPECT_EQ(tokenizer->decode(encoding.ids, true), "the the<turn>");

    folder.write("tokenizer_config.json", R"({"legacy": false, )" + added + "}");
    const auto modern = loadTokenizer(folder.path()); // no space of its own behind an added token
    EXPECT_EQ(modern->encodeIds("the</s>the", false).front(), the);
    EXPECT_NE(modern->encodeIds("the</s>the", false).back(), the);
    EXPECT_EQ(modern->encodeIds("the</s> the", false), (Ids{the, 2, the}));
}
