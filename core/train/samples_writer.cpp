// SPDX-License-Identifier: GPL-3.0-or-later
// What the model writes, or how it fills blanks, while it learns.
#include "core/train/samples_writer.h"

#include "core/base/error.h"
#include "core/generate/generator.h"
#include "core/models/model.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr int fillCandidates = 5;

/// The prompt with each mask token replaced by its likeliest fill, for people.
std::string withBestFills(const std::string& prompt, const std::string& mask,
                          const std::vector<std::vector<FillCandidate>>& fills)
{
    std::string text;
    size_t at = 0;
    for (const auto& candidates : fills) {
        const size_t found = prompt.find(mask, at);
        if (found == std::string::npos || candidates.empty())
            break;
        text += prompt.substr(at, found - at);
        // A word that brings its own space stands where the blank had one.
        const std::string& word = candidates.front().token;
        text += text.ends_with(' ') && word.starts_with(' ') ? word.substr(1) : word;
        at = found + mask.size();
    }
    return text + prompt.substr(at);
}

} // namespace

SamplesWriter::SamplesWriter(LanguageModel& model, std::shared_ptr<const Tokenizer> tokenizer,
                             const SamplesConfig& samples)
    : m_model(model), m_tokenizer(std::move(tokenizer)), m_samples(samples)
{
    if (model.facts().objective != Objective::Masked)
        return;
    const auto mask = m_tokenizer->special().mask;
    for (const std::string& prompt : m_samples.prompts) {
        const std::vector<int32_t> ids = m_tokenizer->encodeIds(prompt, true);
        if (!mask || std::find(ids.begin(), ids.end(), *mask) == ids.end())
            throw badInput(fmt::format("the sample prompt \"{}\" has no blank", prompt),
                           fmt::format("Write {} where the model is to fill in a word.",
                                       mask ? m_tokenizer->idToToken(*mask) : "[MASK]"),
                           "samples.prompts");
    }
}

SampleEvent SamplesWriter::write(const std::string& prompt, const std::function<bool()>& goOn)
{
    return m_model.facts().objective == Objective::Masked ? filled(prompt) : continued(prompt, goOn);
}

SampleEvent SamplesWriter::continued(const std::string& prompt, const std::function<bool()>& goOn)
{
    GenerateOptions options;
    options.maxNewTokens = m_samples.maxNewTokens;
    options.temperature = m_samples.temperature;
    options.topK = m_samples.topK;
    options.topP = m_samples.topP;
    options.seed = m_samples.seed;
    options.greedy = m_samples.greedy;
    const Generation generation =
        generate(m_model, *m_tokenizer, prompt, options, [&](const GeneratedPiece&) { return goOn(); });
    SampleEvent event;
    event.prompt = prompt;
    event.text = generation.text;
    event.ids = generation.ids;
    return event;
}

SampleEvent SamplesWriter::filled(const std::string& prompt)
{
    SampleEvent event;
    event.prompt = prompt;
    event.fills = fillMask(m_model, *m_tokenizer, prompt, fillCandidates);
    const auto mask = m_tokenizer->special().mask;
    event.text = withBestFills(prompt, mask ? m_tokenizer->idToToken(*mask) : "[MASK]", event.fills);
    return event;
}

} // namespace fettle
