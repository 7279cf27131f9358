// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli eval: loss, perplexity, token accuracy and bits per byte of models over a text.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/arguments/run_config.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/train/evaluate_text.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct EvalArguments {
    RunConfig config;
    std::vector<std::string> models;
    std::string by, blocks = "lines";
    int threads = 0;
    bool json = false;
    bool gradePrompt = false;
    std::string truncation = "keep_answer";
};

void requireRanges(const RunConfig& config)
{
    const TrainArgs& arguments = config.arguments;
    const auto require = [](bool fits, const char* name, const std::string& value, const char* range) {
        if (!fits)
            throw badInput(fmt::format("--{} {} is not possible.", name, value), fmt::format("It must be {}.", range),
                           name);
    };
    require(config.data.maxLength >= 2, "max-length", std::to_string(config.data.maxLength), "2 or more");
    require(arguments.per_device_eval_batch_size >= 1, "batch", std::to_string(arguments.per_device_eval_batch_size),
            "1 or more");
    require(arguments.mlm_probability > 0 && arguments.mlm_probability < 1, "mlm-probability",
            shortest(arguments.mlm_probability), "between 0 and 1");
}

Json scoresToJson(const EvaluateScores& scores)
{
    return Json{{"loss", scores.loss},
                {"perplexity", scores.perplexity},
                {"accuracy", scores.accuracy},
                {"bits_per_byte", scores.bitsPerByte ? Json(*scores.bitsPerByte) : Json(nullptr)},
                {"examples", scores.examples},
                {"tokens", scores.tokens},
                {"graded_tokens", scores.gradedTokens},
                {"graded_bytes", scores.bitsPerByte ? Json(scores.gradedBytes) : Json(nullptr)}};
}

Json resultToJson(const EvaluateResult& result)
{
    Json json = scoresToJson(result);
    json["seconds"] = result.seconds;
    if (result.parts.size() > 1) {
        json["parts"] = Json::array();
        for (const EvaluatePart& part : result.parts) {
            json["parts"].push_back(scoresToJson(part));
            json["parts"].back()["name"] = part.name;
        }
    }
    return json;
}

void printFacts(const EvaluateResult& result)
{
    printFact("loss", fmt::format("{:.6f}", result.loss));
    printFact("perplexity", fmt::format("{:.4f}", result.perplexity));
    printFact("token accuracy", fmt::format("{:.2f} %", 100 * result.accuracy));
    if (result.bitsPerByte)
        printFact("bits per byte", fmt::format("{:.4f}", *result.bitsPerByte));
    printFact("graded tokens", fmt::format("{} of {} in {} examples", grouped(result.gradedTokens),
                                           grouped(result.tokens), grouped(result.examples)));
    printFact("time", humanDuration(result.seconds));
}

/// A line for each part and model, and one for all parts.
void printTable(const std::vector<std::string>& models, const std::vector<EvaluateResult>& results)
{
    const bool severalParts = results.front().parts.size() > 1, severalModels = models.size() > 1;
    size_t width = 5;
    for (const EvaluatePart& part : results.front().parts)
        width = std::max(width, severalParts ? std::min<size_t>(countCodePoints(shown(part.name, 40)), 40) : 0);
    const auto line = [&](const std::string& part, const std::string& model, auto&&... cells) {
        // Padded by characters, not by bytes.
        const std::string gap(width - std::min(width, countCodePoints(part)), ' ');
        printLine((severalParts ? part + gap + "  " : "") + (severalModels ? fmt::format("{:<24}  ", model) : "") +
                  fmt::format("{:>9} {:>12} {:>9} {:>10} {:>14}", cells...));
    };
    const auto scores = [&](const std::string& part, const std::string& model, const EvaluateScores& each) {
        line(part, model, fmt::format("{:.4f}", each.loss), fmt::format("{:.2f}", each.perplexity),
             fmt::format("{:.2f} %", 100 * each.accuracy),
             each.bitsPerByte ? fmt::format("{:.4f}", *each.bitsPerByte) : std::string("-"),
             grouped(each.gradedTokens));
    };
    line("part", "model", "loss", "perplexity", "accuracy", "bits/byte", "graded tokens");
    for (const EvaluatePart& part : results.front().parts)
        for (size_t m = 0; m < models.size() && severalParts; ++m)
            for (const EvaluatePart& same : results[m].parts)
                if (same.name == part.name)
                    scores(shown(part.name, 40), shown(models[m], 24), same);
    for (size_t m = 0; m < models.size(); ++m)
        scores("all", shown(models[m], 24), results[m]);
}

