// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli probe: logits, loss and gradients of a model on a batch from a file.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/text.h"
#include "core/check/probe.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct ProbeOptions {
    ProbeRequest request;
    std::string grads;
    bool json = false;
};

void probe(ProbeOptions options)
{
    for (const std::string& name : split(options.grads, ','))
        if (const std::string trimmed = trim(name); !trimmed.empty())
            options.request.grads.push_back(trimmed);
    const ProbeResult result = probeModel(options.request);
    tellNotices(result.notices);
    if (options.json) {
        Json report = Json::object();
        report["loss"] = std::isfinite(result.loss) ? Json(result.loss) : nullptr;
        report["tokens"] = result.tokens;
        report["graded_tokens"] = result.gradedTokens;
        report["gradients"] = result.gradients;
        printLine(jsonText(report));
        return;
    }
    printLine(fmt::format("{} tokens, {} graded; loss {}; {} gradients in {}", grouped(result.tokens),
                          grouped(result.gradedTokens), shortest(result.loss), result.gradients,
                          options.request.out.string()));
}

} // namespace

void registerProbe(CLI::App& app)
{
    const auto options = std::make_shared<ProbeOptions>();
    CLI::App* command = app.add_subcommand(
        "probe", "Compute logits, loss and gradients of a batch from a file, to compare with another program");
    command->add_option("--model", options->request.model, "Folder of a model, or bundled:NAME")->required();
    command
        ->add_option("--batch", options->request.batch,
                     "Safetensors file: input_ids, attention_mask, labels, token_type_ids, int64 [rows, columns]")
        ->required();
    command
        ->add_option("--out", options->request.out,
                     "Safetensors file to write: logits, loss, and gradients as grad.NAME")
        ->required();
    command->add_option("--grads", options->grads, "Gradients to write: all, or names separated by commas");
    command->add_flag("--json", options->json, "Report as one JSON object");
    command->callback([options] { probe(*options); });
}

} // namespace fettle::cli
