// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/writing.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/generate/filters.h"
#include "core/models/model.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/topk.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr float largest = std::numeric_limits<float>::max();

std::vector<std::pair<int32_t, double>> likeliestTokens(const at::Tensor& logits, int count)
{
    std::vector<std::pair<int32_t, double>> likeliest;
    if (count <= 0)
        return likeliest;
    const auto [probability, id] = at::topk(at::softmax(logits, -1), std::min<int64_t>(count, logits.numel()));
    for (int64_t i = 0; i < id.numel(); ++i)
        likeliest.emplace_back(static_cast<int32_t>(id[i].item<int64_t>()), probability[i].item<double>());
    return likeliest;
}

} // namespace

WritingEnd writeTokens(LanguageModel& model, const std::vector<int64_t>& prompt, const std::vector<int64_t>& ends,
                       const GenerateOptions& options, const OnToken& onToken)
{
    const int64_t context = model.facts().contextLength;
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(options.seed));
    std::vector<int64_t> seen = prompt;
    std::vector<int64_t> next = prompt;
    const int64_t room = std::min(options.maxNewTokens, context - static_cast<int64_t>(prompt.size()));
    const auto cache = model.newCache(static_cast<int64_t>(prompt.size()) + std::max<int64_t>(room, 1));
    for (int64_t written = 0; written < room; ++written) {
        const at::Tensor logits = model.step(*cache, next).contiguous();
        const float* data = logits.const_data_ptr<float>();
        std::vector<float> scores(data, data + logits.numel());
        if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score) || score > largest; }))
            throw notFiniteError(model.facts());
        applyFilters(scores, seen, options);
        int64_t id = 0;
        if (options.greedy) {
            id = std::max_element(scores.begin(), scores.end()) - scores.begin();
        } else {
            const at::Tensor filtered = at::from_blob(scores.data(), {logits.numel()}, at::kFloat);
            id = at::multinomial(at::softmax(filtered, -1), 1, false, generator).item<int64_t>();
        }
        seen.push_back(id);
        next.assign(1, id);
        if (!onToken(static_cast<int32_t>(id), likeliestTokens(logits, options.alternatives)))
            return WritingEnd::Stopped;
        if (std::find(ends.begin(), ends.end(), id) != ends.end())
            return WritingEnd::EndOfText;
    }
    return WritingEnd::Length;
}

std::vector<int64_t> endOfTextIds(const std::filesystem::path& modelFolder, const Tokenizer& tokenizer)
{
    for (const char* name : {"generation_config.json", "config.json"}) {
        const auto file = modelFolder / name;
        if (!std::filesystem::exists(file))
            continue;
        const Json json = readJson(file);
        const auto found = json.find("eos_token_id");
        if (found == json.end() || found->is_null())
            continue;
        if (found->is_number_integer())
            return {found->get<int64_t>()};
        std::vector<int64_t> ids;
        if (found->is_array())
            for (const Json& id : *found)
                if (id.is_number_integer())
                    ids.push_back(id.get<int64_t>());
        if (ids.empty())
            throw badInput(file.string() + ": eos_token_id must be a token id or a list of them.", "", "model");
        return ids;
    }
    if (tokenizer.special().eos)
        return {*tokenizer.special().eos};
    return {};
}

} // namespace fettle
