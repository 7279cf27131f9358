// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses a tokenizer by the files of a model folder and puts its settings together.
#include "core/tokenizers/tokenizer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/tokenizers/sentencepiece_tokenizer.h"
#include "core/tokenizers/tokenizer_files.h"
#include "core/tokenizers/tokenizer_json.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

using IdLookup = std::function<int32_t(const std::string&)>;

constexpr const char* kKnownKinds = "A tokenizer is vocab.json with merges.txt, or vocab.txt, or tokenizer.json "
                                    "(byte-level BPE, WordPiece), or tokenizer.model.";

std::string readModelText(const std::filesystem::path& file)
{
    try {
        return readFile(file);
    } catch (const Error& error) {
        throw error.about("model");
    }
}

/// Lines without their ends, "\r\n" too; no line after the last end.
std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const size_t length = end - at - (end > at && text[end - 1] == '\r');
        lines.push_back(text.substr(at, length));
        at = end + 1;
    }
    return lines;
}

MergeRules readMergesFile(const std::filesystem::path& file)
{
    MergeRules result{{}, file.string() + ", line "};
    const std::vector<std::string> lines = linesOf(readModelText(file));
    for (size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (line.empty() || line.starts_with("#version"))
            continue;
        const size_t space = line.find(' ');
        if (space == std::string::npos || space == 0 || space + 1 == line.size() ||
            line.find(' ', space + 1) != std::string::npos)
            throw badInput(fmt::format("{}{}: \"{}\" is not two tokens with a space between them", result.where, i + 1,
                                       toValidUtf8(line)),
                           "merges.txt has one merge a line: \"Ġ t\".", "model");
        result.rules.push_back({line.substr(0, space), line.substr(space + 1), i + 1});
    }
    return result;
}

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

/// tokenizer.json's added tokens where there is one, then those of the other files; special tokens that only have a
/// name come first, so that an entry with flags wins over it.
std::vector<AddedToken> collectAdded(const TokenizerFiles& files, const std::vector<std::string>& pieces,
                                     const nlohmann::json& fallbacks)
{
    std::vector<AddedToken> added;
    const auto append = [&](std::vector<AddedToken> more) { added.insert(added.end(), more.begin(), more.end()); };
    const IdLookup idOf = lookupIn(pieces);
    if (files.tokenizerJson().is_object()) {
        append(readAddedTokens(files.tokenizerJson(), idOf, int32_t(pieces.size())));
        const IdLookup known = lookupIn(pieces, added);
        for (const AddedToken& token : files.addedTokens())
            if (known(token.content) < 0)
                added.push_back(token);
        return added;
    }
    append(files.namedTokens(idOf, fallbacks));
    append(files.addedTokens());
    return added;
}

std::shared_ptr<const Tokenizer> loadByteLevelBpe(const TokenizerFiles& files, bool fromJson)
{
    const nlohmann::json& file = files.tokenizerJson();
    const std::string source = files.path("tokenizer.json").string();
    const bool roberta = files.tokenizerClass().starts_with("Roberta");
    const nlohmann::json fallbacks =
        roberta ? nlohmann::json{{"bos_token", "<s>"},
                                 {"eos_token", "</s>"},
                                 {"unk_token", "<unk>"},
                                 {"sep_token", "</s>"},
                                 {"pad_token", "<pad>"},
                                 {"cls_token", "<s>"},
                                 {"mask_token", {{"content", "<mask>"}, {"lstrip", true}}}}
                : nlohmann::json{{"bos_token", "<|endoftext|>"}, {"eos_token", "<|endoftext|>"}};
    std::vector<std::string> pieces =
        fromJson ? readVocabulary(file.at("model").at("vocab"), source)
                 : readVocabulary(readModelJson(files.path("vocab.json")), files.path("vocab.json").string());
    const MergeRules merges =
        fromJson ? readJsonMerges(file.at("model").at("merges"), source) : readMergesFile(files.path("merges.txt"));
    PipelineSettings settings;
    settings.added = collectAdded(files, pieces, fallbacks);
    const IdLookup idOf = lookupIn(pieces, settings.added);
    settings.special = files.specialTokens(idOf, fallbacks);
    settings.files = files.files();

    ByteLevelSettings byteLevel;
    const SpecialTokens& special = settings.special;
    if (file.is_object()) {
        byteLevel = readByteLevelSettings(file, source);
        const PostProcessing post = readPostProcessor(file, source, idOf);
        settings.prefix = post.prefix;
        settings.suffix = post.suffix;
        byteLevel.trimOffsets = post.trimOffsets;
        byteLevel.trimPrefixSpace = post.addPrefixSpace;
    } else {
        byteLevel.addPrefixSpace = files.flag("add_prefix_space", false);
        if (files.tokenizerClass().starts_with("Qwen2")) {
            byteLevel.split = SplitPattern::SingleDigits;
            byteLevel.normalizer = TextNormalizer::Nfc;
        }
        if (roberta && special.cls && special.sep) {
            settings.prefix = {*special.cls};
            settings.suffix = {*special.sep};
            byteLevel.trimOffsets = true;
            byteLevel.trimPrefixSpace = byteLevel.addPrefixSpace;
        }
        if (files.flag("add_bos_token", false) && special.bos)
            settings.prefix = {*special.bos};
        if (files.flag("add_eos_token", false) && special.eos)
            settings.suffix = {*special.eos};
    }
    return std::make_shared<ByteLevelBpe>(std::move(pieces), merges, std::move(byteLevel), std::move(settings));
}