void evaluateCommand(EvalArguments& given)
{
    if (given.models.empty())
        throw badInput("No model is named.", "Name one or several: fettle-cli eval MODEL --data FILE", "model");
    applySetting(given.config, "data.blocks=" + given.blocks);
    given.config.data.completionOnly = !given.gradePrompt;
    given.config.data.keepsStart = given.truncation == "keep_start";
    given.config.arguments.threads = given.threads;
    requireRanges(given.config);
    std::vector<EvaluateResult> results;
    for (const std::string& model : given.models) {
        given.config.model = model;
        tellModel(model);
        ProgressLine progress(given.models.size() > 1 ? "Evaluating " + shown(model, 40) : "Evaluating");
        results.push_back(
            evaluateText(given.config, given.by, [&](double fraction) { return progress.update(fraction); }));
        progress.update(1);
    }
    if (given.json && given.models.size() == 1)
        return printJson(resultToJson(results.front()));
    if (given.json) {
        Json list = Json::array();
        for (size_t m = 0; m < results.size(); ++m) {
            list.push_back(resultToJson(results[m]));
            list.back()["model"] = given.models[m];
        }
        return printJson({{"models", list}});
    }
    if (results.size() == 1 && results.front().parts.size() == 1)
        return printFacts(results.front());
    printTable(given.models, results);
}

} // namespace

void registerEval(CLI::App& app)
{
    const auto given = std::make_shared<EvalArguments>();
    DataConfig& data = given->config.data;
    TrainArgs& arguments = given->config.arguments;
    CLI::App* command = app.add_subcommand("eval", "Loss, perplexity, token accuracy and bits per byte over a text");
    command->add_option("--model,MODEL", given->models,
                        "Folders of models, or bundled:NAME: one, or several side by side");
    command->add_option("--data", data.train, textsHelp)->required();
    command->add_option("--by", given->by,
                        "Also apart for each value of this column; else, of several files, for each file");
    command->add_option("--split", data.split, "Which rows, like train[:1000]");
    command->add_option("--column", data.column, "Column that holds the text");
    command->add_option("--template", data.templateText, templateHelp);
    command->add_option("--prompt", data.prompt, promptHelp);
    command->add_option("--completion", data.completion, completionHelp);
    command->add_flag("--grade-prompt", given->gradePrompt, "Grade the questions too, not the answers alone");
    command->add_option("--truncation-mode", given->truncation, "What a long row with an answer keeps")
        ->check(CLI::IsMember({"keep_answer", "keep_start"}))
        ->capture_default_str();
    command->add_option("--blocks", given->blocks, blocksHelp)
        ->check(CLI::IsMember(findRunSetting(setting_key::data::blocks)->check.choices))
        ->capture_default_str();
    command->add_option("--max-length", data.maxLength, "Tokens of an example at most")->capture_default_str();
    command->add_option("--batch", arguments.per_device_eval_batch_size, "Rows at once; changes speed only")
        ->capture_default_str();
    command->add_option("--mlm-probability", arguments.mlm_probability, "Masked models: share of hidden words")
        ->capture_default_str();
    command->add_option("--mask-kind", arguments.mask_kind, "Masked models: what is hidden together")
        ->check(CLI::IsMember({"token", "whole_word", "span"}))
        ->capture_default_str();
    command->add_option("--seed", arguments.seed, "Masked models: which words are hidden")->capture_default_str();
    addThreads(*command, given->threads);
    command->add_flag("--json", given->json, "The result as JSON");
    command->callback([given] { evaluateCommand(*given); });
}

} // namespace fettle::cli
