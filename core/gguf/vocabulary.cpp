// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/vocabulary.h"

#include "core/gguf/pre_tokenizer_names.h"
#include "core/tokenizers/byte_level_bpe.h"
#include "core/tokenizers/character_bpe.h"
#include "core/tokenizers/unicode.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

namespace fettle
{

namespace
{

constexpr std::string_view spaceMark = "\u2581";

/// tokenizer.ggml.token_type.
enum TokenType : int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

class Vocabulary
{
public:
    Vocabulary(const PipelineTokenizer& tokenizer, int64_t rows) : m_tokenizer(tokenizer)
    {
        if (tokenizer.vocabularySize() > rows)
            throw badInput(
                fmt::format("The tokenizer has {} tokens, and the model a table of {}: llama.cpp wants a row "
                            "for each token.",
                            tokenizer.vocabularySize(), rows),
                "Take the tokenizer that belongs to the model.", "model");
        for (int64_t id = 0; id < rows; ++id) {
            std::string token = tokenizer.idToToken(static_cast<int32_t>(id));
            m_types.push_back(token.empty() ? Unused : Normal);
            m_tokens.push_back(token.empty() ? fmt::format("[PAD{}]", id) : std::move(token));
        }
        if (const auto unknown = tokenizer.special().unk)
            m_types.at(static_cast<size_t>(*unknown)) = Unknown;
        for (const AddedToken& token : tokenizer.settings().added)
            if (int32_t& type = m_types.at(static_cast<size_t>(token.id)); type != Unknown)
                type = token.special ? Control : UserDefined;
    }

    GgufVocabulary byteLevel(const std::string& pre, const BpeMerges& merges)
    {
        // An unknown token is one of texts there: nothing is unknown to bytes.
        if (const auto unknown = m_tokenizer.special().unk)
            m_types[static_cast<size_t>(*unknown)] = Control;
        std::vector<std::string> rules;
        for (const BpeMerges::Rule& rule : merges.rules())
            rules.push_back(piece(rule.left) + " " + piece(rule.right));
        begin("gpt2", pre);
        add("merges", std::move(rules));
        return std::move(m_out);
    }

    GgufVocabulary sentencePiece(const CharacterBpe& tokenizer, bool addsPrefix)
    {
        for (int byte = 0; byte < 256; ++byte) {
            const auto id = tokenizer.tokenToId(fmt::format("<0x{:02X}>", byte));
            if (!id)
                throw unknownToLlama(fmt::format("of SentencePiece's kind without the token <0x{:02X}>", byte));
            m_types[static_cast<size_t>(*id)] = Byte;
        }
        begin("llama", "default");
        add("scores", scores(tokenizer));
        add("add_space_prefix", addsPrefix);
        return std::move(m_out);
    }

    void addSpecialTokens(const std::vector<int64_t>& ends, GgufVocabulary& out) const;

private:
    std::string piece(int32_t id) const { return m_tokenizer.idToToken(id); }
    void add(const char* key, GgufValue value)
    {
        m_out.keys.emplace_back(std::string("tokenizer.ggml.") + key, std::move(value));
    }
    void begin(const char* model, const std::string& pre)
    {
        add("model", std::string(model));
        add("pre", pre);
        add("tokens", m_tokens);
        add("token_type", m_types);
    }
    std::vector<float> scores(const CharacterBpe& tokenizer) const;

