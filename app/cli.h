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
void registerRuns(CLI::App& app);
void registerBench(CLI::App& app);
void registerDoctor(CLI::App& app);

/// All of them, in the order of --help.
void registerCommands(CLI::App& app);

} // namespace fettle::cli
