// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli fill-mask: a masked model fills blanks.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/generate/write_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct FillMaskArguments {
    std::string model, text;
    int topK = 5, threads = 0;
    bool json = false;
};

void fillMaskCommand(const FillMaskArguments& given)
{
    if (const auto bad = firstInvalidUtf8(given.text))
        throw badInput(fmt::format("The text is not UTF-8 at byte {}.", *bad), "Use a terminal that writes UTF-8.");
    tellModel(given.model);
    Json masks = Json::array();
    for (const auto& candidates : fillBlanks(given.model, given.text, given.topK, given.threads)) {
        Json list = Json::array();
        for (const FillCandidate& candidate : candidates)
            list.push_back({{"token", candidate.token}, {"id", candidate.id}, {"score", candidate.score}});
        masks.push_back(std::move(list));
    }
    printJson(masks);
}

} // namespace

void registerFillMask(CLI::App& app)
{
    const auto given = std::make_shared<FillMaskArguments>();
    CLI::App* command = app.add_subcommand(
        "fill-mask", "Let a masked model fill blanks: a JSON list of candidates {token, id, score} for each mask");
    command->add_option("--model", given->model, "Folder of a model, or bundled:NAME")->required();
    command->add_option("--text", given->text, "A text with one or more of the model's mask tokens ([MASK], <mask>)")
        ->required();
    command->add_option("--top-k", given->topK, "Candidates for each mask")->capture_default_str();
    addThreads(*command, given->threads);
    command->add_flag("--json", given->json, "JSON, as always here");
    command->callback([given] { fillMaskCommand(*given); });
}

} // namespace fettle::cli
