// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli.h"

#include "core/base/machine.h"

#include <CLI/CLI.hpp>

namespace fettle::cli
{

void registerCommands(CLI::App& app)
{
    registerTrain(app);
    registerEval(app);
    registerGenerate(app);
    registerFillMask(app);
    registerTokenize(app);
    registerProbe(app);
    registerData(app);
    registerForecast(app);
    registerExport(app);
    registerImport(app);
    registerHub(app);
    registerRuns(app);
    registerBench(app);
    registerDoctor(app);
}

void addThreads(CLI::App& command, int& threads)
{
    command.add_option("--threads", threads, "Processor threads; 0: all")
        ->check(CLI::Range(0, mostThreads))
        ->capture_default_str();
}

} // namespace fettle::cli
