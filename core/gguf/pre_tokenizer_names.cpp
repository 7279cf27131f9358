// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/pre_tokenizer_names.h"

#include "core/tokenizers/byte_level_bpe.h"
#include "core/tokenizers/character_bpe.h"

#include <fmt/format.h>
#include <map>

namespace fettle
{

namespace
{

std::string splitWord(SplitPattern pattern)
{
    switch (pattern) {
    case SplitPattern::Gpt2:
        return "gpt2";
    case SplitPattern::Llama3:
        return "llama3";
    case SplitPattern::SingleDigits:
        return "digits";
    case SplitPattern::None:
        break;
    }
    return "whole";
}

/// How a text is cut into words, in a few letters.
std::string cutOf(const PreTokenizerStep& step)
{
    using Kind = PreTokenizerStep::Kind;
    switch (step.kind) {
    case Kind::SingleDigits:
        return "each digit; ";
    case Kind::Digits:
        return "digits; ";
    case Kind::Punctuation:
        return step.behavior == CutBehavior::Contiguous ? "punctuation together; " : "punctuation; ";
    case Kind::Pattern:
        return fmt::format("words as {}; ", splitWord(step.pattern));
    case Kind::Expression:
        return fmt::format("{}{}; ", step.invert || step.behavior != CutBehavior::Isolated ? "other " : "",
                           step.expression->pattern());
    case Kind::ByteLevel:
        return fmt::format("bytes, words as {}{}; ", splitWord(step.pattern),
                           step.addPrefixSpace ? ", a space first" : "");
    default:
        return "other; ";
    }
}

/// tokenizer.ggml.pre: what llama.cpp calls a way to cut (src/llama-vocab.cpp); by the words of cutOf.
std::string preTokenizerName(const std::string& cuts, bool takesWholeWords)
{
    static const std::map<std::string, const char*> names{
        {"bytes, words as gpt2; ", "gpt-2"},
        {"bytes, words as llama3; ", "dbrx"},
        {"bytes, words as digits; ", "qwen2"},
        {"each digit; bytes, words as gpt2; ", "starcoder"},
        {"punctuation together; bytes, words as gpt2; digits; [0-9][0-9][0-9]; ", "falcon"},
        {" ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+; bytes, words as whole; ", "bloom"},
    };
    const auto found = names.find(cuts);
    if (found == names.end())
        throw unknownToLlama(fmt::format("that cuts texts so: {}", cuts.substr(0, cuts.size() - 2)));
    if (!takesWholeWords)
        return found->second;
    if (found->second != std::string_view("dbrx"))
        throw unknownToLlama(
            fmt::format("that takes whole words as they are (ignore_merges) and cuts texts as {} does", found->second));
    return "llama-bpe";
}

} // namespace

Error unknownToLlama(const std::string& what)
{
    return badInput(fmt::format("llama.cpp, which reads GGUF files, has no tokenizer {}.", what),
                    "--to merged and a model's own folder keep any tokenizer, for transformers.", "model");
}

std::string ggufPreTokenizer(const PipelineTokenizer& tokenizer)
{
    const auto* bytes = dynamic_cast<const ByteLevelBpe*>(&tokenizer);
    const auto* characters = dynamic_cast<const CharacterBpe*>(&tokenizer);
    std::string cuts;
    for (const PreTokenizerStep& step : tokenizer.settings().preTokenizer.steps())
        cuts += cutOf(step);
    if (bytes)
        cuts += cutOf({.kind = PreTokenizerStep::Kind::ByteLevel,
                       .pattern = bytes->byteLevel().split,
                       .addPrefixSpace = bytes->byteLevel().addPrefixSpace});
    if (cuts.find("bytes") == std::string::npos)
        throw unknownToLlama(fmt::format("of the kind {} over characters", tokenizer.kind()));
    return preTokenizerName(cuts,
                            bytes ? bytes->byteLevel().ignoreMerges : characters && characters->bpe().ignoreMerges);
}

} // namespace fettle
