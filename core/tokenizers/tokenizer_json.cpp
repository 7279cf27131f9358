// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/tokenizer_json.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// The regular expressions that word_splitter.cpp does by hand, letter for letter.
constexpr std::string_view kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kSingleDigitsPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::string typeOf(const Json& object)
{
    const auto found = object.is_object() ? object.find("type") : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool isSet(const Json& object, const char* key, bool fallback)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

/// The parts of a Sequence, or the one part there is; none for null.
std::vector<Json> partsOf(const Json& object, const char* listKey)
{
    if (object.is_null())
        return {};
    if (typeOf(object) == "Sequence")
        return object.at(listKey).get<std::vector<Json>>();
    return {object};
}

Error notSupported(const std::string& source, const std::string& what)
{
    return badInput(fmt::format("{}: {} is not supported yet", source, what),
                    "Fettle reads byte-level BPE (GPT-2, RoBERTa, Llama 3), BPE with byte fallback (LLaMA), WordPiece "
                    "(BERT), Unigram and SentencePiece (tokenizer.model).",
                    "model");
}

std::string stringOf(const Json& object, const char* key, const std::string& fallback = {})
{
    const Json* value = member(object, key);
    return value && value->is_string() ? value->get<std::string>() : fallback;
}

SplitPattern patternOf(const std::string& regex)
{
    return regex == kGpt2Pattern           ? SplitPattern::Gpt2
           : regex == kLlama3Pattern       ? SplitPattern::Llama3
           : regex == kSingleDigitsPattern ? SplitPattern::SingleDigits
                                           : SplitPattern::None;
}

std::optional<CutBehavior> behaviorOf(const std::string& name)
{
    return name == "Removed"              ? std::optional(CutBehavior::Removed)
           : name == "Isolated"           ? std::optional(CutBehavior::Isolated)
           : name == "Contiguous"         ? std::optional(CutBehavior::Contiguous)
           : name == "MergedWithPrevious" ? std::optional(CutBehavior::MergedWithPrevious)
           : name == "MergedWithNext"     ? std::optional(CutBehavior::MergedWithNext)
                                          : std::nullopt;
}

} // namespace

const Json& section(const Json& file, const char* key)
{
    static const Json null;
    const auto found = file.is_object() ? file.find(key) : file.end();
    return found == file.end() ? null : *found;
}

TokenizerKind jsonTokenizerKind(const Json& file)
{
    const Json& model = section(file, "model");
    const std::string type = typeOf(model);
    const Json& vocabulary = section(model, "vocab");
    if (type == "Unigram" || (type.empty() && vocabulary.is_array()))
        return TokenizerKind::Unigram;
    if (type == "BPE" || (type.empty() && model.contains("merges"))) {
        for (const Json& part : partsOf(section(file, "pre_tokenizer"), "pretokenizers"))
            if (typeOf(part) == "ByteLevel")
                return TokenizerKind::ByteLevelBpe;
        return TokenizerKind::CharacterBpe;
    }
    return type == "WordPiece" || (type.empty() && vocabulary.is_object()) ? TokenizerKind::WordPiece
                                                                           : TokenizerKind::None;
}

std::string describeJsonTokenizer(const Json& file)
{
    const std::string type = typeOf(section(file, "model"));
    return type.empty() ? "a tokenizer of unknown type" : "the tokenizer type " + shown(type);
}

