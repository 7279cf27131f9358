// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli.h"

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
    registerRuns(app);
    registerBench(app);
    registerDoctor(app);
}

} // namespace fettle::cli
