// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/generator.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/generate/beam_search.h"
#include "core/generate/filters.h"
#include "core/generate/generation_config.h"
#include "core/generate/stop_strings.h"
#include "core/generate/text_stream.h"
#include "core/generate/writing.h"
#include "core/models/model.h"
#include "core/tokenizers/readable_pieces.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// The prompt's ids, its beginning left out where the context has no room for it and something new.
std::vector<int64_t> promptTokens(const LanguageModel& model, const Tokenizer& tokenizer, const Prompt& prompt,
                                  std::optional<int64_t> beginning, const GenerateOptions& options)
{
    const std::vector<int32_t> encoded = tokenizer.encodeIds(prompt.text, !prompt.hasSpecialTokens);
    std::vector<int64_t> ids(encoded.begin(), encoded.end());
    if (ids.empty()) {
        if (!beginning)
            throw badInput("The prompt is empty, and this model has no token that begins a text.",
                           "Give a few words to begin with.", "prompt");
        ids.push_back(*beginning);
    }
    const auto length = static_cast<int64_t>(ids.size());
    if (options.maxLength > 0 && length >= options.maxLength)
        throw badInput(
            fmt::format("The prompt has {} tokens, and max_length = {} counts them.", length, options.maxLength),
            "Shorten it, or say how many are to be written (max_new_tokens).", "prompt");
    const int64_t context = model.facts().contextLength;
    if (length >= context) {
        const int64_t wanted = options.maxLength > 0 ? options.maxLength - length : options.maxNewTokens;
        const int64_t kept = context - std::clamp<int64_t>(wanted, 1, std::max<int64_t>(1, context / 2));
        ids.erase(ids.begin(), ids.end() - std::max<int64_t>(kept, 1));
    }
    return ids;
}

/// A piece for people; one that goes on with a character is read with what was begun of it.
std::string textAfter(const std::string& begun, const std::string& bytes)
{
    if (!sharesCharacter(begun, bytes))
        return toValidUtf8(bytes);
    size_t from = begun.size() - 1;
    while ((static_cast<unsigned char>(begun[from]) & 0xC0) == 0x80)
        --from;
    return toValidUtf8(begun.substr(from) + bytes);
}

/// What `tokens` add to the text of `prompt`.
std::string textOf(const Tokenizer& tokenizer, const std::vector<int64_t>& prompt, std::span<const int64_t> tokens,
                   const std::function<bool(int64_t)>& isEnd)
{
    TextStream stream(tokenizer, prompt);
    std::string text;
    for (const int64_t id : tokens)
        if (!isEnd(id))
            text += stream.add(static_cast<int32_t>(id));
    return text;
}

} // namespace

Generation generate(LanguageModel& model, const Tokenizer& tokenizer, const Prompt& prompt,
                    const GenerateOptions& options, const std::function<bool(const GeneratedPiece&)>& onText,
                    const std::function<bool(const BeamProgress&)>& onBeams)
{
    if (model.facts().objective != Objective::Causal)
        throw badInput(fmt::format("{} fills blanks and does not write on.", model.facts().name),
                       "Use a text with the mask token.", "model");
    checkGenerateOptions(options);
    const auto begin = std::chrono::steady_clock::now();
    const TextBounds bounds = textBounds(model.facts(), tokenizer);
    const std::vector<int64_t> ids = promptTokens(model, tokenizer, prompt, bounds.begin, options);
    Generation generation;
    generation.promptIds.assign(ids.begin(), ids.end());

    const auto isEnd = [&](int64_t id) { return std::binary_search(bounds.ends.begin(), bounds.ends.end(), id); };
    const StopStrings stop(tokenizer, options.stopStrings);
    std::vector<int64_t> all = ids;
    TextStream stream(tokenizer, ids);
    std::string begun = ids.empty() ? std::string() : tokenizer.pieceBytes(static_cast<int32_t>(ids.back()));
    const auto take = [&](int32_t id, const std::vector<RankedToken>& likeliest) {
        GeneratedPiece piece;
        piece.id = id;
        if (!isEnd(id))
            piece.text = stream.add(id);
        for (const auto& [other, probability, rank] : likeliest)
            piece.alternatives.push_back({textAfter(begun, tokenizer.pieceBytes(other)), other, probability, rank});
        const std::string bytes = tokenizer.pieceBytes(id);
        begun = sharesCharacter(begun, bytes) ? begun + bytes : bytes;
        all.push_back(id);
        generation.ids.push_back(id);
        generation.text += piece.text;
        return !onText || onText(piece);
    };
    bool isStopped = false;
    if (options.numBeams > 1) {
        const StopsText stops = options.stopStrings.empty() ? StopsText() : [&](std::span<const int64_t> tokens) {
            return stop.areCompletedBy(tokens);
        };
        int64_t written = 0;
        const auto tell = [&](std::span<const int64_t> best) {
            ++written;
            isStopped = onBeams && !onBeams({written, textOf(tokenizer, ids, best, isEnd)});
            return !isStopped;
        };
        for (const int64_t id : beamSearch(model, ids, bounds.ends, options, stops, tell))
            isStopped = !take(static_cast<int32_t>(id), {}) || isStopped;
    } else {
        isStopped = writeTokens(model, ids, bounds.ends, options, [&](int32_t id, const auto& likeliest) {
                        return take(id, likeliest) && (isEnd(id) || !stop.areCompletedBy(all));
                    }) == WritingEnd::Stopped;
    }
    if (!generation.ids.empty() && isEnd(generation.ids.back()))
        generation.stop = "eos";
    else
        generation.stop = isStopped || stop.areCompletedBy(all) ? "string" : "length";
    generation.text += stream.finish();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    generation.tokensPerSecond = static_cast<double>(generation.ids.size()) / std::max(seconds.count(), 1e-9);
    return generation;
}

} // namespace fettle