TextNormalizer readNormalizer(const Json& file, const std::string& source)
{
    using Kind = NormalizerStep::Kind;
    std::vector<NormalizerStep> steps;
    for (const Json& part : partsOf(section(file, "normalizer"), "normalizers")) {
        const std::string type = typeOf(part);
        NormalizerStep step;
        const std::string text = stringOf(section(part, "pattern"), "String");
        if (type == "NFC" || type == "NFD") {
            step.kind = type == "NFC" ? Kind::Nfc : Kind::Nfd;
        } else if (type == "Lowercase" || type == "StripAccents") {
            step.kind = type == "Lowercase" ? Kind::Lowercase : Kind::StripAccents;
        } else if (type == "Strip") {
            step.kind = Kind::Strip;
            step.left = isSet(part, "strip_left", true);
            step.right = isSet(part, "strip_right", true);
        } else if (type == "Prepend") {
            step.kind = Kind::Prepend;
            step.to = stringOf(part, "prepend");
        } else if (type == "Replace" && !text.empty()) {
            step.kind = Kind::Replace;
            step.from = text;
            step.to = stringOf(part, "content");
        } else if (type == "BertNormalizer") {
            step.kind = Kind::Bert;
            step.bert.cleanText = isSet(part, "clean_text", true);
            step.bert.chineseCharacters = isSet(part, "handle_chinese_chars", true);
            step.bert.lowercase = isSet(part, "lowercase", true);
            step.bert.stripAccents = isSet(part, "strip_accents", step.bert.lowercase);
        } else {
            throw notSupported(source, fmt::format("the normalizer {}", shown(part, 120)));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

namespace
{

PreTokenizerStep readPreTokenizerStep(const Json& part, const std::string& source)
{
    using Kind = PreTokenizerStep::Kind;
    const std::string type = typeOf(part);
    PreTokenizerStep step;
    if (type == "Whitespace") {
        step.kind = Kind::Words;
    } else if (type == "WhitespaceSplit") {
        step.kind = Kind::Spaces;
    } else if (type == "BertPreTokenizer") {
        step.kind = Kind::Bert;
    } else if (type == "Digits") {
        step.kind = isSet(part, "individual_digits", false) ? Kind::SingleDigits : Kind::Digits;
    } else if (type == "Punctuation") {
        const auto behavior = behaviorOf(stringOf(part, "behavior", "Isolated"));
        if (!behavior)
            throw notSupported(source, fmt::format("the pre-tokenizer {}", shown(part, 120)));
        step.kind = Kind::Punctuation;
        step.behavior = *behavior;
    } else if (type == "Metaspace") {
        step.kind = Kind::Metaspace;
        step.text = stringOf(part, "replacement", "\u2581");
        const std::string scheme =
            stringOf(part, "prepend_scheme", isSet(part, "add_prefix_space", true) ? "always" : "never");
        step.prepend = scheme == "always"  ? PrependScheme::Always
                       : scheme == "first" ? PrependScheme::First
                                           : PrependScheme::Never;
        step.split = isSet(part, "split", true);
    } else {
        const Json& pattern = section(part, "pattern");
        const auto behavior = behaviorOf(stringOf(part, "behavior"));
        step.text = stringOf(pattern, "String");
        step.pattern = patternOf(stringOf(pattern, "Regex"));
        step.kind = step.text.empty() ? Kind::Pattern : Kind::Text;
        const bool known =
            !step.text.empty() || (step.pattern != SplitPattern::None && behavior == CutBehavior::Isolated);
        if (type != "Split" || !behavior || !known || isSet(part, "invert", false))
            throw notSupported(source, fmt::format("the pre-tokenizer {}", shown(part, 120)));
        step.behavior = *behavior;
    }
    return step;
}

} // namespace

PreTokenizer readPreTokenizer(const Json& file, const std::string& source)
{
    std::vector<PreTokenizerStep> steps;
    for (const Json& part : partsOf(section(file, "pre_tokenizer"), "pretokenizers"))
        steps.push_back(readPreTokenizerStep(part, source));
    return steps;
}

TokenDecoder readDecoder(const Json& file, const std::string& source)
{
    using Kind = DecoderStep::Kind;
    std::vector<DecoderStep> steps;
    for (const Json& part : partsOf(section(file, "decoder"), "decoders")) {
        const std::string type = typeOf(part), text = stringOf(section(part, "pattern"), "String");
        DecoderStep step;
        if (type == "Replace" && !text.empty()) {
            step.kind = Kind::Replace;
            step.from = text;
            step.to = stringOf(part, "content");
        } else if (type == "ByteFallback" || type == "Fuse" || type == "ByteLevel") {
            step.kind = type == "Fuse" ? Kind::Fuse : type == "ByteLevel" ? Kind::ByteLevel : Kind::ByteFallback;
        } else if (type == "Strip") {
            step.kind = Kind::Strip;
            step.from = stringOf(part, "content", " ");
            step.start = part.value("start", size_t(0));
            step.stop = part.value("stop", size_t(0));
        } else if (type == "Metaspace") {
            step.kind = Kind::Metaspace;
            step.from = stringOf(part, "replacement", "\u2581");
            step.flag =
                stringOf(part, "prepend_scheme", isSet(part, "add_prefix_space", true) ? "always" : "never") != "never";
        } else if (type == "WordPiece") {
            step.kind = Kind::WordPiece;
            step.from = stringOf(part, "prefix", "##");
            step.flag = isSet(part, "cleanup", true);
        } else if (type == "BPEDecoder") {
            step.kind = Kind::Suffix;
            step.from = stringOf(part, "suffix", "</w>");
        } else {
            throw notSupported(source, fmt::format("the decoder {}", shown(part, 120)));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

ByteLevelSettings readByteLevelSettings(const Json& file, const std::string& source)
{
    ByteLevelSettings settings;
    settings.split = SplitPattern::None;
    settings.normalizer = readNormalizer(file, source);
    std::vector<PreTokenizerStep> before;
    bool byteLevel = false;
    for (const Json& part : partsOf(section(file, "pre_tokenizer"), "pretokenizers")) {
        if (byteLevel)
            throw notSupported(source, fmt::format("behind ByteLevel the pre-tokenizer {}", shown(part, 120)));
        if (typeOf(part) == "ByteLevel") {
            byteLevel = true;
            settings.addPrefixSpace = isSet(part, "add_prefix_space", true);
            const bool regex = isSet(part, "use_regex", true);
            // One split alone, by its own expression or by ByteLevel's, is done without a list of words.
            if (regex) {
                settings.split = SplitPattern::Gpt2;
            } else if (before.size() == 1 && before[0].kind == PreTokenizerStep::Kind::Pattern &&
                       !settings.addPrefixSpace) {
                settings.split = before[0].pattern;
                before.clear();
            }
            continue;
        }
        before.push_back(readPreTokenizerStep(part, source));
    }
    settings.before = before;
    const Json& model = section(file, "model");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (!stringOf(model, key).empty())
            throw notSupported(source, fmt::format("the setting {}", key));
    if (isSet(model, "byte_fallback", false))
        throw notSupported(source, "byte_fallback beside byte-level BPE");
    settings.ignoreMerges = isSet(model, "ignore_merges", false);
    settings.fuseUnknown = isSet(model, "fuse_unk", false);
    settings.unknownToken = stringOf(model, "unk_token");
    return settings;
}

CharacterBpeSettings readCharacterBpeSettings(const Json& file, const std::string& source)
{
    const Json& model = section(file, "model");
    CharacterBpeSettings settings;
    settings.normalizer = readNormalizer(file, source);
    settings.preTokenizer = readPreTokenizer(file, source);
    settings.decoder = readDecoder(file, source);
    settings.unknownToken = stringOf(model, "unk_token");
    settings.fuseUnknown = isSet(model, "fuse_unk", false);
    settings.byteFallback = isSet(model, "byte_fallback", false);
    settings.ignoreMerges = isSet(model, "ignore_merges", false);
    settings.continuingPrefix = stringOf(model, "continuing_subword_prefix");
    settings.wordSuffix = stringOf(model, "end_of_word_suffix");
    return settings;
}

WordPieceSettings readWordPieceSettings(const Json& file, const std::string& source)
{
    const Json &model = section(file, "model"), &decoder = section(file, "decoder");
    WordPieceSettings settings;
    settings.normalizer = readNormalizer(file, source);
    settings.preTokenizer = readPreTokenizer(file, source);
    settings.unknownToken = stringOf(model, "unk_token", settings.unknownToken);
    settings.continuing = stringOf(model, "continuing_subword_prefix", settings.continuing);
    settings.longestWord = model.value("max_input_chars_per_word", settings.longestWord);
    if (typeOf(decoder) == "WordPiece")
        settings.cleanUpWhenDecoding = isSet(decoder, "cleanup", true);
    else
        settings.decoder = readDecoder(file, source);
    return settings;
}

PostProcessing readPostProcessor(const Json& file, const std::string& source,
                                 const std::function<int32_t(const std::string&)>& idOf)
{
    PostProcessing result;
    const auto pairId = [](const Json& part, const char* key) { return part.at(key).at(1).get<int32_t>(); };
    for (const Json& part : partsOf(section(file, "post_processor"), "processors")) {
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
            for (const Json& item : part.at("single")) {
                if (item.contains("Sequence")) {
                    before = false;
                    continue;
                }
                const std::string name = item.at("SpecialToken").at("id").get<std::string>();
                auto& side = before ? result.prefix : result.suffix;
                if (const Json& known = section(section(part, "special_tokens"), name.c_str()); known.is_object())
                    for (const Json& id : known.at("ids"))
                        side.push_back(id.get<int32_t>());
                else if (const int32_t id = idOf(name); id >= 0)
                    side.push_back(id);
                else
                    throw badInput(fmt::format("{}: the template names {}, which is no token", source, shown(name)), {},
                                   "model");
            }
        } else if (type != "ByteLevel") {
            throw notSupported(source, fmt::format("the post-processor {}", shown(part, 120)));
        }
    }
    return result;
}

} // namespace fettle
