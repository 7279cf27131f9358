// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli export: a checkpoint for transformers' Trainer, an adapter for PEFT or merged, a GGUF file for llama.cpp.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/gguf/export_gguf.h"
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
    std::string model, kind, out, dtype;
    bool json = false;
};

void runGguf(const ExportCommand& command)
{
    const GgufExport done =
        exportGguf(command.model, ggmlType(command.dtype.empty() ? "f16" : command.dtype), command.out);
    tellNotices(done.notices);
    printAside(done.checked + "\n");
    if (command.json)
        printJson({{"out", command.out}, {"kind", command.kind}, {"checked", done.checked}});
    else
        printLine(command.out);
}

void runExport(const ExportCommand& command)
{
    if (command.kind == "gguf")
        return runGguf(command);
    if (!command.dtype.empty())
        throw badInput("--dtype is of GGUF files; the others are written in float32.", "Leave it out.", "dtype");
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
    CLI::App* sub = app.add_subcommand("export", "Write a model, a checkpoint or an adapter (LoRA) for other programs");
    sub->add_option("--model", command->model,
                    "A run's folder or a checkpoint in it; for an adapter, its folder too; for gguf, any model")
        ->required();
    sub->add_option("--to", command->kind,
                    "hf: a checkpoint (a run's newest) from which transformers' Trainer goes on: "
                    "trainer.train(resume_from_checkpoint=DIR). adapter: a folder for PEFT. merged: the adapter put "
                    "into its base, a whole model for transformers. gguf: a model, with an adapter put into it, as one "
                    "file for llama.cpp, and a Modelfile for Ollama beside it")
        ->required()
        ->check(CLI::IsMember({"hf", "adapter", "merged", "gguf"}));
    sub->add_option("--out", command->out, "The folder to write, or the .gguf file; it must be new")
        ->required()
        ->type_name("PATH");
    sub->add_option("--dtype", command->dtype, "Of a GGUF file's matrices: f32, f16 (the default), bf16 or q8_0")
        ->check(CLI::IsMember({"f32", "f16", "bf16", "q8_0"}));
    sub->add_flag("--json", command->json, "Report as one JSON object");
    sub->callback([command] { runExport(*command); });
}

} // namespace fettle::cli
