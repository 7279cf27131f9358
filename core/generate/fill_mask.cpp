// SPDX-License-Identifier: GPL-3.0-or-later
// Filling blanks with a masked model.
#include "core/base/error.h"
#include "core/generate/generator.h"
#include "core/models/model.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/topk.h>
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace fettle
{

namespace
{

PackedBatch oneSequence(const std::vector<int32_t>& ids)
{
    PackedBatch batch;
    batch.inputIds.assign(ids.begin(), ids.end());
    batch.originalIds = batch.inputIds;
    batch.positionIds.resize(ids.size());
    std::iota(batch.positionIds.begin(), batch.positionIds.end(), 0);
    batch.tokenTypeIds.assign(ids.size(), 0);
    batch.targets.assign(ids.size(), ignoredLabel);
    batch.cuSeqlens = {0, static_cast<int32_t>(ids.size())};
    batch.maxSeqlen = static_cast<int32_t>(ids.size());
    batch.rows = {0};
    return batch;
}

} // namespace

std::vector<std::vector<FillCandidate>> fillMask(LanguageModel& model, const Tokenizer& tokenizer,
                                                 const std::string& text, int topK)
{
    if (model.facts().objective != Objective::Masked)
        throw badInput(fmt::format("{} writes on and does not fill blanks.", model.facts().name),
                       "Use a masked model (BERT).", "model");
    if (!tokenizer.special().mask)
        throw badInput(fmt::format("The tokenizer of {} names no mask token.", model.facts().name),
                       "tokenizer_config.json says it, as mask_token.", "model");
    if (topK < 1)
        throw badInput(fmt::format("top_k = {} is not possible.", topK), "It must be 1 or more.", "top_k");
    const std::vector<int32_t> ids = tokenizer.encodeIds(text, true);
    std::vector<int64_t> positions;
    for (size_t i = 0; i < ids.size(); ++i)
        if (ids[i] == *tokenizer.special().mask)
            positions.push_back(static_cast<int64_t>(i));
    const std::string mask = tokenizer.idToToken(*tokenizer.special().mask);
    if (positions.empty())
        throw badInput(fmt::format("There is no {} in the text.", mask),
                       fmt::format("Write {} where a word is to be guessed.", mask), "prompt");
    if (static_cast<int64_t>(ids.size()) > model.facts().contextLength)
        throw badInput(
            fmt::format("The text has {} tokens; the model reads at most {}.", ids.size(), model.facts().contextLength),
            "Shorten it.", "prompt");

    const at::Tensor scores = at::softmax(model.logits(oneSequence(ids), &positions), -1).to(at::kCPU);
    if (!at::isfinite(scores).all().item<bool>())
        throw notFiniteError(model.facts());
    const auto [best, id] = at::topk(scores, std::min<int64_t>(topK, scores.size(1)));
    std::vector<std::vector<FillCandidate>> filled(positions.size());
    for (int64_t place = 0; place < id.size(0); ++place)
        for (int64_t k = 0; k < id.size(1); ++k) {
            FillCandidate candidate;
            candidate.id = static_cast<int32_t>(id[place][k].item<int64_t>());
            candidate.token = tokenizer.decode({&candidate.id, 1}, false);
            candidate.score = best[place][k].item<double>();
            filled[static_cast<size_t>(place)].push_back(std::move(candidate));
        }
    return filled;
}

} // namespace fettle
