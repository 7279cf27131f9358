// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/writing.h"

#include "core/base/error.h"
#include "core/generate/filters.h"
#include "core/models/model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/topk.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace fettle
{

namespace
{

constexpr float largest = std::numeric_limits<float>::max();

std::vector<RankedToken> likeliestTokens(const at::Tensor& logits, int count, int64_t written)
{
    std::vector<RankedToken> likeliest;
    if (count <= 0)
        return likeliest;
    const at::Tensor all = at::softmax(logits, -1);
    const auto [probability, id] = at::topk(all, std::min<int64_t>(count, all.numel()));
    bool holdsWritten = false;
    for (int64_t i = 0; i < id.numel(); ++i) {
        const auto token = id[i].item<int64_t>();
        likeliest.push_back({static_cast<int32_t>(token), probability[i].item<double>(), i + 1});
        holdsWritten |= token == written;
    }
    if (!holdsWritten) {
        // By the scores: far down, probabilities are all 0.
        const auto likelier = logits.gt(logits[written]).sum().item<int64_t>();
        likeliest.push_back({static_cast<int32_t>(written), all[written].item<double>(), likelier + 1});
    }
    return likeliest;
}

} // namespace

int64_t roomFor(const LanguageModel& model, const std::vector<int64_t>& prompt, const GenerateOptions& options)
{
    const auto length = static_cast<int64_t>(prompt.size());
    const int64_t wanted = options.maxLength > 0 ? options.maxLength - length : options.maxNewTokens;
    return std::min(wanted, model.facts().contextLength - length);
}

void requireFinite(const at::Tensor& logits, const LanguageModel& model)
{
    const std::span<const float> scores(logits.const_data_ptr<float>(), static_cast<size_t>(logits.numel()));
    if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score) || score > largest; }))
        throw notFiniteError(model.facts());
    const auto vocabulary = static_cast<size_t>(logits.size(-1)); // nothing but -inf is nothing to choose from
    for (auto row = scores; !row.empty(); row = row.subspan(vocabulary))
        if (std::all_of(row.begin(), row.begin() + logits.size(-1), [](float score) { return score < -largest; }))
            throw notFiniteError(model.facts());
}

WritingEnd writeTokens(LanguageModel& model, const std::vector<int64_t>& prompt, const std::vector<int64_t>& ends,
                       const GenerateOptions& options, const OnToken& onToken)
{
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(options.seed));
    std::vector<int64_t> seen = prompt;
    std::vector<int64_t> next = prompt;
    const auto length = static_cast<int64_t>(prompt.size());
    const int64_t room = roomFor(model, prompt, options);
    const auto cache = model.newCache(length + std::max<int64_t>(room, 1));
    for (int64_t written = 0; written < room; ++written) {
        const at::Tensor logits = model.step(*cache, next).contiguous();
        requireFinite(logits, model);
        const float* data = logits.const_data_ptr<float>();
        std::vector<float> scores(data, data + logits.numel());
        if (const RulesOut rules = applyFilters(scores, {seen, length, ends}, options); !rules.empty())
            throw nothingLeftError(rules, options, written);
        int64_t id = 0;
        if (options.greedy) {
            id = std::max_element(scores.begin(), scores.end()) - scores.begin();
        } else {
            const at::Tensor filtered = at::from_blob(scores.data(), {logits.numel()}, at::kFloat);
            id = at::multinomial(at::softmax(filtered, -1), 1, false, generator).item<int64_t>();
        }
        seen.push_back(id);
        next.assign(1, id);
        if (!onToken(static_cast<int32_t>(id), likeliestTokens(logits, options.alternatives, id)))
            return WritingEnd::Stopped;
        if (std::find(ends.begin(), ends.end(), id) != ends.end())
            return WritingEnd::EndOfText;
    }
    return WritingEnd::Length;
}

} // namespace fettle
