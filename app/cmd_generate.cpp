// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli generate: a causal model writes on.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/generate/write_text.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct GenerateArguments {
    std::string model, prompt;
    GenerateOptions options;
    int threads = 0;
    bool json = false;
};

void generateCommand(const GenerateArguments& given)
{
    if (const auto bad = firstInvalidUtf8(given.prompt))
        throw badInput(fmt::format("The prompt is not UTF-8 at byte {}.", *bad), "Use a terminal that writes UTF-8.");
    tellModel(given.model);
    const auto stream = [](const GeneratedPiece& piece) {
        printText(piece.text);
        return true;
    };
    if (given.json) {
        const Generation written = writeText(given.model, given.prompt, given.options, given.threads);
        printJson({{"prompt_ids", written.promptIds},
                   {"ids", written.ids},
                   {"text", written.text},
                   {"tokens_per_second", written.tokensPerSecond},
                   {"stop", written.stop}});
        return;
    }
    const Generation written = writeText(given.model, given.prompt, given.options, given.threads, stream);
    printLine("");
    printAside(fmt::format("{} tokens, {:.1f} a second, ended by {}\n", written.ids.size(), written.tokensPerSecond,
                           written.stop == "eos" ? "the end of the text" : "length"));
}

} // namespace

void registerGenerate(CLI::App& app)
{
    const auto given = std::make_shared<GenerateArguments>();
    GenerateOptions& options = given->options;
    CLI::App* command = app.add_subcommand("generate", "Let a causal model write on from a prompt");
    command->add_option("--model", given->model, "Folder of a model, or bundled:NAME")->required();
    command->add_option("--prompt", given->prompt, "The text to write on from")->required();
    command->add_option("--max-new-tokens", options.maxNewTokens, "Tokens to write at most")->capture_default_str();
    command->add_option("--temperature", options.temperature, "Above 1 bolder, below 1 surer")->capture_default_str();
    command->add_option("--top-k", options.topK, "Draw from the k likeliest; 0: from all")->capture_default_str();
    command->add_option("--top-p", options.topP, "Draw from the likeliest that make up this share; 1: from all")
        ->capture_default_str();
    command->add_option("--repetition-penalty", options.repetitionPenalty, "Above 1 avoids what was said; 1: off")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "The same seed writes the same text")->capture_default_str();
    command->add_flag("--greedy", options.greedy, "Always the likeliest token");
    addThreads(*command, given->threads);
    command->add_flag("--json", given->json, "One JSON object at the end instead of the text as it comes");
    command->callback([given] { generateCommand(*given); });
}

} // namespace fettle::cli
