// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/token_decoder.h"

#include "core/base/text.h"
#include "core/tokenizers/byte_alphabet.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace fettle
{

namespace
{

using DecoderKind = DecoderStep::Kind;
using Tokens = std::vector<std::string>;

constexpr std::string_view kReplacement = "\uFFFD";

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    for (size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

void replaceMatches(std::string& text, const RegularExpression& expression, std::string_view with)
{
    std::vector<std::pair<size_t, size_t>> matches;
    if (!text.empty())
        expression.find(text, 0, text.size(), matches);
    for (auto match = matches.rbegin(); match != matches.rend(); ++match)
        text.replace(match->first, match->second - match->first, with);
}

void replaceAll(std::string& text, const DecoderStep& step)
{
    if (step.expression)
        replaceMatches(text, *step.expression, step.to);
    else
        replaceAll(text, step.from, step.to);
}

/// "<0x0A>", in either case.
std::optional<char> byteOf(const std::string& token)
{
    if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>')
        return std::nullopt;
    const char* digits = token.data() + 3 + (token[3] == '+');
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits, token.data() + 5, value, 16);
    if (error != std::errc() || end != token.data() + 5)
        return std::nullopt;
    return char(value);
}

/// Runs of bytes become text; where a run is no valid UTF-8, every byte of it is U+FFFD.
Tokens joinBytes(const Tokens& tokens)
{
    Tokens out;
    std::string bytes;
    const auto finish = [&] {
        if (bytes.empty())
            return;
        if (toValidUtf8(bytes) == bytes)
            out.push_back(bytes);
        else
            out.insert(out.end(), bytes.size(), std::string(kReplacement));
        bytes.clear();
    };
    for (const std::string& token : tokens) {
        if (const auto byte = byteOf(token)) {
            bytes.push_back(*byte);
            continue;
        }
        finish();
        out.push_back(token);
    }
    finish();
    return out;
}

void strip(const DecoderStep& step, std::string& token)
{
    for (size_t i = 0; i < step.start && token.starts_with(step.from); ++i)
        token.erase(0, step.from.size());
    for (size_t i = 0; i < step.stop && token.ends_with(step.from); ++i)
        token.erase(token.size() - step.from.size());
}

/// All marks of the first token vanish, those of the others are spaces.
void replaceMarks(const DecoderStep& step, bool first, std::string& token)
{
    replaceAll(token, step.from, first && step.flag ? "" : " ");
}

void joinPieces(const DecoderStep& step, bool first, std::string& token)
{
    if (!first && token.starts_with(step.from))
        token.erase(0, step.from.size());
    else if (!first)
        token.insert(0, " ");
    if (step.flag)
        cleanUpToken(token);
}

std::string bytesOf(const Tokens& tokens)
{
    std::string bytes;
    for (const std::string& token : tokens)
        bytes += charactersToBytes(token).value_or(token);
    return bytes;
}

std::string joined(const Tokens& tokens)
{
    std::string text;
    for (const std::string& token : tokens)
        text += token;
    return text;
}

/// Repeated tokens count once, padding not at all.
Tokens collapse(const DecoderStep& step, const Tokens& tokens)
{
    Tokens out;
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0 && tokens[i] == tokens[i - 1])
            continue;
        std::string token = tokens[i];
        replaceAll(token, step.from, "");
        if (step.flag) {
            cleanUpToken(token);
            replaceAll(token, step.to, " ");
        }
        if (!token.empty())
            out.push_back(std::move(token));
    }
    return out;
}

Tokens applyStep(const DecoderStep& step, Tokens tokens)
{
    switch (step.kind) {
    case DecoderKind::ByteFallback:
        return joinBytes(tokens);
    case DecoderKind::Fuse:
        return {joined(tokens)};
    case DecoderKind::ByteLevel:
        return {toValidUtf8(bytesOf(tokens))};
    case DecoderKind::Ctc:
        return collapse(step, tokens);
    default:
        break;
    }
    for (size_t i = 0; i < tokens.size(); ++i) {
        std::string& token = tokens[i];
        switch (step.kind) {
        case DecoderKind::Replace:
            replaceAll(token, step);
            break;
        case DecoderKind::Strip:
            strip(step, token);
            break;
        case DecoderKind::Metaspace:
            replaceMarks(step, i == 0, token);
            break;
        case DecoderKind::WordPiece:
            joinPieces(step, i == 0, token);
            break;
        case DecoderKind::Suffix:
            replaceAll(token, step.from, i + 1 == tokens.size() ? "" : " ");
            break;
        default:
            break;
        }
    }
    return tokens;
}

} // namespace

void cleanUpToken(std::string& token)
{
    constexpr std::pair<std::string_view, std::string_view> kRules[] = {
        {" .", "."},   {" ?", "?"},           {" !", "!"},   {" ,", ","},     {" ' ", "'"},    {" n't", "n't"},
        {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
    };
    for (const auto& [from, to] : kRules)
        replaceAll(token, from, to);
}

std::string TokenDecoder::readable(std::string token) const
{
    for (const DecoderStep& step : m_steps) {
        const auto byte = step.kind == DecoderKind::ByteFallback ? byteOf(token) : std::nullopt;
        if (byte)
            return std::string(1, *byte);
        if (step.kind == DecoderKind::Replace)
            replaceAll(token, step);
        else if (step.kind == DecoderKind::Metaspace || step.kind == DecoderKind::Suffix)
            replaceAll(token, step.from, " ");
        else if (step.kind == DecoderKind::ByteLevel)
            token = bytesOf({token});
    }
    return token;
}

std::string TokenDecoder::decode(std::vector<std::string> tokens) const
{
    if (m_steps.empty()) {
        std::string text;
        for (const std::string& token : tokens)
            text += (&token == tokens.data() ? "" : " ") + token;
        return text;
    }
    for (const DecoderStep& step : m_steps)
        tokens = applyStep(step, std::move(tokens));
    return joined(tokens);
}

} // namespace fettle
