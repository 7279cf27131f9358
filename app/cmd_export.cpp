// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli export: an adapter for PEFT, or merged into its base.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/json.h"
#include "core/train/export_model.h"

#include <CLI/CLI.hpp>
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
    const ExportKind kind = command.kind == "merged" ? ExportKind::Merged : ExportKind::Adapter;
    tellNotices(exportModel(command.model, kind, command.out));
    if (command.json)
        printJson({{"out", command.out}, {"kind", command.kind}});
    else
        printLine(command.out);
}

} // namespace

void registerExport(CLI::App& app)
{
    const auto command = std::make_shared<ExportCommand>();
    CLI::App* sub = app.add_subcommand("export", "Write an adapter (LoRA) for other programs");
    sub->add_option("--model", command->model, "Folder of an adapter, or of a run that made one")->required();
    sub->add_option("--to", command->kind,
                    "adapter: a folder for PEFT. merged: the adapter put into its base, a whole model for transformers")
        ->required()
        ->check(CLI::IsMember({"adapter", "merged"}));
    sub->add_option("--out", command->out, "The folder to write; it must be new")->required()->type_name("DIR");
    sub->add_flag("--json", command->json, "Report as one JSON object");
    sub->callback([command] { runExport(*command); });
}

} // namespace fettle::cli
