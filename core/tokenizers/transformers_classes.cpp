// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/transformers_classes.h"

#include "core/tokenizers/tokenizer_json.h"

#include <map>

namespace fettle
{

namespace
{

using enum TokenizerClass;

constexpr const char* kSpace = "\u2581";

TokenizerClass classNamed(const std::string& name)
{
    static const std::map<std::string, TokenizerClass> classes = {
        {"GPT2Tokenizer", Gpt2},           {"CodeGenTokenizer", Gpt2},
        {"RobertaTokenizer", Roberta},     {"Qwen2Tokenizer", Qwen2},
        {"BertTokenizer", Bert},           {"DistilBertTokenizer", Bert},
        {"ElectraTokenizer", Bert},        {"LlamaTokenizer", Llama},
        {"GemmaTokenizer", Gemma},         {"GPTNeoXTokenizer", GptNeoX},
        {"DebertaTokenizer", Deberta},     {"XLMRobertaTokenizer", XlmRoberta},
        {"CamembertTokenizer", Camembert}, {"AlbertTokenizer", Albert},
        {"DebertaV2Tokenizer", DebertaV2}, {"T5Tokenizer", T5},
    };
    const auto found = classes.find(name);
    return found == classes.end() ? Whole : found->second;
}

/// What AutoTokenizer knows of the types of models that can be opened here; "" where it takes what is declared.
const char* classKnownFor(const std::string& modelType)
{
    static const std::map<std::string, const char*> known = {
        {"gpt2", "GPT2Tokenizer"},
        {"phi", "GPT2Tokenizer"},
        {"opt", "GPT2Tokenizer"},
        {"gpt_neo", "GPT2Tokenizer"},
        {"starcoder2", "GPT2Tokenizer"},
        {"gpt_neox", "GPTNeoXTokenizer"},
        {"qwen2", "Qwen2Tokenizer"},
        {"qwen3", "Qwen2Tokenizer"},
        {"gemma", "GemmaTokenizer"},
        {"gemma2", "GemmaTokenizer"},
        {"gemma3", "GemmaTokenizer"},
        {"gemma3_text", "GemmaTokenizer"},
        {"bert", "BertTokenizer"},
        {"distilbert", "BertTokenizer"},
        {"electra", "BertTokenizer"},
        {"roberta", "RobertaTokenizer"},
        {"xlm-roberta", "XLMRobertaTokenizer"},
        {"camembert", "CamembertTokenizer"},
        {"albert", "AlbertTokenizer"},
        {"deberta", "DebertaTokenizer"},
        {"deberta-v2", "DebertaV2Tokenizer"},
        // For these tokenizer.json counts, whatever the folder declares.
        {"mistral", "TokenizersBackend"},
        {"mixtral", "TokenizersBackend"},
        {"phi3", "TokenizersBackend"},
        {"olmo2", "TokenizersBackend"},
        {"modernbert", "TokenizersBackend"},
    };
    const auto found = known.find(modelType);
    return found == known.end() ? "" : found->second;
}

/// Where a folder that declares another class is known to be wrong.
bool declaresWrongly(const std::string& modelType)
{
    return modelType == "qwen2";
}

Json replaceStep(const char* from, const char* to)
{
    return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}

Json sequence(const char* key, std::vector<Json> parts)
{
    return {{"type", "Sequence"}, {key, std::move(parts)}};
}

Json metaspace(const char* scheme, bool split = true)
{
    return {{"type", "Metaspace"}, {"replacement", kSpace}, {"prepend_scheme", scheme}, {"split", split}};
}

Json byteLevel(bool addPrefixSpace, bool useRegex = true)
{
    return {{"type", "ByteLevel"}, {"add_prefix_space", addPrefixSpace}, {"use_regex", useRegex}};
}

/// [first] text [last], by their names.
Json around(const std::string& first, const std::string& last)
{
    std::vector<Json> single;
    const auto add = [&](const std::string& name) {
        if (!name.empty())
            single.push_back({{"SpecialToken", {{"id", name}}}});
    };
    add(first);
    single.push_back({{"Sequence", {{"id", "A"}}}});
    add(last);
    return {{"type", "TemplateProcessing"}, {"single", single}};
}

/// The precompiled rules of the file's normalizer, which the classes keep; null where there are none.
Json characterRules(const Json& file)
{
    const Json* normalizer = member(file, "normalizer");
    const auto isMap = [](const Json& part) {
        const Json* type = member(part, "type");
        return type && *type == "Precompiled";
    };
    if (normalizer && isMap(*normalizer))
        return *normalizer;
    if (const Json* parts = normalizer ? member(*normalizer, "normalizers") : nullptr)
        for (const Json& part : *parts)
            if (isMap(part))
                return part;
    return {};
}

/// XLM-R, CamemBERT, ALBERT, T5: words at white space, a mark before each.
Json sentencePieceParts(Json normalizer, bool prefix, int unknown)
{
    const char* scheme = prefix ? "always" : "never";
    return {{"normalizer", std::move(normalizer)},
            {"pre_tokenizer", sequence("pretokenizers", {{{"type", "WhitespaceSplit"}}, metaspace(scheme)})},
            {"decoder", metaspace(scheme)},
            {"model", {{"unk_id", unknown}}}};
}

/// The place of a piece in a list of [piece, score].
int placeOf(const Json& file, const std::string& piece, bool scoreOfNull, int fallback)
{
    const Json& vocabulary = section(section(file, "model"), "vocab");
    for (size_t i = 0; vocabulary.is_array() && i < vocabulary.size(); ++i)
        if (const Json& entry = vocabulary[i];
            entry.is_array() && entry.size() == 2 && entry[0] == piece && (!scoreOfNull || entry[1] == 0.0))
            return int(i);
    return fallback;
}

Json bertParts(const TokenizerFiles& files, const std::string& unknown)
{
    const bool lower = files.flag("do_lower_case", true);
    return {{"normalizer",
             {{"type", "BertNormalizer"},
              {"lowercase", lower},
              {"handle_chinese_chars", files.flag("tokenize_chinese_chars", true)},
              {"strip_accents", files.flag("strip_accents", lower)}}},
            {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
            {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
            {"model", {{"unk_token", unknown}}}};
}

/// Spaces are marks; with `legacy` one is put behind every added token too.
Json llamaParts(const TokenizerFiles& files)
{
    const bool prefix = files.flag("add_prefix_space", true);
    std::vector<Json> decoders = {replaceStep(kSpace, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}};
    if (prefix)
        decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    return {{"pre_tokenizer", metaspace(!prefix                       ? "never"
                                        : files.flag("legacy", false) ? "always"
                                                                      : "first",
                                        false)},
            {"decoder", sequence("decoders", std::move(decoders))},
            {"model", {{"fuse_unk", true}, {"byte_fallback", true}}}};
}

Json gemmaParts(const std::string& unknown)
{
    return {
        {"normalizer", replaceStep(" ", kSpace)},
        {"pre_tokenizer", {{"type", "Split"}, {"pattern", {{"String", " "}}}, {"behavior", "MergedWithPrevious"}}},
        {"decoder", sequence("decoders", {replaceStep(kSpace, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}})},
        {"model", {{"fuse_unk", true}, {"byte_fallback", true}, {"unk_token", unknown}}}};
}

Json albertNormalizer(const TokenizerFiles& files, const Json& file)
{
    std::vector<Json> steps = {replaceStep("``", "\""), replaceStep("''", "\"")};
    if (!files.flag("keep_accents", false)) {
        steps.push_back({{"type", "NFKD"}});
        steps.push_back({{"type", "StripAccents"}});
    }
    if (files.flag("do_lower_case", true))
        steps.push_back({{"type", "Lowercase"}});
    if (Json rules = characterRules(file); !rules.is_null())
        steps.push_back(std::move(rules));
    return sequence("normalizers", std::move(steps));
}

/// Where add_bos_token or add_eos_token stands at all, they alone say what goes around a text.
bool asksForEnds(const TokenizerFiles& files)
{
    return files.tokenizerConfig().is_object() &&
           (files.tokenizerConfig().contains("add_bos_token") || files.tokenizerConfig().contains("add_eos_token"));
}

Json debertaV2Parts(const TokenizerFiles& files, const Json& file, const std::string& unknown)
{
    // A SentencePiece trainer's own is heard, tokenizer.json's is not.
    const Json* trained = files.has("tokenizer.json") ? nullptr : member(section(file, "model"), "unk_id");
    const int usual = trained ? trained->get<int>() : 1;
    const char* scheme = files.flag("add_prefix_space", true) ? "always" : "first";
    std::vector<Json> normalizers, words;
    if (files.flag("do_lower_case", false))
        normalizers.push_back({{"type", "Lowercase"}});
    normalizers.push_back({{"type", "Replace"}, {"pattern", {{"Regex", R"(\s{2,}|[\n\r\t])"}}}, {"content", " "}});
    normalizers.push_back({{"type", "NFC"}});
    normalizers.push_back({{"type", "Strip"}, {"strip_left", false}, {"strip_right", true}});
    if (files.flag("split_by_punct", false))
        words.push_back({{"type", "Punctuation"}, {"behavior", "Isolated"}});
    words.push_back(metaspace(scheme));
    return {{"normalizer", sequence("normalizers", std::move(normalizers))},
            {"pre_tokenizer", sequence("pretokenizers", std::move(words))},
            {"decoder", metaspace(scheme)},
            {"model", {{"unk_id", placeOf(file, unknown, true, usual)}}}};
}

} // namespace

TokenizerClass classOf(const TokenizerFiles& files, TokenizerKind jsonKind)
{
    const Json* type = member(files.config(), "model_type");
    const std::string modelType = type && type->is_string() ? type->get<std::string>() : "";
    const std::string declared = files.tokenizerClass(), known = classKnownFor(modelType);
    // LlamaTokenizer over a byte-level file (Llama 3): transformers takes the file whole.
    if (declared == "LlamaTokenizer" && jsonKind == TokenizerKind::ByteLevelBpe)
        return Whole;
    if (declared.empty() || known.empty() || known == declared)
        return classNamed(declared.empty() ? known : declared);
    return known == "TokenizersBackend" ? Whole : classNamed(declaresWrongly(modelType) ? known : declared);
}

TokenizerKind kindBuiltBy(TokenizerClass builtAs)
{
    switch (builtAs) {
    case Bert:
        return TokenizerKind::WordPiece;
    case Llama:
    case Gemma:
        return TokenizerKind::CharacterBpe;
    case Gpt2:
    case Roberta:
    case Qwen2:
    case GptNeoX:
    case Deberta:
        return TokenizerKind::ByteLevelBpe;
    case XlmRoberta:
    case Camembert:
    case Albert:
    case DebertaV2:
    case T5:
        return TokenizerKind::Unigram;
    case Whole:
        break;
    }
    return TokenizerKind::None;
}

const Json& defaultTokensOf(TokenizerClass builtAs, TokenizerKind kind)
{
    static const Json gpt2 = {{"bos_token", "<|endoftext|>"}, {"eos_token", "<|endoftext|>"}};
    static const Json neox = {{"bos_token", "<|endoftext|>"},
                              {"eos_token", "<|endoftext|>"},
                              {"pad_token", "<|padding|>"},
                              {"unk_token", "<|endoftext|>"}};
    static const Json camembert = {{"bos_token", "<s>"},   {"cls_token", "<s>"},
                                   {"eos_token", "</s>"},  {"mask_token", {{"content", "<mask>"}, {"lstrip", true}}},
                                   {"pad_token", "<pad>"}, {"sep_token", "</s>"},
                                   {"unk_token", "<unk>"}};
    static const Json roberta = {{"bos_token", "<s>"},     {"cls_token", "<s>"},   {"eos_token", "</s>"},
                                 {"mask_token", "<mask>"}, {"pad_token", "<pad>"}, {"sep_token", "</s>"},
                                 {"unk_token", "<unk>"}};
    static const Json bert = {{"cls_token", "[CLS]"},
                              {"mask_token", "[MASK]"},
                              {"pad_token", "[PAD]"},
                              {"sep_token", "[SEP]"},
                              {"unk_token", "[UNK]"}};
    static const Json deberta = {{"bos_token", "[CLS]"},   {"cls_token", "[CLS]"}, {"eos_token", "[SEP]"},
                                 {"mask_token", "[MASK]"}, {"pad_token", "[PAD]"}, {"sep_token", "[SEP]"},
                                 {"unk_token", "[UNK]"}};
    static const Json albert = {{"bos_token", "[CLS]"},   {"cls_token", "[CLS]"}, {"eos_token", "[SEP]"},
                                {"mask_token", "[MASK]"}, {"pad_token", "<pad>"}, {"sep_token", "[SEP]"},
                                {"unk_token", "<unk>"}};
    static const Json gemma = {{"bos_token", "<bos>"},
                               {"eos_token", "<eos>"},
                               {"mask_token", "<mask>"},
                               {"pad_token", "<pad>"},
                               {"unk_token", "<unk>"}};
    static const Json t5 = {{"eos_token", "</s>"}, {"pad_token", "<pad>"}, {"unk_token", "<unk>"}};
    static const Json llama = {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}};
    switch (builtAs) {
    case Roberta:
    case XlmRoberta:
        return roberta;
    case Camembert:
        return camembert;
    case GptNeoX:
        return neox;
    case Deberta:
    case DebertaV2:
        return deberta;
    case Albert:
        return albert;
    case Gemma:
        return gemma;
    case T5:
        return t5;
    default:
        break;
    }
    return kind == TokenizerKind::ByteLevelBpe ? gpt2 : kind == TokenizerKind::WordPiece ? bert : llama;
}

Json partsBuiltBy(TokenizerClass builtAs, const TokenizerFiles& files, const Json& vocabularyFile)
{
    const Json& defaults = defaultTokensOf(builtAs, kindBuiltBy(builtAs));
    const auto name = [&](const char* key) {
        const Json* usual = member(defaults, key);
        return files.specialName(key, usual ? contentOf(*usual) : std::string());
    };
    const bool prefix = files.flag("add_prefix_space", false), marked = files.flag("add_prefix_space", true);
    Json parts = {{"pre_tokenizer", byteLevel(prefix)}, {"decoder", {{"type", "ByteLevel"}}}};
    switch (builtAs) {
    case Bert:
        parts = bertParts(files, name("unk_token"));
        parts["post_processor"] = around(name("cls_token"), name("sep_token"));
        break;
    case Llama:
        parts = llamaParts(files);
        break;
    case Gemma:
        parts = gemmaParts(name("unk_token"));
        break;
    case Roberta:
        parts["post_processor"] = sequence(
            "processors",
            {{{"type", "ByteLevel"}, {"trim_offsets", files.flag("trim_offsets", true)}, {"add_prefix_space", prefix}},
             around(name("cls_token"), name("sep_token"))});
        break;
    case Qwen2: {
        const Json split = {
            {"type", "Split"}, {"pattern", {{"Regex", std::string(kSingleDigitsPattern)}}}, {"behavior", "Isolated"}};
        parts["normalizer"] = {{"type", "NFC"}};
        parts["pre_tokenizer"] = sequence("pretokenizers", {split, byteLevel(prefix, false)});
        break;
    }
    case GptNeoX:
        parts["normalizer"] = {{"type", "NFC"}};
        if (files.has("tokenizer.json"))
            parts["post_processor"] = around("", "");
        break;
    case Deberta:
        parts["post_processor"] = around(name("cls_token"), name("sep_token"));
        break;
    case XlmRoberta:
        parts = sentencePieceParts(characterRules(vocabularyFile), marked, 3);
        parts["post_processor"] = around(name("bos_token"), name("eos_token"));
        break;
    case Camembert:
        parts = sentencePieceParts(characterRules(vocabularyFile), marked,
                                   placeOf(vocabularyFile, name("unk_token"), false, 0));
        parts["post_processor"] = around(name("bos_token"), name("eos_token"));
        break;
    case Albert:
        parts = sentencePieceParts(albertNormalizer(files, vocabularyFile), marked, 1);
        if (!files.has("tokenizer.json") && !asksForEnds(files))
            parts["post_processor"] = around(name("cls_token"), name("sep_token"));
        break;
    case DebertaV2:
        parts = debertaV2Parts(files, vocabularyFile, name("unk_token"));
        parts["post_processor"] = around(name("cls_token"), name("sep_token"));
        break;
    case T5:
        parts = sentencePieceParts(characterRules(vocabularyFile), true, 2);
        parts["post_processor"] = around("", "</s>");
        break;
    case Gpt2:
    case Whole:
        break;
    }
    return parts;
}

} // namespace fettle
