// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli.h"

namespace fettle::cli
{

void registerCommands(CLI::App& app)
{
    registerTrain(app);
    registerTokenize(app);
    registerProbe(app);
    registerRuns(app);
}

} // namespace fettle::cli
