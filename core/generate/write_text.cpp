// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/write_text.h"

#include "core/generate/conversation.h"
#include "core/generate/filters.h"
#include "core/generate/generator.h"
#include "core/models/inspect.h"
#include "core/models/model.h"
#include "core/nn/threads.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

namespace
{

std::unique_ptr<LanguageModel> loadForReading(const std::string& reference)
{
    LoadOptions load;
    load.cpuOnly = true;
    return loadModel(reference, load);
}

} // namespace

Generation writeText(const std::string& model, const Prompt& prompt, const GenerateOptions& options, int threads,
                     const std::function<bool(const GeneratedPiece&)>& onPiece,
                     const std::function<bool(const BeamProgress&)>& onBeams)
{
    checkGenerateOptions(options);
    useThreads(threads);
    const auto loaded = loadForReading(model);
    const auto tokenizer = loadTokenizer(loaded->facts().ownFolder());
    Generation generation = generate(*loaded, *tokenizer, prompt, options, onPiece, onBeams);
    std::vector<int32_t> written = generation.ids;
    if (generation.stop == "eos")
        written.pop_back();
    generation.text = tokenizer->decode(written, true);
    return generation;
}

Prompt promptOf(const std::string& model, const std::vector<ChatMessage>& messages, const GenerateOptions& options)
{
    const ModelFacts facts = inspectModel(model);
    // What max_length leaves to write is seen when the prompt is read.
    const int64_t wanted = options.maxLength > 0 ? 1 : options.maxNewTokens;
    return fitConversation(loadChatTemplate(facts.ownFolder()), *loadTokenizer(facts.ownFolder()), messages,
                           facts.contextLength, wanted)
        .prompt;
}

std::vector<std::vector<FillCandidate>> fillBlanks(const std::string& model, const std::string& text, int topK,
                                                   int threads)
{
    useThreads(threads);
    const auto loaded = loadForReading(model);
    return fillMask(*loaded, *loadTokenizer(loaded->facts().ownFolder()), text, topK);
}

} // namespace fettle
