// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/modelfile.h"

#include "core/generate/generation_config.h"
#include "core/tokenizers/tokenizer.h"

#include <fmt/format.h>

namespace fettle
{

std::string modelfileText(const std::string& ggufName, const std::filesystem::path& modelFolder,
                          const Tokenizer& tokenizer, const TextBounds& bounds)
{
    std::string text = fmt::format("FROM ./{}\n", ggufName);
    for (const int64_t end : bounds.ends) {
        // Within quotes Ollama knows no way to write another one, or the end of a line.
        const std::string token = tokenizer.idToToken(static_cast<int32_t>(end));
        if (!token.empty() && token.find_first_of("\"\r\n") == std::string::npos)
            text += fmt::format("PARAMETER stop \"{}\"\n", token);
    }
    const GenerationSettings settings = readGenerationConfig(modelFolder).settings;
    if (!settings.doSample.value_or(false)) // else Ollama's own defaults, which a person may change
        return text;
    const auto parameter = [&](const char* name, const auto& value) {
        if (value)
            text += fmt::format("PARAMETER {} {}\n", name, *value);
    };
    parameter("temperature", settings.temperature);
    parameter("top_k", settings.topK);
    parameter("top_p", settings.topP);
    parameter("min_p", settings.minP);
    parameter("repeat_penalty", settings.repetitionPenalty);
    return text;
}

} // namespace fettle
