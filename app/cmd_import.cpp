// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli import: a training script for transformers as a run file.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/arguments/import_script.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

constexpr uint64_t largestScript = 16 << 20; ///< bytes

struct ImportCommand {
    std::string script, out;
    bool json = false;
};

void runImport(const ImportCommand& command)
{
    const fs::path script = expandUser(command.script);
    fs::path out = expandUser(command.out);
    if (out.empty())
        out = fs::path(script).replace_extension(".json");
    if (fs::exists(out))
        throw badInput(fmt::format("{} is there already", out.string()), "Name another file with --out.");
    const std::string text = readRegularFile(script, largestScript);
    if (const auto wrong = firstInvalidUtf8(text))
        throw badInput(fmt::format("{}: byte {} is not UTF-8, as Python's scripts are", script.string(), *wrong));
    const ImportedScript imported = importScript(text, script, fs::absolute(out).parent_path());
    writeFileAtomically(out, imported.run);
    if (command.json) {
        Json notes = Json::array();
        for (const ImportNote& note : imported.notes)
            notes.push_back({{"line", note.line}, {"message", note.words}});
        return printJson({{"run_file", out.string()}, {"run", parseJson(imported.run, "run")}, {"notes", notes}});
    }
    for (const ImportNote& note : imported.notes)
        printAside(note.line > 0 ? fmt::format("line {}: {}\n", note.line, note.words) : note.words + "\n");
    printLine(out.string());
}

} // namespace

void registerImport(CLI::App& app)
{
    const auto command = std::make_shared<ImportCommand>();
    CLI::App* sub = app.add_subcommand("import", "Make a run file of a training script for transformers");
    sub->add_option(
           "SCRIPT", command->script,
           "The Python script. It is read as text and never executed: literals are carried over, and what is not is "
           "said by line")
        ->required();
    sub->add_option("--out", command->out, "The run file to write, which must be new; else SCRIPT's name with .json")
        ->type_name("FILE");
    sub->add_flag("--json", command->json, "Report as one JSON object");
    sub->callback([command] { runImport(*command); });
}

} // namespace fettle::cli