std::shared_ptr<const Tokenizer> loadWordPiece(const TokenizerFiles& files, bool fromJson)
{
    const nlohmann::json& file = files.tokenizerJson();
    const std::string source = files.path("tokenizer.json").string();
    const nlohmann::json fallbacks = {{"unk_token", "[UNK]"},
                                      {"sep_token", "[SEP]"},
                                      {"pad_token", "[PAD]"},
                                      {"cls_token", "[CLS]"},
                                      {"mask_token", "[MASK]"}};
    std::vector<std::string> pieces = fromJson ? readVocabulary(file.at("model").at("vocab"), source)
                                               : linesOf(readModelText(files.path("vocab.txt")));
    if (pieces.empty())
        throw badInput(fmt::format("{} is empty", files.path("vocab.txt").string()), kKnownKinds, "model");
    PipelineSettings settings;
    settings.added = collectAdded(files, pieces, fallbacks);
    const IdLookup idOf = lookupIn(pieces, settings.added);
    settings.special = files.specialTokens(idOf, fallbacks);
    settings.files = files.files();

    WordPieceSettings wordPiece;
    std::optional<bool> stripAccents;
    if (file.is_object())
        wordPiece = readWordPieceSettings(file, source, stripAccents);
    else
        wordPiece.unknownToken = files.specialName("unk_token", wordPiece.unknownToken);
    BertNormalizer& normalizer = wordPiece.normalizer;
    normalizer.lowercase = files.flag("do_lower_case", normalizer.lowercase);
    normalizer.chineseCharacters = files.flag("tokenize_chinese_chars", normalizer.chineseCharacters);
    normalizer.stripAccents = files.flag("strip_accents", stripAccents.value_or(normalizer.lowercase));

    if (file.is_object() && !file.value("post_processor", nlohmann::json()).is_null()) {
        const PostProcessing post = readPostProcessor(file, source, idOf);
        settings.prefix = post.prefix;
        settings.suffix = post.suffix;
    } else {
        const SpecialTokens& special = settings.special;
        if (!special.cls || !special.sep)
            throw badInput(
                fmt::format("the vocabulary has no {} token", files.specialName(special.cls ? "sep_token" : "cls_token",
                                                                                special.cls ? "[SEP]" : "[CLS]")),
                "Name the tokens that open and close a text as cls_token and sep_token in "
                "tokenizer_config.json.",
                "model");
        settings.prefix = {*special.cls};
        settings.suffix = {*special.sep};
    }
    return std::make_shared<WordPiece>(std::move(pieces), std::move(wordPiece), std::move(settings));
}

std::shared_ptr<const Tokenizer> loadSentencePiece(const TokenizerFiles& files)
{
    SentencePieceSettings settings;
    settings.added = files.addedTokens();
    for (AddedToken& token : settings.added)
        token.normalized = false; // SentencePiece normalizes what lies between them
    settings.addBos = files.flag("add_bos_token", true);
    settings.addEos = files.flag("add_eos_token", false);
    settings.spaceAfterAdded = files.flag("legacy", true);
    settings.files = files.files();
    settings.nameSpecials = [&files](const IdLookup& idOf) {
        return files.specialTokens(idOf, nlohmann::json::object());
    };
    const std::filesystem::path file = files.path("tokenizer.model");
    return std::make_shared<SentencePieceTokenizer>(readModelText(file), file.string(), std::move(settings));
}

std::shared_ptr<const Tokenizer> chooseTokenizer(const std::filesystem::path& folder)
{
    const TokenizerFiles files(folder);
    const bool vocabJson = files.has("vocab.json"), merges = files.has("merges.txt");
    const auto jsonKind = [&] {
        return files.has("tokenizer.json") ? jsonTokenizerKind(files.tokenizerJson()) : JsonTokenizerKind::Other;
    };
    const auto otherKind = [&] {
        return badInput(fmt::format("{}: {} is not supported yet", files.path("tokenizer.json").string(),
                                    describeJsonTokenizer(files.tokenizerJson())),
                        "Where the model also comes with a tokenizer.model, put that file beside it. " +
                            std::string(kKnownKinds),
                        "model");
    };
    if ((vocabJson && merges) || files.has("vocab.txt")) {
        const bool byteLevel = vocabJson && merges;
        const auto expected = byteLevel ? JsonTokenizerKind::ByteLevelBpe : JsonTokenizerKind::WordPiece;
        if (files.has("tokenizer.json") && jsonKind() != expected)
            throw otherKind();
        return byteLevel ? loadByteLevelBpe(files, false) : loadWordPiece(files, false);
    }
    if (files.has("tokenizer.json")) {
        if (jsonKind() == JsonTokenizerKind::ByteLevelBpe)
            return loadByteLevelBpe(files, true);
        if (jsonKind() == JsonTokenizerKind::WordPiece)
            return loadWordPiece(files, true);
        if (!files.has("tokenizer.model"))
            throw otherKind();
    }
    if (files.has("tokenizer.model"))
        return loadSentencePiece(files);
    if (vocabJson || merges)
        throw badInput(fmt::format("{} has {} but no {}", folder.string(), vocabJson ? "vocab.json" : "merges.txt",
                                   vocabJson ? "merges.txt" : "vocab.json"),
                       "Byte-level BPE needs both files, or tokenizer.json.", "model");
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
        return chooseTokenizer(modelFolder);
    } catch (const nlohmann::json::exception& error) {
        throw badInput(
            fmt::format("the tokenizer files in {} are not as they should be: {}", modelFolder.string(), error.what()),
            "Fetch them anew.", "model");
    }
}

} // namespace fettle