    const PipelineTokenizer& m_tokenizer;
    std::vector<std::string> m_tokens;
    std::vector<int32_t> m_types;
    GgufVocabulary m_out;
};

// llama.cpp joins the two neighbours whose whole has the highest score, whatever the two are. Merges say the same where
// every way to make a token is one of them, and those of one token follow each other.
std::vector<float> Vocabulary::scores(const CharacterBpe& tokenizer) const
{
    const std::vector<BpeMerges::Rule> rules = tokenizer.merges().rules();
    std::unordered_map<int32_t, int64_t> places; ///< of the tokens, in the order in which they are made
    std::unordered_map<int32_t, int64_t> ways;
    int32_t last = -1;
    const auto refuse = [&](int32_t id) {
        throw unknownToLlama(fmt::format(
            "of SentencePiece's kind with these merges: the token {} would be made otherwise", shown(piece(id))));
    };
    // Added tokens are found in the text before anything is joined, by both.
    const auto isJoined = [&](std::optional<int32_t> id) {
        return id && m_types[static_cast<size_t>(*id)] != Control && m_types[static_cast<size_t>(*id)] != UserDefined;
    };
    for (const BpeMerges::Rule& rule : rules) {
        if (!isJoined(rule.left) || !isJoined(rule.right) || !isJoined(rule.merged))
            continue;
        if (rule.merged != last && places.contains(rule.merged))
            refuse(rule.merged);
        places.emplace(last = rule.merged, static_cast<int64_t>(places.size()));
        ++ways[rule.merged];
    }
    std::vector<float> scores(m_tokens.size(), -static_cast<float>(places.size()));
    for (const auto& [id, place] : places) {
        const std::string whole = piece(id);
        int64_t possible = 0;
        for (size_t at = 1; at < whole.size(); ++at)
            if (unicode::startsCharacter(whole[at]) && isJoined(tokenizer.tokenToId(whole.substr(0, at))) &&
                isJoined(tokenizer.tokenToId(whole.substr(at))))
                ++possible;
        if (possible != ways.at(id))
            refuse(id);
        scores[static_cast<size_t>(id)] = -static_cast<float>(place);
    }
    return scores;
}

void Vocabulary::addSpecialTokens(const std::vector<int64_t>& ends, GgufVocabulary& out) const
{
    const SpecialTokens& special = m_tokenizer.special();
    const PipelineSettings& settings = m_tokenizer.settings();
    const auto id = [&](const char* key, std::optional<int64_t> value) {
        if (value)
            out.keys.emplace_back(fmt::format("tokenizer.ggml.{}_token_id", key), static_cast<uint32_t>(*value));
    };
    const auto isEnd = [&](int64_t token) { return std::find(ends.begin(), ends.end(), token) != ends.end(); };
    std::optional<int64_t> end = special.eos;
    if (!ends.empty() && (!end || !isEnd(*end)))
        end = ends.front();
    const std::optional<int64_t> begin = special.bos ? std::optional<int64_t>(*special.bos) : end;
    if (!end && !begin) // llama.cpp would take the token 11, or 2
        throw badInput("No token of the model ends a text, and llama.cpp would take another for it.",
                       "Name it: eos_token in tokenizer_config.json, or eos_token_id in generation_config.json.",
                       "model");
    id("bos", begin);
    id("eos", end ? end : begin);
    for (const int64_t other : ends)
        if (other != end) { // llama.cpp has room for one more: the end of a turn
            id("eot", other);
            break;
        }
    id("unknown", special.unk);
    id("seperator", special.sep);
    id("padding", special.pad);
    id("cls", special.cls);
    id("mask", special.mask);
    const auto isOnly = [](const std::vector<int32_t>& tokens, std::optional<int64_t> one) {
        return tokens.empty() || (tokens.size() == 1 && one == tokens.front());
    };
    if (!isOnly(settings.prefix, special.bos) || !isOnly(settings.suffix, special.eos))
        throw unknownToLlama("that puts other tokens around a text than one that begins it and one that ends it");
    out.keys.emplace_back("tokenizer.ggml.add_bos_token", !settings.prefix.empty());
    out.keys.emplace_back("tokenizer.ggml.add_eos_token", !settings.suffix.empty());
}

using Steps = std::vector<NormalizerStep>;

bool marksSpaces(const NormalizerStep& step)
{
    return step.kind == NormalizerStep::Kind::Replace && step.from == " " && step.to == spaceMark;
}

/// Whether a space is put before a text; throws where it is normalized and cut otherwise than SentencePiece would.
bool hasPrefix(const CharacterBpe& tokenizer, std::vector<std::string>& notices)
{
    using Normalizer = NormalizerStep::Kind;
    using Cut = PreTokenizerStep::Kind;
    const PipelineSettings& settings = tokenizer.settings();
    bool prefix = false, marked = false;
    for (const NormalizerStep& step : settings.normalizer.steps()) {
        if (step.kind == Normalizer::Prepend && step.to == spaceMark)
            prefix = true;
        else if (marksSpaces(step))
            marked = true;
        else
            throw unknownToLlama("of SentencePiece's kind that rewrites characters");
    }
    for (const PreTokenizerStep& step : settings.preTokenizer.steps()) {
        if (marked && step.kind == Cut::Text && step.text == " ")
            continue; // there are none left
        if (step.kind != Cut::Metaspace || step.text != spaceMark || step.split)
            throw unknownToLlama("of SentencePiece's kind that cuts texts into words");
        marked = true;
        prefix = step.prepend != PrependScheme::Never;
        if (step.prepend == PrependScheme::First)
            notices.emplace_back("llama.cpp puts a space before a text that follows a special token, this tokenizer "
                                 "before the first one alone.");
    }
    if (!marked)
        throw unknownToLlama("of BPE over characters that keeps spaces as they are");
    return prefix;
}

} // namespace

GgufVocabulary ggufVocabulary(const Tokenizer& tokenizer, int64_t rows, const std::vector<int64_t>& ends)
{
    const auto* bytes = dynamic_cast<const ByteLevelBpe*>(&tokenizer);
    const auto* characters = dynamic_cast<const CharacterBpe*>(&tokenizer);
    if (!bytes && !characters)
        throw unknownToLlama(fmt::format("of the kind {} for models that write", tokenizer.kind()));
    const auto& pipeline = dynamic_cast<const PipelineTokenizer&>(tokenizer);
    const Steps& normalizers = pipeline.settings().normalizer.steps();
    Vocabulary vocabulary(pipeline, rows);
    GgufVocabulary out;
    std::vector<std::string> notices;
    if (characters && characters->bpe().byteFallback) {
        if (!characters->bpe().continuingPrefix.empty() || !characters->bpe().wordSuffix.empty() ||
            characters->bpe().ignoreMerges)
            throw unknownToLlama("of SentencePiece's kind with marks of words");
        const bool prefix = hasPrefix(*characters, notices);
        out = vocabulary.sentencePiece(*characters, prefix);
    } else {
        for (const NormalizerStep& step : normalizers) {
            if (step.kind != NormalizerStep::Kind::Nfc)
                throw unknownToLlama("of bytes that rewrites characters");
            notices.emplace_back("llama.cpp does not compose characters (NFC), this tokenizer does: texts with "
                                 "combining accents are cut otherwise there.");
        }
        const std::string pre = ggufPreTokenizer(pipeline);
        out = vocabulary.byteLevel(pre, bytes ? bytes->merges() : characters->merges());
    }
    vocabulary.addSpecialTokens(ends, out);
    out.notices = std::move(notices);
    return out;
}

} // namespace fettle
