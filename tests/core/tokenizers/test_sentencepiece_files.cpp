// SPDX-License-Identifier: GPL-3.0-or-later
// SentencePiece files that a class of transformers reads without a tokenizer.json: which one speaks, and what is said
// of files that are none. The answers of whole models are in test_golden.cpp.
#include "core/base/error.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "tests/core/tokenizers/tokenizer_test_support.h"

#include <bit>
#include <cmath>
#include <gmock/gmock.h>
#include <random>

using namespace fettle;
using namespace fettle::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Ids = std::vector<int32_t>;

namespace
{

std::string varint(uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes.push_back(char(value | 0x80));
    bytes.push_back(char(value));
    return bytes;
}

std::string fieldOf(int field, uint64_t value)
{
    return varint(uint64_t(field) << 3) + varint(value);
}

std::string messageOf(int field, const std::string& bytes)
{
    return varint(uint64_t(field) << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string pieceOf(const std::string& text, float score, uint64_t type = 1)
{
    std::string bytes = messageOf(1, text) + varint(2 << 3 | 5);
    const auto bits = std::bit_cast<uint32_t>(score);
    for (int i = 0; i < 4; ++i)
        bytes.push_back(char(bits >> (8 * i)));
    return messageOf(1, bytes + fieldOf(3, type));
}

constexpr const char* kUnigramTrainer = "\x18\x01"; ///< model_type of the trainer

/// With the trainer's and the normalizer's settings behind the pieces.
std::string modelOf(const std::string& pieces, const std::string& trainer = kUnigramTrainer)
{
    return pieces + messageOf(2, trainer) + messageOf(3, "");
}

std::string debertaPieces()
{
    return pieceOf("[PAD]", 0, 3) + pieceOf("[CLS]", 0, 3) + pieceOf("[SEP]", 0, 3) + pieceOf("[UNK]", 0, 2) +
           pieceOf("\u2581the", -2) + pieceOf("\u2581", -3) + pieceOf("cat", -4) + pieceOf("s", -5);
}

std::string fairseqPieces()
{
    return pieceOf("<unk>", 0, 2) + pieceOf("<s>", 0, 3) + pieceOf("</s>", 0, 3) + pieceOf("\u2581the", -2) +
           pieceOf("\u2581", -3) + pieceOf("cat", -4);
}

struct Pieces : ModelFolder {
    Pieces(const std::string& name, const std::string& model, const std::string& modelType, int vocabulary = 100)
    {
        write(name, model);
        write("config.json",
              "{\"model_type\": \"" + modelType + "\", \"vocab_size\": " + std::to_string(vocabulary) + "}");
    }
};

/// The error that loading must end in; always BadInput about the model, with a way out.
std::string complaintAbout(const ModelFolder& folder)
{
    try {
        loadTokenizer(folder.path());
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_EQ(error.subject(), "model");
        EXPECT_NE(error.hint(), "");
        return error.message() + " | " + error.hint();
    }
    ADD_FAILURE() << "it loaded";
    return {};
}

} // namespace

TEST(SentencePieceFiles, PiecesKeepTheirIdsInDebertaV2)
{
    const Pieces folder("spm.model", modelOf(debertaPieces(), kUnigramTrainer + fieldOf(40, 3)), "deberta-v2");
    const TokenizerChoice choice = chooseTokenizer(folder.path());
    EXPECT_EQ(choice.name(), "Unigram");
    EXPECT_EQ(choice.file.filename(), "spm.model");
    const auto tokenizer = loadTokenizer(folder.path());
    EXPECT_EQ(tokenizer->encodeIds("the cats [MASK]the x", true), (Ids{1, 4, 5, 6, 7, 8, 4, 5, 3, 2}));
    EXPECT_EQ(tokenizer->special().mask, 8);
    EXPECT_EQ(tokenizer->vocabularySize(), 9);
    EXPECT_EQ(tokenizer->notices(), std::vector<std::string>());
    ASSERT_EQ(tokenizer->files().size(), 1u); // carried along
    EXPECT_EQ(tokenizer->files()[0].filename(), "spm.model");
}

TEST(SentencePieceFiles, FairseqCountsItsOwnTokensFirst)
{
    const Pieces xlm("sentencepiece.bpe.model", modelOf(fairseqPieces()), "xlm-roberta");
    const auto tokenizer = loadTokenizer(xlm.path());
    EXPECT_EQ(tokenizer->encodeIds("the cat<mask><pad>", true), (Ids{0, 4, 5, 6, 7, 1, 2}));
    const Pieces camembert("sentencepiece.bpe.model", modelOf(fairseqPieces()), "camembert");
    const auto other = loadTokenizer(camembert.path());
    EXPECT_EQ(other->encodeIds("the cat <mask><pad>", true), (Ids{5, 7, 8, 9, 10, 1, 6})); // it swallows the space
    EXPECT_EQ(other->idToToken(0), "<s>NOTUSED");
}

TEST(SentencePieceFiles, TheClassDecidesWhichFileSpeaks)
{
    Pieces folder("spm.model", modelOf(debertaPieces()), "deberta-v2");
    folder.write("vocab.txt", "[UNK]\nthe\n").write("spiece.model", "no model");
    EXPECT_EQ(chooseTokenizer(folder.path()).file.filename(), "spm.model");
    folder.write("tokenizer.model", modelOf(debertaPieces() + pieceOf("cats", -1)));
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("cats", false), (Ids{5, 8})); // one by any class
    folder.write("tokenizer.json", R"({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["[UNK]", 0], ["[CLS]", 0],
        ["[SEP]", 0], ["▁cats", -1]]}})");
    EXPECT_EQ(chooseTokenizer(folder.path()).file.filename(), "tokenizer.json");
    EXPECT_EQ(loadTokenizer(folder.path())->encodeIds("cats", true), (Ids{1, 3, 2}));
}

