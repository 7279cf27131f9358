// SPDX-License-Identifier: GPL-3.0-or-later
// What the page Train says of the run on show as a whole: whether steps may still come, its state, its sentence.
#pragma once

#include "ui/train/train_strip.h"

namespace fettle::ui
{

class Workbench;

/// Steps may still come: from here or from another process.
bool livesOn(const Workbench& workbench);
/// Of the run on show; there must be one.
TrainStrip::State stripState(const Workbench& workbench);
/// It learns hidden words.
bool isMaskedRun(const Workbench& workbench, const RunHistory& history);
/// "nano-gpt learns ships-log · run “ships-log-1”"; empty where no run is on show.
QString runSentence(const Workbench& workbench);
/// Chooses the text of the run on show, whatever else is chosen for the next one, and shows it; says where it lay if
/// it is gone.
void showTextOfRun(Workbench& workbench);

} // namespace fettle::ui
