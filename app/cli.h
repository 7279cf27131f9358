// SPDX-License-Identifier: GPL-3.0-or-later
// The subcommands of fettle-cli: each register function adds one to the parser; its callback does the work and throws
// fettle::Error where it fails.
#pragma once

namespace CLI
{
class App;
}

namespace fettle::cli
{

void registerTrain(CLI::App& app);
void registerEval(CLI::App& app);
void registerGenerate(CLI::App& app);
void registerFillMask(CLI::App& app);
void registerTokenize(CLI::App& app);
void registerProbe(CLI::App& app);
void registerData(CLI::App& app);
void registerForecast(CLI::App& app);
void registerExport(CLI::App& app);
void registerImport(CLI::App& app);
void registerHub(CLI::App& app);
void registerRuns(CLI::App& app);
void registerBench(CLI::App& app);
void registerDoctor(CLI::App& app);

/// All of them, in the order of --help.
void registerCommands(CLI::App& app);

/// What several commands have: --threads into `threads`.
void addThreads(CLI::App& command, int& threads);
/// What texts may be, for the help of an option that takes them.
constexpr const char* textsHelp = "Texts (.txt, .docx, .odt, .pdf, .epub, .html), tables (.csv, .xlsx, .ods, .parquet, "
                                  ".arrow), JSON (.jsonl, .json), all "
                                  "of them packed too (.gz, .zst, .bz2, .xz), folders of them, bundled:NAME, or "
                                  "hub:datasets/ORG/NAME[:CONFIG] (fettle-cli hub get)";
/// How the text of a table's rows is made of several columns.
constexpr const char* templateHelp = "Text of a row from several columns: \"{title}: {body}\"";
constexpr const char* promptHelp = "Question: a column, or a template with {columns}; with --completion";
constexpr const char* completionHelp = "Answer, which alone is graded: a column, or a template with {columns}";

/// What --blocks takes (data.blocks), in the help of an option.
constexpr const char* blocksHelp =
    "lines: a row is an example; packed: rows joined and cut into blocks; packed_apart: the "
    "same, no row sees another; group_texts: as transformers' run_clm, which drops the end "
    "of every 1,000 rows";

} // namespace fettle::cli
