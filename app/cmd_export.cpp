// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli export: a checkpoint for transformers' Trainer; an adapter for PEFT, or merged into its base.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/json.h"
#include "core/train/export_model.h"

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

struct ExportCommand {
    std::string model, kind, out;
    bool json = false;
};

void runExport(const ExportCommand& command)
{
    static const std::map<std::string, ExportKind> kinds{
        {"hf", ExportKind::HuggingFace}, {"adapter", ExportKind::Adapter}, {"merged", ExportKind::Merged}};
    tellNotices(exportModel(command.model, kinds.at(command.kind), command.out));
    if (command.json)
        printJson({{"out", command.out}, {"kind", command.kind}});
    else
        printLine(command.out);
}

} // namespace

void registerExport(CLI::App& app)
{
    const auto command = std::make_shared<ExportCommand>();
    CLI::App* sub = app.add_subcommand("export", "Write a checkpoint or an adapter (LoRA) for other programs");
    sub->add_option("--model", command->model, "A run's folder or a checkpoint in it; for an adapter, its folder too")
        ->required();
    sub->add_option("--to", command->kind,
                    "hf: a checkpoint (a run's newest) from which transformers' Trainer goes on: "
                    "trainer.train(resume_from_checkpoint=DIR). adapter: a folder for PEFT. merged: the adapter put "
                    "into its base, a whole model for transformers")
        ->required()
        ->check(CLI::IsMember({"hf", "adapter", "merged"}));
    sub->add_option("--out", command->out, "The folder to write; it must be new")->required()->type_name("DIR");
    sub->add_flag("--json", command->json, "Report as one JSON object");
    sub->callback([command] { runExport(*command); });
}

} // namespace fettle::cli
