// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli generate: a causal model writes on.
#include "app/cli.h"
#include "app/cli_output.h"
#include "app/cli_signals.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chat/chat_template.h"
#include "core/generate/generation_config.h"
#include "core/generate/write_text.h"
#include "core/models/inspect.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace fettle::cli
{

namespace
{

struct GenerateArguments {
    std::string model, prompt, system;
    GenerationSettings asked;
    std::string earlyStopping;
    std::vector<std::string> stop;
    int64_t seed = GenerateOptions().seed;
    bool greedy = false, doSample = false;
    int threads = 0;
    bool json = false, chat = false;
};

/// The prompt as a user's message, behind a system message where there is one, in the model's own words.
Prompt chatPrompt(const GenerateArguments& given, const GenerateOptions& options)
{
    std::vector<ChatMessage> messages;
    if (!given.system.empty())
        messages.push_back({"system", given.system});
    messages.push_back({"user", given.prompt});
    return promptOf(given.model, messages, options);
}

/// What the flags and the model's generation_config.json come to; tells what is to be said of the file.
GenerateOptions optionsOf(const GenerateArguments& given)
{
    GenerationSettings asked = given.asked;
    if (given.greedy || given.doSample)
        asked.doSample = given.doSample;
    if (given.greedy && !asked.numBeams)
        asked.numBeams = 1; // beams find a likelier text, not the likeliest token
    if (!given.earlyStopping.empty())
        asked.earlyStopping = earlyStoppingFrom(given.earlyStopping);
    if (!given.stop.empty())
        asked.stopStrings = given.stop;
    const GenerationConfig file = readGenerationConfig(resolveModel(given.model));
    tellNotices(file.notices);
    GenerateOptions options = optionsFrom(asked, file);
    options.seed = given.seed;
    if (options.greedy && !given.greedy &&
        (asked.temperature || asked.topK || asked.topP || asked.minP || asked.typicalP))
        tellNotices({"the likeliest tokens are taken, so that temperature, top-k, top-p, min-p and typical-p change "
                     "nothing; --do-sample draws."});
    return options;
}

const char* wordsForStop(const std::string& stop)
{
    return stop == "eos"      ? "ended by the end of the text"
           : stop == "string" ? "ended by a stop string"
                              : "ended by length";
}

/// Ctrl+C while a text is written ends it and keeps what there is; before its first token it ends the program. To be
/// made before any thread.
class Interruption
{
public:
    Interruption()
    {
        reserveSignals();
        m_signals.emplace([this](int signal) {
            m_isWanted = true;
            if (!m_isWriting)
                endAsBy(signal);
        });
    }
    bool isWanted() const { return m_isWanted; }
    void beginWriting() { m_isWriting = true; }
    bool isWriting() const { return m_isWriting; }

private:
    std::atomic<bool> m_isWriting{false}, m_isWanted{false};
    std::optional<PoliteSignals> m_signals;
};

/// The text streams; with beams it comes at the end, behind their progress.
Generation write(const GenerateArguments& given, const Prompt& prompt, const GenerateOptions& options,
                 Interruption& interruption)
{
    std::optional<ProgressLine> progress;
    const auto stream = [&](const GeneratedPiece& piece) {
        interruption.beginWriting();
        progress.reset();
        if (!given.json)
            printText(piece.text);
        return options.numBeams > 1 || !interruption.isWanted(); // of beams all is written by now
    };
    const auto count = [&](const BeamProgress& beams) {
        interruption.beginWriting();
        if (!progress)
            progress.emplace(fmt::format("{} beams", options.numBeams));
        const int64_t most = options.maxLength > 0 ? options.maxLength : options.maxNewTokens;
        progress->update(static_cast<double>(beams.written) / static_cast<double>(most));
        return !interruption.isWanted();
    };
    try {
        return writeText(given.model, prompt, options, given.threads, stream, count);
    } catch (...) {
        progress.reset();
        if (interruption.isWriting() && !given.json)
            printLine(""); // below what was written
        throw;
    }
}

void generateCommand(const GenerateArguments& given)
{
    const auto requireUtf8 = [](const std::string& text, const char* what) {
        if (const auto bad = firstInvalidUtf8(text))
            throw badInput(fmt::format("The {} is not UTF-8 at byte {}.", what, *bad),
                           "Use a terminal that writes UTF-8.");
    };
    requireUtf8(given.prompt, "prompt");
    requireUtf8(given.system, "system message");
    for (const std::string& text : given.stop)
        requireUtf8(text, "stop string");
    Interruption interruption;
    tellModel(given.model);
    const GenerateOptions options = optionsOf(given);
    const Prompt prompt = given.chat ? chatPrompt(given, options) : given.prompt;
    const Generation written = write(given, prompt, options, interruption);
    const bool isStopped = interruption.isWanted();
    if (!given.json) {
        printLine("");
        printAside(fmt::format("{} tokens, {:.1f} a second, {}\n", written.ids.size(), written.tokensPerSecond,
                               isStopped ? "stopped" : wordsForStop(written.stop)));
    } else if (!isStopped) {
        printJson({{"prompt_ids", written.promptIds},
                   {"ids", written.ids},
                   {"text", written.text},
                   {"tokens_per_second", written.tokensPerSecond},
                   {"stop", written.stop}});
    }
    if (isStopped)
        throw CLI::RuntimeError(static_cast<int>(ErrorCode::Stopped));
}

} // namespace

void registerGenerate(CLI::App& app)
{
    const auto given = std::make_shared<GenerateArguments>();
    GenerationSettings& asked = given->asked;
    const GenerateOptions usual;
    CLI::App* command = app.add_subcommand("generate", "Let a causal model write on from a prompt");
    command->footer("What is not given here is taken from the model's generation_config.json, then from the defaults "
                    "above. Where neither says whether to draw, tokens are drawn (with beams, or temperature 0 in the "
                    "file, they are not); transformers' generate is greedy there, and writes 20 tokens. Ctrl+C ends "
                    "the text and keeps what is written, with beams the best so far.");
    const auto add = [&]<typename T>(const char* flag, std::optional<T>& to, T standard, const char* help) {
        command->add_option(flag, to, help)->default_str(fmt::format("{}", standard));
    };
    command->add_option("--model", given->model, "Folder of a model, or bundled:NAME")->required();
    command->add_option("--prompt", given->prompt, "The text to write on from")->required();
    CLI::Option* chat = command->add_flag(
        "--chat", given->chat, "The prompt is a message that the model answers: its chat template is put around it");
    command->add_option("--system", given->system, "With --chat: a message that tells the model how to answer")
        ->needs(chat);
    add("--max-new-tokens", asked.maxNewTokens, usual.maxNewTokens, "Tokens to write at most");
    add("--temperature", asked.temperature, usual.temperature, "Above 1 bolder, below 1 surer");
    add("--top-k", asked.topK, usual.topK, "Draw from the k likeliest; 0: from all");
    add("--top-p", asked.topP, usual.topP, "Draw from the likeliest that make up this share; 1: from all");
    add("--min-p", asked.minP, usual.minP,
        "Draw from those that have this share of the likeliest's chance; 0: from all");
    add("--typical-p", asked.typicalP, usual.typicalP, "Draw from the least surprising of this share; 1: from all");
    add("--repetition-penalty", asked.repetitionPenalty, usual.repetitionPenalty,
        "Above 1 avoids what was said; 1: off");
    add("--no-repeat-ngram-size", asked.noRepeatNgramSize, usual.noRepeatNgramSize,
        "Write no run of so many tokens twice; 0: off");
    command->add_option("--stop", given->stop, "Stop after this text; may be given several times")
        ->allow_extra_args(false);
    command->add_option("--seed", given->seed, "The same seed writes the same text")->capture_default_str();
    CLI::Option* greedy = command->add_flag("--greedy", given->greedy,
                                            "Always the likeliest token; beams only where --num-beams says so");
    command
        ->add_flag("--do-sample", given->doSample,
                   "Draw, also where the model's file says not to, and with beams, which else draw nothing")
        ->excludes(greedy);
    add("--num-beams", asked.numBeams, usual.numBeams, "Above 1: beam search with so many continuations at once");
    add("--length-penalty", asked.lengthPenalty, usual.lengthPenalty, "Of beams: above 0 favours long texts");
    command
        ->add_option(
            "--early-stopping", given->earlyStopping,
            "Of beams: true ends with as many whole texts as beams, false where a better one is unlikely, never "
            "where there cannot be one")
        ->check(CLI::IsMember({"true", "false", "never"}))
        ->default_str("false");
    addThreads(*command, given->threads);
    command->add_flag("--json", given->json, "One JSON object at the end instead of the text as it comes");
    command->callback([given] { generateCommand(*given); });
}

} // namespace fettle::cli
