// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/grading.h"

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/batch.h"
#include "core/data/dataset.h"
#include "core/data/tokenizing.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

namespace fettle
{

namespace
{

/// From this share of unknown tokens on a person should know.
constexpr double muchUnknown = 0.05;

/// The token that stands for nothing but what is unknown: byte-level vocabularies name their end of text so.
std::optional<int32_t> unknownToken(const Tokenizer& tokenizer)
{
    const SpecialTokens& special = tokenizer.special();
    const bool hasOtherUse = special.unk == special.eos || special.unk == special.bos || special.unk == special.pad;
    return hasOtherUse ? std::nullopt : special.unk;
}

int64_t gradedOf(const Example& example, bool masked, const Tokenizer& tokenizer)
{
    const auto isPresent = [&](size_t i) { return example.attention.empty() || example.attention[i] != 0; };
    int64_t graded = 0;
    for (size_t i = masked ? 0 : 1; i < example.ids.size(); ++i) {
        if (!masked && example.startsRow(i))
            continue;
        if (!example.labels.empty())
            // Causal: a place is graded by the label after it, so the place must be there.
            graded += example.labels[i] != ignoredLabel && isPresent(masked ? i : i - 1);
        else if (masked)
            graded += isPresent(i) && !tokenizer.isSpecial(example.ids[i]);
        else
            graded += isPresent(i) && isPresent(i - 1);
    }
    return graded;
}

std::string modelName(const RunConfig& config)
{
    const std::string name = ModelReference::parse(config.model).name();
    return name.empty() ? std::string("the model") : name;
}

double unknownShare(const GradingCounts& counts)
{
    return static_cast<double>(counts.unknown) / static_cast<double>(std::max<int64_t>(1, counts.words));
}

/// "12 %"; never rounded to all or nothing.
std::string percent(double share)
{
    return fmt::format("{} %", share >= 1 ? 100 : std::clamp(static_cast<int>(std::lround(100 * share)), 1, 99));
}

} // namespace

GradedBytes::GradedBytes(const Tokenizer& tokenizer)
{
    for (int32_t id = 0; id < tokenizer.vocabularySize(); ++id)
        m_bytes.push_back(tokenizer.isSpecial(id) ? 0 : static_cast<int32_t>(tokenizer.pieceBytes(id).size()));
}

int64_t GradedBytes::of(const PackedBatch& batch) const
{
    int64_t bytes = 0;
    for (const int64_t target : batch.targets)
        if (target != ignoredLabel && static_cast<size_t>(target) < m_bytes.size())
            bytes += m_bytes[static_cast<size_t>(target)];
    return bytes;
}

GradingCounts countGraded(const Dataset& dataset, bool masked, const Tokenizer& tokenizer)
{
    const std::optional<int32_t> unknown = unknownToken(tokenizer);
    GradingCounts counts;
    for (int64_t row = 0; row < dataset.size(); ++row) {
        const Example example = dataset.get(row);
        counts.graded += gradedOf(example, masked, tokenizer);
        for (const int32_t id : example.ids) {
            const bool isUnknown = unknown && id == *unknown;
            counts.unknown += isUnknown;
            counts.words += isUnknown || !tokenizer.isSpecial(id);
        }
    }
    return counts;
}

void requireSomethingToLearn(const GradingCounts& counts, const Dataset& dataset, const TokenizeCounts& rows,
                             const RunConfig& config, bool masked)
{
    const bool allUnknown = counts.words > 0 && counts.unknown == counts.words && !dataset.hasLabels();
    if (counts.graded > 0 && !allUnknown)
        return;
    const auto all = static_cast<int64_t>(rows.tokensPerRow.size());
    const std::string counted = all == 1 ? "1 row" : fmt::format("{} rows", grouped(all));
    const auto refuse = [&](const std::string& why, const std::string& hint) {
        throw badInput(fmt::format("There is nothing to learn from in {}: {}.", counted, why), hint, "data");
    };
    if (allUnknown)
        refuse(fmt::format("the vocabulary of {} does not know this script: 100 % unknown", modelName(config)),
               "Choose a model that was trained on texts in this script.");
    if (rows.lostAnswers > 0 && counts.graded == 0)
        refuse(fmt::format("every answer is cut away at max_length = {}", config.data.maxLength),
               "Make max_length larger, or set data.truncation_mode=keep_answer.");
    if (config.data.blocks == Blocks::GroupTexts && dataset.size() == 0)
        refuse(fmt::format("no 1,000 of them fill a block of max_length = {}, and group_texts drops what fills none",
                           config.data.maxLength),
               "Make max_length smaller, or keep what fills no block: \"blocks\": \"packed\" under data.");
    if (dataset.tokens() == 0 || counts.words == 0)
        refuse("they are empty", "Give a file with text in it.");
    if (dataset.hasLabels())
        refuse("every label is -100, that is, not graded", "Give labels to the tokens that are to be learnt.");
    if (masked)
        refuse("they hold special tokens only", "Give a file with text in it.");
    if (dataset.longest() <= 1)
        refuse("none has more than one token, and a token is learnt from those before it",
               joinsRows(config.data.blocks) ? "Give more text." : "Join the rows: \"blocks\": \"packed\" under data.");
    refuse("none of their tokens is graded", "Look at attention_mask: 0 leaves a token out.");
}

std::optional<std::string> unknownNotice(const GradingCounts& counts, const RunConfig& config)
{
    if (unknownShare(counts) < muchUnknown)
        return {};
    return fmt::format("{} of the tokens are unknown: the vocabulary of {} does not know these letters or words.",
                       percent(unknownShare(counts)), modelName(config));
}

} // namespace fettle
