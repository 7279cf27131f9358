// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli eval: loss, perplexity and token accuracy of a model over a text.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/train/evaluate_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct EvalArguments {
    EvaluateOptions options;
    std::vector<std::string> data;
    std::string blocks = "lines";
    bool json = false;
    bool gradePrompt = false;
    std::string truncation = "keep_answer";
};

void evaluateCommand(EvalArguments& given)
{
    given.options.files = resolveTexts(given.data);
    given.options.packed = given.blocks == "packed";
    given.options.completionOnly = !given.gradePrompt;
    given.options.keepsStart = given.truncation == "keep_start";
    const auto require = [](bool fits, const char* name, const std::string& value, const char* range) {
        if (!fits)
            throw badInput(fmt::format("--{} {} is not possible.", name, value), fmt::format("It must be {}.", range),
                           name);
    };
    require(given.options.maxLength >= 2, "max-length", std::to_string(given.options.maxLength), "2 or more");
    require(given.options.batchSize >= 1, "batch", std::to_string(given.options.batchSize), "1 or more");
    require(given.options.maskProbability > 0 && given.options.maskProbability < 1, "mlm-probability",
            shortest(given.options.maskProbability), "between 0 and 1");
    tellModel(given.options.model);
    ProgressLine progress("Evaluating");
    const EvaluateResult result =
        evaluateText(given.options, [&](double fraction) { return progress.update(fraction); });
    progress.update(1);
    if (given.json) {
        printJson({{"loss", result.loss},
                   {"perplexity", result.perplexity},
                   {"accuracy", result.accuracy},
                   {"examples", result.examples},
                   {"tokens", result.tokens},
                   {"graded_tokens", result.gradedTokens},
                   {"seconds", result.seconds}});
        return;
    }
    printFact("loss", fmt::format("{:.6f}", result.loss));
    printFact("perplexity", fmt::format("{:.4f}", result.perplexity));
    printFact("token accuracy", fmt::format("{:.2f} %", 100 * result.accuracy));
    printFact("graded tokens", fmt::format("{} of {} in {} examples", grouped(result.gradedTokens),
                                           grouped(result.tokens), grouped(result.examples)));
    printFact("time", humanDuration(result.seconds));
}

} // namespace

void registerEval(CLI::App& app)
{
    const auto given = std::make_shared<EvalArguments>();
    EvaluateOptions& options = given->options;
    CLI::App* command = app.add_subcommand("eval", "Loss, perplexity and token accuracy of a model over a text");
    command->add_option("--model", options.model, "Folder of a model, or bundled:NAME")->required();
    command->add_option("--data", given->data, textsHelp)->required();
    command->add_option("--split", options.split, "Which rows, like train[:1000]");
    command->add_option("--column", options.column, "Column that holds the text");
    command->add_option("--template", options.templateText, templateHelp);
    command->add_option("--prompt", options.prompt, promptHelp);
    command->add_option("--completion", options.completion, completionHelp);
    command->add_flag("--grade-prompt", given->gradePrompt, "Grade the questions too, not the answers alone");
    command->add_option("--truncation-mode", given->truncation, "What a long row with an answer keeps")
        ->check(CLI::IsMember({"keep_answer", "keep_start"}))
        ->capture_default_str();
    command
        ->add_option("--blocks", given->blocks, "lines: a row is an example; packed: rows joined and cut into blocks")
        ->check(CLI::IsMember({"lines", "packed"}))
        ->capture_default_str();
    command->add_option("--max-length", options.maxLength, "Tokens of an example at most")->capture_default_str();
    command->add_option("--batch", options.batchSize, "Rows at once; changes speed only")->capture_default_str();
    command->add_option("--mlm-probability", options.maskProbability, "Masked models: share of hidden words")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Masked models: which words are hidden")->capture_default_str();
    addThreads(*command, options.threads);
    command->add_flag("--json", given->json, "The result as JSON");
    command->callback([given] { evaluateCommand(*given); });
}

} // namespace fettle::cli
