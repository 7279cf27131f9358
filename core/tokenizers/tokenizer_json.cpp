// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/tokenizer_json.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

using nlohmann::json;

constexpr int64_t kMostTokens = 1 << 24;

/// The regular expressions that word_splitter.cpp does by hand, letter for letter.
constexpr std::string_view kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kSingleDigitsPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Null where there is none.
const json& section(const json& file, const char* key)
{
    static const json null;
    const auto found = file.is_object() ? file.find(key) : file.end();
    return found == file.end() ? null : *found;
}

std::string typeOf(const json& object)
{
    const auto found = object.is_object() ? object.find("type") : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool isSet(const json& object, const char* key, bool fallback)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

/// The parts of a Sequence, or the one part there is; none for null.
std::vector<json> partsOf(const json& object, const char* listKey)
{
    if (object.is_null())
        return {};
    if (typeOf(object) == "Sequence")
        return object.at(listKey).get<std::vector<json>>();
    return {object};
}

Error notSupported(const std::string& source, const std::string& what)
{
    return badInput(fmt::format("{}: {} is not supported yet", source, what),
                    "Fettle reads byte-level BPE (GPT-2, RoBERTa, Llama 3), WordPiece (BERT) and SentencePiece "
                    "(tokenizer.model).",
                    "model");
}

} // namespace

JsonTokenizerKind jsonTokenizerKind(const json& file)
{
    const json& model = section(file, "model");
    const std::string type = typeOf(model);
    if (type == "WordPiece")
        return JsonTokenizerKind::WordPiece;
    if ((type.empty() || type == "BPE") && model.contains("merges")) {
        for (const json& part : partsOf(section(file, "pre_tokenizer"), "pretokenizers"))
            if (typeOf(part) == "ByteLevel")
                return JsonTokenizerKind::ByteLevelBpe;
        return JsonTokenizerKind::Other;
    }
    const json& vocabulary = section(model, "vocab");
    return type.empty() && vocabulary.is_object() ? JsonTokenizerKind::WordPiece : JsonTokenizerKind::Other;
}

std::string describeJsonTokenizer(const json& file)
{
    const json& model = section(file, "model");
    const std::string type = typeOf(model);
    if (type == "BPE" || (type.empty() && model.contains("merges")))
        return "BPE without byte level";
    return type.empty() ? "a tokenizer of unknown type" : "the tokenizer type " + type;
}

std::vector<std::string> readVocabulary(const json& vocabulary, const std::string& source)
{
    if (!vocabulary.is_object() || vocabulary.empty())
        throw badInput(fmt::format("{}: there is no vocabulary in it", source),
                       "It should be an object of tokens and ids: {\"the\": 0, …}.", "model");
    std::vector<std::string> pieces;
    for (const auto& [token, id] : vocabulary.items()) {
        if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() >= kMostTokens)
            throw badInput(fmt::format("{}: the token \"{}\" has the id {}", source, token, id.dump()),
                           "Ids are whole numbers from 0 on.", "model");
        const size_t index = id.get<size_t>();
        if (index >= pieces.size())
            pieces.resize(index + 1);
        pieces[index] = token;
    }
    return pieces;
}

MergeRules readJsonMerges(const json& merges, const std::string& source)
{
    MergeRules result{{}, source + ", merge "};
    result.rules.reserve(merges.size());
    for (const json& merge : merges) {
        const size_t number = result.rules.size() + 1;
        if (merge.is_array() && merge.size() == 2) {
            result.rules.push_back({merge[0].get<std::string>(), merge[1].get<std::string>(), number});
            continue;
        }
        const std::string text = merge.is_string() ? merge.get<std::string>() : std::string();
        const size_t space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            throw badInput(fmt::format("{}{}: {} is not two tokens", result.where, number, merge.dump()), {}, "model");
        result.rules.push_back({text.substr(0, space), text.substr(space + 1), number});
    }
    return result;
}

std::vector<AddedToken> readAddedTokens(const json& file, const std::function<int32_t(const std::string&)>& idOf,
                                        int32_t firstFree)
{
    std::vector<AddedToken> tokens;
    for (const json& entry : section(file, "added_tokens")) {
        AddedToken token;
        token.content = entry.at("content").get<std::string>();
        token.id = idOf(token.content);
        if (token.id < 0)
            token.id = firstFree++;
        token.special = isSet(entry, "special", false);
        token.singleWord = isSet(entry, "single_word", false);
        token.stripLeft = isSet(entry, "lstrip", false);
        token.stripRight = isSet(entry, "rstrip", false);
        token.normalized = isSet(entry, "normalized", !token.special);
        tokens.push_back(std::move(token));
    }
    return tokens;
}

