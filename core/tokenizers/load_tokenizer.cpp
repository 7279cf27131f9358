// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a tokenizer together from the files that speak.
#include "core/tokenizers/tokenizer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/tokenizers/collect_added.h"
#include "core/tokenizers/sentencepiece_model.h"
#include "core/tokenizers/sentencepiece_tokenizer.h"
#include "core/tokenizers/sentencepiece_vocabulary.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/tokenizers/tokenizer_json.h"
#include "core/tokenizers/transformers_classes.h"
#include "core/tokenizers/unicode.h"
#include "core/tokenizers/word_level.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fettle
{

namespace
{

using IdLookup = std::function<int32_t(const std::string&)>;

constexpr const char* kKnownKinds = "A tokenizer is tokenizer.json (BPE, WordPiece, Unigram, WordLevel), or vocab.json "
                                    "with merges.txt, or vocab.txt, or tokenizer.model, or spm.model, "
                                    "sentencepiece.bpe.model or spiece.model.";

IdLookup lookupIn(const std::vector<std::string>& pieces, const std::vector<AddedToken>& added = {})
{
    const auto ids = std::make_shared<PieceMap>(pieces.size() + added.size());
    for (size_t id = 0; id < pieces.size(); ++id)
        if (!pieces[id].empty())
            ids->insert(pieces[id], int32_t(id));
    for (const AddedToken& token : added)
        ids->insert(token.content, token.id);
    return [ids](const std::string& token) { return ids->at(token); };
}

/// As the reference counts: ids without a token leave holes that new tokens do not fill.
int32_t countOf(const std::vector<std::string>& pieces)
{
    return int32_t(std::count_if(pieces.begin(), pieces.end(), [](const std::string& p) { return !p.empty(); }));
}

/// What every kind takes from the files alike. `pieces`: the model's tokens by id.
PipelineSettings commonSettings(const TokenizerFiles& files, const TokenizerChoice& choice,
                                const std::vector<std::string>& pieces, OwnTokens own = {})
{
    PipelineSettings settings;
    const Json& defaults = defaultTokensOf(choice.builtAs, choice.kind);
    // A tokenizer.json that is taken whole names all of its tokens itself.
    const bool whole = files.has("tokenizer.json") && choice.builtAs == TokenizerClass::Whole;
    settings.added =
        collectAddedTokens(files, {lookupIn(pieces), countOf(pieces)}, whole ? Json() : defaults, std::move(own));
    settings.special = files.specialTokens(lookupIn(pieces, settings.added), defaults);
    settings.files = files.files();
    settings.notices = choice.notices;
    return settings;
}

/// add_bos_token and add_eos_token of tokenizer_config.json, where no tokenizer.json says it.
void addEnds(const TokenizerFiles& files, bool bosByDefault, PipelineSettings& settings)
{
    if (files.flag("add_bos_token", bosByDefault) && settings.special.bos)
        settings.prefix = {*settings.special.bos};
    if (files.flag("add_eos_token", false) && settings.special.eos)
        settings.suffix = {*settings.special.eos};
}

/// The vocabulary and the merges of the file that rules.
std::vector<std::string> readPieces(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    if (files.has("tokenizer.json"))
        return readVocabulary(section(section(files.tokenizerJson(), "model"), "vocab"), choice.file.string());
    if (choice.kind == TokenizerKind::ByteLevelBpe)
        return readVocabulary(readModelJson(choice.file), choice.file.string());
    std::vector<std::string> pieces = readVocabularyLines(choice.file);
    if (pieces.empty())
        throw badInput(fmt::format("{} is empty", choice.file.string()), kKnownKinds, "model");
    return pieces;
}

MergeRules readMerges(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    return files.has("tokenizer.json")
               ? readJsonMerges(section(section(files.tokenizerJson(), "model"), "merges"), choice.file.string())
               : readMergesFile(files.path("merges.txt"));
}

/// What speaks of the steps: tokenizer.json, or what the class of transformers builds instead of it.
class Parts
{
public:
    /// `made`: what stands in place of tokenizer.json.
    Parts(const TokenizerFiles& files, const TokenizerChoice& choice, const Json* made = nullptr)
        : m_files(files), m_whole(choice.builtAs == TokenizerClass::Whole && files.has("tokenizer.json")),
          m_ofPieces(choice.kind == TokenizerKind::Unigram && !files.has("tokenizer.json")),
          m_source(choice.file.string())
    {
        const TokenizerClass ofOld =
            choice.kind == TokenizerKind::WordPiece ? TokenizerClass::Bert : TokenizerClass::Gpt2;
        if (!m_whole)
            m_built = partsBuiltBy(choice.builtAs == TokenizerClass::Whole ? ofOld : choice.builtAs, files,
                                   made ? *made : files.tokenizerJson());
    }
    const Json& json() const { return m_whole ? m_files.tokenizerJson() : m_built; }
    const std::string& source() const { return m_source; }

    void read(const std::vector<std::string>& pieces, PipelineSettings& settings) const
    {
        settings.normalizer = readNormalizer(json(), m_source);
        settings.preTokenizer = readPreTokenizer(json(), m_source);
        settings.decoder = readDecoder(json(), m_source);
        const IdLookup idOf = lookupIn(pieces, settings.added);
        if (!m_whole && section(m_built, "post_processor").is_object() && (m_ofPieces || hasTokens(settings.special)))
            readPostProcessor(m_built, m_source, idOf, settings);
        else if (m_files.has("tokenizer.json"))
            readPostProcessor(m_files.tokenizerJson(), m_source, idOf, settings);
        else
            addEnds(m_files, false, settings);
    }

private:
    /// A class puts only tokens around a text that there are.
    bool hasTokens(const SpecialTokens& special) const
    {
        const std::string post = jsonText(section(m_built, "post_processor"));
        if (post.find("SpecialToken") == std::string::npos)
            return true;
        return (special.cls && special.sep) || (special.bos && special.eos);
    }

    const TokenizerFiles& m_files;
    bool m_whole, m_ofPieces; ///< m_ofPieces: made of a SentencePiece file
    std::string m_source;
    Json m_built;
};

std::shared_ptr<const Tokenizer> loadBpe(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    std::vector<std::string> pieces = readPieces(files, choice);
    PipelineSettings settings = commonSettings(files, choice, pieces);
    const Parts parts(files, choice);
    parts.read(pieces, settings);
    CharacterBpeSettings bpe = readBpeSettings(parts.json(), parts.source());
    const MergeRules merges = readMerges(files, choice);
    PreTokenizer rest;
    if (auto byteLevel = readAsBytes(settings.preTokenizer, bpe, rest); byteLevel && hasAllBytes(pieces)) {
        settings.preTokenizer = std::move(rest);
        return std::make_shared<ByteLevelBpe>(std::move(pieces), merges, std::move(*byteLevel), std::move(settings));
    }
    bpe.kind = choice.name();
    return std::make_shared<CharacterBpe>(std::move(pieces), merges, std::move(bpe), std::move(settings));
}

std::shared_ptr<const Tokenizer> loadWordPiece(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    std::vector<std::string> pieces = readPieces(files, choice);
    PipelineSettings settings = commonSettings(files, choice, pieces);
    const SpecialTokens& special = settings.special;
    const bool built = !files.has("tokenizer.json") || choice.builtAs != TokenizerClass::Whole;
    if (built && (!special.cls || !special.sep))
        throw badInput(
            fmt::format("the vocabulary has no {} token",
                        files.specialName(special.cls ? "sep_token" : "cls_token", special.cls ? "[SEP]" : "[CLS]")),
            "Name the tokens that open and close a text as cls_token and sep_token in "
            "tokenizer_config.json.",
            "model");
    const Parts parts(files, choice);
    parts.read(pieces, settings);
    WordPieceSettings wordPiece = readWordPieceSettings(parts.json());
    return std::make_shared<WordPiece>(std::move(pieces), std::move(wordPiece), std::move(settings));
}

std::shared_ptr<const Tokenizer> loadWordLevel(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    std::vector<std::string> pieces = readPieces(files, choice);
    PipelineSettings settings = commonSettings(files, choice, pieces);
    const Parts parts(files, choice);
    parts.read(pieces, settings);
    return std::make_shared<WordLevel>(std::move(pieces), readUnknownToken(parts.json(), "<unk>"), std::move(settings));
}

/// The tokens that a SentencePiece model holds as such: they are found in the text, as the reference does.
std::vector<AddedToken> ownTokens(const SentencePieceModel& model, bool withIds)
{
    std::vector<AddedToken> tokens;
    for (size_t id = 0; id < model.pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model.pieces[id];
        const bool control = piece.type == SentencePieceModel::Type::Control;
        if (!control && piece.type != SentencePieceModel::Type::UserDefined)
            continue;
        AddedToken token;
        token.content = piece.text;
        token.id = withIds ? int32_t(id) : -1;
        token.special = control;
        tokens.push_back(std::move(token));
    }
    return tokens;
}

std::shared_ptr<const Tokenizer> loadUnigram(const TokenizerFiles& files, const TokenizerChoice& choice,
                                             const Json& file, OwnTokens own = {})
{
    std::vector<std::string> pieces;
    std::vector<double> scores = readScores(file, choice.file.string(), pieces);
    PipelineSettings settings = commonSettings(files, choice, pieces, std::move(own));
    const Parts parts(files, choice, &file);
    parts.read(pieces, settings);
    UnigramSettings unigram = readUnigramSettings(parts.json());
    unigram.scores = std::move(scores);
    return std::make_shared<Unigram>(std::move(pieces), std::move(unigram), std::move(settings));
}

/// spm.model and its like, as the class of transformers reads them.
std::shared_ptr<const Tokenizer> loadUnigramOfPieces(const TokenizerFiles& files, TokenizerChoice choice)
{
    const std::string source = choice.file.string();
    const SentencePieceModel model = SentencePieceModel::parse(readModelText(choice.file), source);
    const Json file = unigramFileOf(model, choice.builtAs, files, source);
    const size_t count = section(section(file, "model"), "vocab").size();
    const Json* size = member(files.config(), "vocab_size");
    if (size && size->is_number_integer() && std::cmp_less(size->get<int64_t>(), count))
        throw badInput(
            fmt::format("{} makes {} tokens, and config.json's vocab_size is {}", source, count, size->get<int64_t>()),
            "One of the two files is of another model; fetch both from the same place.", "model");
    if (model.algorithm != SentencePieceModel::Algorithm::Unigram)
        choice.notices.push_back(
            fmt::format("{} was not trained as a Unigram model; it is read as one, as transformers does.",
                        choice.file.filename().string()));
    return loadUnigram(files, choice, file, {ownTokens(model, false), true});
}

/// The merges that a vocabulary of pieces implies, the lower id first: as transformers' generate_merges.
MergeRules impliedMerges(const std::vector<std::string>& pieces, const std::string& source)
{
    MergeRules merges{{}, source + ", piece "};
    const IdLookup idOf = lookupIn(pieces);
    for (size_t id = 0; id < pieces.size(); ++id)
        for (size_t at = 1; at < pieces[id].size(); ++at) {
            if (!unicode::startsCharacter(pieces[id][at]))
                continue;
            std::string left = pieces[id].substr(0, at), right = pieces[id].substr(at);
            if (idOf(left) >= 0 && idOf(right) >= 0)
                merges.rules.push_back({std::move(left), std::move(right), id});
        }
    return merges;
}

std::shared_ptr<const Tokenizer> loadSentencePiece(const TokenizerFiles& files, const TokenizerChoice& choice)
{
    const std::string bytes = readModelText(choice.file), source = choice.file.string();
    const SentencePieceModel model = SentencePieceModel::parse(bytes, source);
    std::vector<std::string> pieces;
    for (const SentencePieceModel::Piece& piece : model.pieces)
        pieces.push_back(piece.text);
    PipelineSettings common = commonSettings(files, choice, pieces, {ownTokens(model, true), false});
    const bool isBpe = model.algorithm == SentencePieceModel::Algorithm::Bpe;
    if (choice.builtAs == TokenizerClass::Llama && isBpe && model.characterMap.empty()) {
        const Json parts = partsBuiltBy(choice.builtAs, files, {});
        common.preTokenizer = readPreTokenizer(parts, source);
        common.decoder = readDecoder(parts, source);
        CharacterBpeSettings bpe = readBpeSettings(parts, source);
        bpe.kind = choice.name();
        addEnds(files, true, common);
        const MergeRules merges = impliedMerges(pieces, source);
        return std::make_shared<CharacterBpe>(std::move(pieces), merges, std::move(bpe), std::move(common));
    }
    SentencePieceSettings settings;
    settings.added = std::move(common.added);
    for (AddedToken& token : settings.added)
        token.normalized = false; // SentencePiece normalizes what lies between them
    settings.special = common.special;
    settings.addBos = files.flag("add_bos_token", true);
    settings.addEos = files.flag("add_eos_token", false);
    settings.spaceAfterAdded = files.flag("legacy", true);
    settings.files = common.files;
    return std::make_shared<SentencePieceTokenizer>(bytes, source, model, std::move(settings));
}

std::shared_ptr<const Tokenizer> load(const std::filesystem::path& folder)
{
    const TokenizerFiles files(folder);
    const TokenizerChoice choice = chooseTokenizer(files);
    switch (choice.kind) {
    case TokenizerKind::ByteLevelBpe:
    case TokenizerKind::CharacterBpe:
        return loadBpe(files, choice);
    case TokenizerKind::WordPiece:
        return loadWordPiece(files, choice);
    case TokenizerKind::SentencePiece:
        return loadSentencePiece(files, choice);
    case TokenizerKind::Unigram:
        return files.has("tokenizer.json") ? loadUnigram(files, choice, files.tokenizerJson())
                                           : loadUnigramOfPieces(files, choice);
    case TokenizerKind::WordLevel:
        return loadWordLevel(files, choice);
    case TokenizerKind::None:
        break;
    }
    if (files.has("tokenizer.json"))
        throw badInput(fmt::format("{}: {} is not supported yet", choice.file.string(),
                                   describeJsonTokenizer(files.tokenizerJson())),
                       kKnownKinds, "model");
    for (const auto& [there, missing] : {std::pair("vocab.json", "merges.txt"), std::pair("merges.txt", "vocab.json")})
        if (files.has(there))
            throw badInput(fmt::format("{} has {} but no {}", folder.string(), there, missing),
                           "Byte-level BPE needs both files, or tokenizer.json.", "model");
    for (const char* alone : {"spm.model", "spiece.model", "sentencepiece.bpe.model"})
        if (files.has(alone))
            throw badInput(
                fmt::format("{} has {} but no tokenizer.json, and is not of a model that reads such a file",
                            folder.string(), alone),
                "Fettle reads spm.model of DeBERTa-v2, sentencepiece.bpe.model of XLM-RoBERTa and CamemBERT, "
                "spiece.model of ALBERT: model_type in config.json or tokenizer_class in "
                "tokenizer_config.json names it. For others transformers makes a tokenizer.json: "
                "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).",
                "model");
    throw badInput(fmt::format("there is no tokenizer in {}", folder.string()), kKnownKinds, "model");
}

} // namespace

std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& modelFolder)
{
    std::error_code ignored;
    if (!std::filesystem::is_directory(modelFolder, ignored))
        throw badInput(fmt::format("{} is no folder", modelFolder.string()),
                       "A model is a folder with config.json, weights and a tokenizer.", "model");
    try {
        return load(modelFolder);
    } catch (const Json::exception& error) {
        throw badInput(fmt::format("the tokenizer files in {} are not as they should be: {}", modelFolder.string(),
                                   plainJsonWords(error.what())),
                       "Fetch them anew.", "model");
    }
}

} // namespace fettle
