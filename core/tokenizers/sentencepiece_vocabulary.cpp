// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/sentencepiece_vocabulary.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr const char* kFetchAnew = "The file may be cut short or damaged; fetch it anew.";

/// What is no text or no number would make a vocabulary that nobody trained.
void requireWhole(const SentencePieceModel& model, TokenizerClass builtAs, const std::string& source)
{
    if (!model.hasTrainer || !model.hasNormalizer) // they stand behind the pieces
        throw badInput(fmt::format("{} ends behind its {} pieces, before the trainer's and the normalizer's settings",
                                   source, model.pieces.size()),
                       kFetchAnew, "model");
    // Its class takes the type of the file, and has no other model.
    if (builtAs == TokenizerClass::Camembert && model.algorithm != SentencePieceModel::Algorithm::Unigram)
        throw badInput(fmt::format("{} was not trained as a Unigram model, and CamembertTokenizer is one", source),
                       "Name the class that the file was made for as tokenizer_class in tokenizer_config.json, or save "
                       "the tokenizer as tokenizer.json.",
                       "model");
    for (size_t id = 0; id < model.pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model.pieces[id];
        if (toValidUtf8(piece.text) != piece.text)
            throw badInput(fmt::format("{}: the piece {} ({}) is no UTF-8", source, id, shown(piece.text)), kFetchAnew,
                           "model");
        if (!std::isfinite(piece.score))
            throw badInput(
                fmt::format("{}: the piece {} ({}) has the score {}", source, id, shown(piece.text), piece.score),
                kFetchAnew, "model");
    }
}

} // namespace

const char* sentencePieceNameOf(TokenizerClass builtAs)
{
    switch (builtAs) {
    case TokenizerClass::DebertaV2:
        return "spm.model";
    case TokenizerClass::XlmRoberta:
    case TokenizerClass::Camembert:
        return "sentencepiece.bpe.model";
    case TokenizerClass::Albert:
        return "spiece.model";
    default:
        return nullptr;
    }
}

Json unigramFileOf(const SentencePieceModel& model, TokenizerClass builtAs, const TokenizerFiles& files,
                   const std::string& source)
{
    requireWhole(model, builtAs, source);
    Json vocabulary = Json::array();
    const auto add = [&](const std::string& text, double score) { vocabulary.push_back(Json::array({text, score})); };
    const auto addNamed = [&](const char* key, const char* usual) { add(files.specialName(key, usual), 0); };
    // fairseq counted its own tokens first: these take the places of the file's first ones.
    size_t replaced = 0;
    if (builtAs == TokenizerClass::XlmRoberta) {
        addNamed("bos_token", "<s>");
        addNamed("pad_token", "<pad>");
        addNamed("eos_token", "</s>");
        addNamed("unk_token", "<unk>");
        replaced = 3;
    } else if (builtAs == TokenizerClass::Camembert) {
        add("<s>NOTUSED", 0);
        addNamed("pad_token", "<pad>");
        add("</s>NOTUSED", 0);
        addNamed("unk_token", "<unk>");
        add("<unk>NOTUSED", -100);
        replaced = 1;
    }
    for (size_t id = replaced; id < model.pieces.size(); ++id)
        add(model.pieces[id].text, model.pieces[id].score);
    if (replaced > 0)
        addNamed("mask_token", "<mask>");

    Json file = {{"model", {{"type", "Unigram"}, {"vocab", std::move(vocabulary)}, {"unk_id", model.unknown}}}};
    if (!model.characterMap.empty()) {
        std::vector<uint8_t> bytes(model.characterMap.begin(), model.characterMap.end());
        file["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", Json::binary(std::move(bytes))}};
    }
    return file;
}

} // namespace fettle