ByteLevelSettings readByteLevelSettings(const json& file, const std::string& source)
{
    ByteLevelSettings settings;
    settings.split = SplitPattern::None;
    for (const json& part : partsOf(section(file, "normalizer"), "normalizers")) {
        const std::string type = typeOf(part);
        if (settings.normalizer != TextNormalizer::None || (type != "NFC" && type != "Lowercase"))
            throw notSupported(source, fmt::format("the normalizer {}", type));
        settings.normalizer = type == "NFC" ? TextNormalizer::Nfc : TextNormalizer::Lowercase;
    }
    for (const json& part : partsOf(section(file, "pre_tokenizer"), "pretokenizers")) {
        if (typeOf(part) == "ByteLevel") {
            settings.addPrefixSpace = isSet(part, "add_prefix_space", true);
            if (isSet(part, "use_regex", true)) {
                if (settings.split != SplitPattern::None)
                    throw notSupported(source, "a pre-tokenizer of two splits");
                settings.split = SplitPattern::Gpt2;
            }
            continue;
        }
        const std::string pattern = typeOf(part) == "Split" ? section(part, "pattern").value("Regex", "") : "";
        const bool plain = part.value("behavior", "") == "Isolated" && !isSet(part, "invert", false);
        if (!plain || settings.split != SplitPattern::None ||
            (pattern != kGpt2Pattern && pattern != kLlama3Pattern && pattern != kSingleDigitsPattern))
            throw notSupported(source, fmt::format("the pre-tokenizer {}", part.dump()));
        settings.split = pattern == kGpt2Pattern     ? SplitPattern::Gpt2
                         : pattern == kLlama3Pattern ? SplitPattern::Llama3
                                                     : SplitPattern::SingleDigits;
    }
    const json& model = section(file, "model");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (const json& value = section(model, key); value.is_string() && !value.get<std::string>().empty())
            throw notSupported(source, fmt::format("the setting {}", key));
    if (isSet(model, "byte_fallback", false))
        throw notSupported(source, "byte_fallback beside byte-level BPE");
    settings.ignoreMerges = isSet(model, "ignore_merges", false);
    settings.fuseUnknown = isSet(model, "fuse_unk", false);
    if (const json& unknown = section(model, "unk_token"); unknown.is_string())
        settings.unknownToken = unknown.get<std::string>();
    return settings;
}

WordPieceSettings readWordPieceSettings(const json& file, const std::string& source, std::optional<bool>& stripAccents)
{
    const json &normalizer = section(file, "normalizer"), &preTokenizer = section(file, "pre_tokenizer");
    const json &model = section(file, "model"), &decoder = section(file, "decoder");
    if (typeOf(normalizer) != "BertNormalizer")
        throw notSupported(source, fmt::format("WordPiece with the normalizer \"{}\"", typeOf(normalizer)));
    if (typeOf(preTokenizer) != "BertPreTokenizer")
        throw notSupported(source, fmt::format("WordPiece with the pre-tokenizer \"{}\"", typeOf(preTokenizer)));
    WordPieceSettings settings;
    settings.normalizer.cleanText = isSet(normalizer, "clean_text", true);
    settings.normalizer.chineseCharacters = isSet(normalizer, "handle_chinese_chars", true);
    settings.normalizer.lowercase = isSet(normalizer, "lowercase", true);
    if (const json& strip = section(normalizer, "strip_accents"); strip.is_boolean())
        stripAccents = strip.get<bool>();
    settings.unknownToken = model.value("unk_token", settings.unknownToken);
    settings.continuing = model.value("continuing_subword_prefix", settings.continuing);
    settings.longestWord = model.value("max_input_chars_per_word", settings.longestWord);
    if (decoder.is_object())
        settings.cleanUpWhenDecoding = isSet(decoder, "cleanup", true);
    return settings;
}

PostProcessing readPostProcessor(const json& file, const std::string& source,
                                 const std::function<int32_t(const std::string&)>& idOf)
{
    PostProcessing result;
    const auto pairId = [](const json& part, const char* key) { return part.at(key).at(1).get<int32_t>(); };
    for (const json& part : partsOf(section(file, "post_processor"), "processors")) {
        const std::string type = typeOf(part);
        if (type == "ByteLevel" || type == "RobertaProcessing") {
            result.trimOffsets = isSet(part, "trim_offsets", true);
            result.addPrefixSpace = isSet(part, "add_prefix_space", true);
        }
        if (type == "RobertaProcessing" || type == "BertProcessing") {
            result.prefix = {pairId(part, "cls")};
            result.suffix = {pairId(part, "sep")};
        } else if (type == "TemplateProcessing") {
            bool before = true;
            for (const json& item : part.at("single")) {
                if (item.contains("Sequence")) {
                    before = false;
                    continue;
                }
                const std::string name = item.at("SpecialToken").at("id").get<std::string>();
                auto& side = before ? result.prefix : result.suffix;
                if (const json& known = section(section(part, "special_tokens"), name.c_str()); known.is_object())
                    for (const json& id : known.at("ids"))
                        side.push_back(id.get<int32_t>());
                else if (const int32_t id = idOf(name); id >= 0)
                    side.push_back(id);
                else
                    throw badInput(fmt::format("{}: the template names {}, which is no token", source, name), {},
                                   "model");
            }
        } else if (type != "ByteLevel") {
            throw notSupported(source, fmt::format("the post-processor \"{}\"", type));
        }
    }
    return result;
}

} // namespace fettle
