// SPDX-License-Identifier: GPL-3.0-or-later
// What the model writes, or how it fills blanks, while it learns.
#pragma once

#include "core/arguments/run_config.h"
#include "core/events/events.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

class LanguageModel;
class Tokenizer;

class SamplesWriter
{
public:
    /// Throws BadInput (subject "samples.prompts") where a masked model's prompt has no mask token.
    SamplesWriter(LanguageModel& model, std::shared_ptr<const Tokenizer> tokenizer, const SamplesConfig& samples);

    const std::vector<std::string>& prompts() const { return m_samples.prompts; }
    /// Blocks: equal states give equal samples, and the training's random numbers are not touched. `goOn` is asked
    /// between pieces.
    SampleEvent write(const std::string& prompt, const std::function<bool()>& goOn);

private:
    SampleEvent continued(const std::string& prompt, const std::function<bool()>& goOn);
    SampleEvent filled(const std::string& prompt);

    LanguageModel& m_model;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    SamplesConfig m_samples;
};

} // namespace fettle
