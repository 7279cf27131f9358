// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli generate: a causal model writes on.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chat/chat_template.h"
#include "core/generate/write_text.h"
#include "core/models/inspect.h"

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
    std::string model, prompt, system;
    GenerateOptions options;
    int threads = 0;
    bool json = false, chat = false;
};

/// The prompt as a user's message, behind a system message where there is one, in the model's own words.
std::string chatPrompt(const std::string& model, const std::string& prompt, const std::string& system)
{
    std::vector<ChatMessage> messages;
    if (!system.empty())
        messages.push_back({"system", system});
    messages.push_back({"user", prompt});
    return loadChatTemplate(resolveModel(model)).render(messages);
}

void generateCommand(const GenerateArguments& given)
{
    for (const auto& [name, text] : {std::pair("prompt", &given.prompt), std::pair("system message", &given.system)})
        if (const auto bad = firstInvalidUtf8(*text))
            throw badInput(fmt::format("The {} is not UTF-8 at byte {}.", name, *bad),
                           "Use a terminal that writes UTF-8.");
    const Prompt prompt =
        given.chat ? Prompt::ofChat(chatPrompt(given.model, given.prompt, given.system)) : given.prompt;
    tellModel(given.model);
    const auto stream = [](const GeneratedPiece& piece) {
        printText(piece.text);
        return true;
    };
    if (given.json) {
        const Generation written = writeText(given.model, prompt, given.options, given.threads);
        printJson({{"prompt_ids", written.promptIds},
                   {"ids", written.ids},
                   {"text", written.text},
                   {"tokens_per_second", written.tokensPerSecond},
                   {"stop", written.stop}});
        return;
    }
    const Generation written = writeText(given.model, prompt, given.options, given.threads, stream);
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
    CLI::Option* chat = command->add_flag(
        "--chat", given->chat, "The prompt is a message that the model answers: its chat template is put around it");
    command->add_option("--system", given->system, "With --chat: a message that tells the model how to answer")
        ->needs(chat);
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
