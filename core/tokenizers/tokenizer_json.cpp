// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/tokenizer_json.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace fettle
{

namespace
{

/// The regular expressions that word_splitter.cpp does by hand, letter for letter.
constexpr std::string_view kLlama3Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
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

/// The parts of a Sequence, of those in it too, or the one part there is; none for null.
std::vector<Json> partsOf(const Json& object, const char* listKey)
{
    if (object.is_null())
        return {};
    if (typeOf(object) != "Sequence")
        return {object};
    std::vector<Json> parts;
    for (const Json& item : object.at(listKey))
        for (Json& part : partsOf(item, listKey))
            parts.push_back(std::move(part));
    return parts;
}

Error notSupported(const std::string& source, const std::string& what)
{
    return badInput(fmt::format("{}: {} is not supported yet", source, what),
                    "Fettle reads BPE, WordPiece, Unigram and WordLevel with the steps that language models of the Hub "
                    "use. Save the tokenizer without this one.",
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
    return type == "WordLevel"                                               ? TokenizerKind::WordLevel
           : type == "WordPiece" || (type.empty() && vocabulary.is_object()) ? TokenizerKind::WordPiece
                                                                             : TokenizerKind::None;
}

std::string describeJsonTokenizer(const Json& file)
{
    const std::string type = typeOf(section(file, "model"));
    return type.empty() ? "a tokenizer of unknown type" : "the tokenizer type " + shown(type);
}

namespace
{

/// What "pattern" names: a text or an expression.
struct Pattern {
    std::string text, regex;
    std::shared_ptr<const RegularExpression> expression;
};

Pattern readPattern(const Json& part, const std::string& source)
{
    const Json& pattern = section(part, "pattern");
    Pattern result{stringOf(pattern, "String"), stringOf(pattern, "Regex"), nullptr};
    if (!result.regex.empty())
        result.expression = std::make_shared<RegularExpression>(result.regex, source);
    return result;
}

/// Base64 of a SentencePiece model's normalizer, or its bytes, which no JSON text holds; null where there is none.
std::shared_ptr<const CharacterMap> readCharacterMap(const Json& part, const std::string& source)
{
    if (const Json* map = member(part, "precompiled_charsmap"); map && map->is_binary())
        return std::make_shared<CharacterMap>(std::string(map->get_binary().begin(), map->get_binary().end()), source);
    const std::string text = stringOf(part, "precompiled_charsmap");
    return text.empty() ? nullptr : std::make_shared<CharacterMap>(decodeBase64(text, source), source);
}

NormalizerStep readNormalizerStep(const Json& part, const std::string& source)
{
    using Kind = NormalizerStep::Kind;
    static const std::map<std::string, Kind> plain = {
        {"NFC", Kind::Nfc},
        {"NFD", Kind::Nfd},
        {"NFKC", Kind::Nfkc},
        {"NFKD", Kind::Nfkd},
        {"Nmt", Kind::Nmt},
        {"Lowercase", Kind::Lowercase},
        {"StripAccents", Kind::StripAccents},
        {"ByteLevel", Kind::ByteLevel},
    };
    const std::string type = typeOf(part);
    NormalizerStep step;
    if (const auto found = plain.find(type); found != plain.end()) {
        step.kind = found->second;
    } else if (type == "Strip") {
        step.kind = Kind::Strip;
        step.left = isSet(part, "strip_left", true);
        step.right = isSet(part, "strip_right", true);
    } else if (type == "Prepend") {
        step.kind = Kind::Prepend;
        step.to = stringOf(part, "prepend");
    } else if (type == "Precompiled") {
        step.kind = Kind::CharacterMap;
        step.map = readCharacterMap(part, source);
    } else if (type == "BertNormalizer") {
        step.kind = Kind::Bert;
        step.bert.cleanText = isSet(part, "clean_text", true);
        step.bert.chineseCharacters = isSet(part, "handle_chinese_chars", true);
        step.bert.lowercase = isSet(part, "lowercase", true);
        step.bert.stripAccents = isSet(part, "strip_accents", step.bert.lowercase);
    } else {
        const Pattern pattern = readPattern(part, source);
        if (type != "Replace" || (pattern.text.empty() && !pattern.expression))
            throw notSupported(source, fmt::format("the normalizer {}", shown(part, 120)));
        step.kind = Kind::Replace;
        step.from = pattern.text;
        step.expression = pattern.expression;
        step.to = stringOf(part, "content");
    }
    return step;
}

PreTokenizerStep readSplit(const Json& part, const std::string& source)
{
    using Kind = PreTokenizerStep::Kind;
    const auto behavior = behaviorOf(stringOf(part, "behavior"));
    const Pattern pattern = readPattern(part, source);
    if (!behavior || (pattern.text.empty() && !pattern.expression))
        throw notSupported(source, fmt::format("the pre-tokenizer {}", shown(part, 120)));
    PreTokenizerStep step;
    step.behavior = *behavior;
    step.invert = isSet(part, "invert", false);
    step.text = pattern.text;
    step.expression = pattern.expression;
    step.pattern = patternOf(pattern.regex);
    // The three commonest expressions match everything; they are done by hand.
    const bool byHand = step.pattern != SplitPattern::None && *behavior == CutBehavior::Isolated;
    step.kind = !step.expression ? Kind::Text : byHand ? Kind::Pattern : Kind::Expression;
    return step;
}

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
    } else if (type == "CharDelimiterSplit" && !stringOf(part, "delimiter").empty()) {
        step.kind = Kind::Text;
        step.text = stringOf(part, "delimiter");
        step.behavior = CutBehavior::Removed;
    } else if (type == "ByteLevel") {
        step.kind = Kind::ByteLevel;
        step.addPrefixSpace = isSet(part, "add_prefix_space", true);
        step.pattern = isSet(part, "use_regex", true) ? SplitPattern::Gpt2 : SplitPattern::None;
    } else if (type == "Metaspace") {
        step.kind = Kind::Metaspace;
        step.text = stringOf(part, "replacement", "\u2581");
        const std::string scheme =
            stringOf(part, "prepend_scheme", isSet(part, "add_prefix_space", true) ? "always" : "never");
        step.prepend = scheme == "always"  ? PrependScheme::Always
                       : scheme == "first" ? PrependScheme::First
                                           : PrependScheme::Never;
        step.split = isSet(part, "split", true);
    } else if (type == "Split") {
        step = readSplit(part, source);
    } else {
        throw notSupported(source, fmt::format("the pre-tokenizer {}", shown(part, 120)));
    }
    return step;
}

} // namespace

TextNormalizer readNormalizer(const Json& file, const std::string& source)
{
    std::vector<NormalizerStep> steps;
    for (const Json& part : partsOf(section(file, "normalizer"), "normalizers"))
        steps.push_back(readNormalizerStep(part, source));
    return steps;
}

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
        const std::string type = typeOf(part);
        const Pattern pattern = readPattern(part, source);
        DecoderStep step;
        if (type == "Replace" && (!pattern.text.empty() || pattern.expression)) {
            step.kind = Kind::Replace;
            step.from = pattern.text;
            step.expression = pattern.expression;
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
        } else if (type == "CTC") {
            step.kind = Kind::Ctc;
            step.from = stringOf(part, "pad_token", "<pad>");
            step.to = stringOf(part, "word_delimiter_token", "|");
            step.flag = isSet(part, "cleanup", true);
        } else {
            throw notSupported(source, fmt::format("the decoder {}", shown(part, 120)));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

std::string readUnknownToken(const Json& file, const std::string& fallback)
{
    return stringOf(section(file, "model"), "unk_token", fallback);
}

CharacterBpeSettings readBpeSettings(const Json& file, const std::string& source)
{
    const Json& model = section(file, "model");
    if (const Json* dropout = member(model, "dropout"); dropout && dropout->is_number() && dropout->get<double>() != 0)
        throw notSupported(source, fmt::format("BPE with the dropout {}", shown(*dropout)));
    CharacterBpeSettings settings;
    settings.unknownToken = readUnknownToken(file, "");
    settings.fuseUnknown = isSet(model, "fuse_unk", false);
    settings.byteFallback = isSet(model, "byte_fallback", false);
    settings.ignoreMerges = isSet(model, "ignore_merges", false);
    settings.continuingPrefix = stringOf(model, "continuing_subword_prefix");
    settings.wordSuffix = stringOf(model, "end_of_word_suffix");
    return settings;
}

std::optional<ByteLevelSettings> readAsBytes(const PreTokenizer& preTokenizer, const CharacterBpeSettings& bpe,
                                             PreTokenizer& rest)
{
    using Kind = PreTokenizerStep::Kind;
    std::vector<PreTokenizerStep> steps = preTokenizer.steps();
    if (steps.empty() || steps.back().kind != Kind::ByteLevel || bpe.byteFallback || !bpe.continuingPrefix.empty() ||
        !bpe.wordSuffix.empty())
        return std::nullopt;
    ByteLevelSettings settings;
    settings.split = steps.back().pattern;
    settings.addPrefixSpace = steps.back().addPrefixSpace;
    settings.ignoreMerges = bpe.ignoreMerges;
    steps.pop_back();
    // One split alone, by its own expression or by ByteLevel's, is done without a list of words.
    if (steps.size() == 1 && steps[0].kind == Kind::Pattern && settings.split == SplitPattern::None &&
        !settings.addPrefixSpace) {
        settings.split = steps[0].pattern;
        steps.clear();
    }
    for (const PreTokenizerStep& step : steps)
        if (step.kind == Kind::ByteLevel)
            return std::nullopt;
    rest = PreTokenizer(std::move(steps));
    return settings;
}

UnigramSettings readUnigramSettings(const Json& file)
{
    const Json& model = section(file, "model");
    UnigramSettings settings;
    if (const Json* unknown = member(model, "unk_id"); unknown && unknown->is_number_integer())
        settings.unknown = int32_t(std::clamp<int64_t>(unknown->get<int64_t>(), 0, INT32_MAX));
    settings.byteFallback = isSet(model, "byte_fallback", false);
    return settings;
}

std::vector<double> readScores(const Json& file, const std::string& source, std::vector<std::string>& pieces)
{
    constexpr const char* kShape = "It should be a list of tokens and scores: [[\"the\", -3.5], …].";
    const Json& vocabulary = section(section(file, "model"), "vocab");
    if (!vocabulary.is_array() || vocabulary.empty())
        throw badInput(fmt::format("{}: there is no vocabulary in it", source), kShape, "model");
    std::vector<double> scores;
    for (const Json& entry : vocabulary) {
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            throw badInput(
                fmt::format("{}: the token {} is {}, not a text and a number", source, pieces.size(), shown(entry)),
                kShape, "model");
        pieces.push_back(entry[0].get<std::string>());
        scores.push_back(entry[1].get<double>());
    }
    return scores;
}

WordPieceSettings readWordPieceSettings(const Json& file)
{
    const Json& model = section(file, "model");
    WordPieceSettings settings;
    settings.unknownToken = readUnknownToken(file, settings.unknownToken);
    settings.continuing = stringOf(model, "continuing_subword_prefix", settings.continuing);
    if (model.is_object())
        settings.longestWord = model.value("max_input_chars_per_word", settings.longestWord);
    return settings;
}

namespace
{

/// The ids before and behind the text in a template; the text stands in it once.
void readTemplate(const Json& part, const std::string& source, const std::function<int32_t(const std::string&)>& idOf,
                  std::vector<int32_t>& prefix, std::vector<int32_t>& suffix)
{
    int texts = 0;
    for (const Json& item : part.at("single")) {
        if (item.contains("Sequence")) {
            ++texts;
            continue;
        }
        const std::string name = item.at("SpecialToken").at("id").get<std::string>();
        auto& side = texts == 0 ? prefix : suffix;
        if (const Json& known = section(section(part, "special_tokens"), name.c_str()); known.is_object())
            for (const Json& id : known.at("ids"))
                side.push_back(id.get<int32_t>());
        else if (const int32_t id = idOf(name); id >= 0)
            side.push_back(id);
        else
            throw badInput(
                fmt::format("{}: the template names {}, which is no token", source, shown(name)),
                "The tokens that open and close a text are cls_token and sep_token, or bos_token and eos_token, "
                "in tokenizer_config.json.",
                "model");
    }
    if (texts != 1)
        throw notSupported(source, fmt::format("a template that holds the text {} times", texts));
}

} // namespace

void readPostProcessor(const Json& file, const std::string& source,
                       const std::function<int32_t(const std::string&)>& idOf, PipelineSettings& settings)
{
    const auto pairId = [](const Json& part, const char* key) { return part.at(key).at(1).get<int32_t>(); };
    for (const Json& part : partsOf(section(file, "post_processor"), "processors")) {
        const std::string type = typeOf(part);
        std::vector<int32_t> prefix, suffix;
        if ((type == "ByteLevel" || type == "RobertaProcessing") && isSet(part, "trim_offsets", true))
            settings.trims.push_back(isSet(part, "add_prefix_space", true));
        if (type == "RobertaProcessing" || type == "BertProcessing") {
            prefix = {pairId(part, "cls")};
            suffix = {pairId(part, "sep")};
        } else if (type == "TemplateProcessing") {
            readTemplate(part, source, idOf, prefix, suffix);
        } else if (type != "ByteLevel") {
            throw notSupported(source, fmt::format("the post-processor {}", shown(part, 120)));
        }
        // A later one works around what the earlier have made.
        settings.prefix.insert(settings.prefix.begin(), prefix.begin(), prefix.end());
        settings.suffix.insert(settings.suffix.end(), suffix.begin(), suffix.end());
    }
}

} // namespace fettle