TEST(SentencePieceFiles, ATrainersOtherModelIsReadAsUnigramAndSaid)
{
    const std::string model = modelOf(fairseqPieces(), "\x18\x02");
    const Pieces folder("sentencepiece.bpe.model", model, "xlm-roberta");
    EXPECT_THAT(loadTokenizer(folder.path())->notices(), ElementsAre(HasSubstr("was not trained as a Unigram model")));
    const Pieces camembert("sentencepiece.bpe.model", model, "camembert");
    EXPECT_THAT(complaintAbout(camembert), HasSubstr("sentencepiece.bpe.model was not trained as a Unigram model"));
}

TEST(SentencePieceFiles, AFolderOfNoSuchModelIsRefusedByName)
{
    const Pieces gpt("spm.model", modelOf(debertaPieces()), "gpt2");
    EXPECT_THAT(complaintAbout(gpt),
                HasSubstr("has spm.model but no tokenizer.json, and is not of a model that reads"));
    const Pieces deberta("spiece.model", modelOf(debertaPieces()), "deberta-v2");
    EXPECT_THAT(complaintAbout(deberta), HasSubstr("has spiece.model but no tokenizer.json"));
    ModelFolder bare;
    bare.write("sentencepiece.bpe.model", modelOf(fairseqPieces()));
    EXPECT_THAT(complaintAbout(bare), HasSubstr("tokenizer_class in tokenizer_config.json names it"));
    bare.write("tokenizer_config.json", R"({"tokenizer_class": "CamembertTokenizer"})");
    EXPECT_EQ(loadTokenizer(bare.path())->encodeIds("the", false), Ids{7});
}

/// Wherever the file is cut.
TEST(SentencePieceFiles, ACutFileIsNoModel)
{
    const std::string whole = modelOf(debertaPieces());
    for (size_t length = 0; length < whole.size(); ++length) {
        const Pieces folder("spm.model", whole.substr(0, length), "deberta-v2");
        const std::string error = complaintAbout(folder);
        EXPECT_THAT(error, HasSubstr("spm.model")) << length;
        EXPECT_THAT(error, HasSubstr("fetch it anew")) << length;
    }
    const Pieces pointer("spm.model", "version https://git-lfs.github.com/spec/v1\n", "deberta-v2");
    EXPECT_THAT(complaintAbout(pointer), HasSubstr("spm.model is no SentencePiece model"));
}

TEST(SentencePieceFiles, DamagedPiecesAreNamed)
{
    const auto errorOf = [](const std::string& more, const std::string& trainer = kUnigramTrainer,
                            int vocabulary = 100) {
        return complaintAbout(Pieces("spm.model", modelOf(debertaPieces() + more, trainer), "deberta-v2", vocabulary));
    };
    EXPECT_THAT(errorOf(pieceOf("a", -1, 7)), HasSubstr("the piece 8 (a) is of the type 7"));
    EXPECT_THAT(errorOf(pieceOf("a", NAN)), HasSubstr("the piece 8 (a) has the score nan"));
    EXPECT_THAT(errorOf(pieceOf("\xFF", -1)), HasSubstr("the piece 8"));
    EXPECT_THAT(errorOf("", kUnigramTrainer + fieldOf(40, 3), 7),
                HasSubstr("spm.model makes 8 tokens, and config.json's vocab_size is 7"));
    EXPECT_THAT(complaintAbout(
                    Pieces("spm.model", modelOf(fairseqPieces(), kUnigramTrainer + fieldOf(40, 9)), "deberta-v2", 6)),
                HasSubstr("the template names [CLS], which is no token"));
    const Pieces unknown("spm.model", modelOf(fairseqPieces(), kUnigramTrainer + fieldOf(40, 9)), "deberta-v2");
    EXPECT_THAT(complaintAbout(unknown), HasSubstr("the unknown token has the id 9, and the vocabulary has 6 tokens"));
}

/// One byte of it is another: an error of our own, or a model that works.
TEST(SentencePieceFiles, ADamagedFileIsRefusedOrAnotherModel)
{
    const std::string recorded = slurp(goldenTokenizers() / "pieces_xlm_roberta" / "sentencepiece.bpe.model");
    std::mt19937 draw(1);
    int refused = 0, opened = 0;
    const auto tryWith = [&](std::string model, size_t at, char byte, const char* name, const char* modelType) {
        model[at] = byte;
        const Pieces folder(name, model, modelType, 1000);
        try {
            const auto tokenizer = loadTokenizer(folder.path());
            const Ids ids = tokenizer->encodeIds("the cats \u00BD [MASK]<mask>\n", true);
            EXPECT_EQ(tokenizer->encode("the cats \u00BD [MASK]<mask>\n", true).ids, ids);
            tokenizer->decode(ids, false);
            ++opened;
        } catch (const Error& error) {
            EXPECT_EQ(error.subject(), "model");
            ++refused;
        }
    };
    const std::string small = modelOf(debertaPieces());
    for (size_t at = 0; at < small.size(); ++at)
        for (const char byte : {'\0', '\xFF', char(small[at] + 1), char(small[at] ^ '\x80')})
            tryWith(small, at, byte, "spm.model", "deberta-v2");
    for (int i = 0; i < 200; ++i)
        tryWith(recorded, draw() % recorded.size(), char(draw()), "sentencepiece.bpe.model", "xlm-roberta");
    EXPECT_GT(refused, 200);
    EXPECT_GT(opened, 100);
}
