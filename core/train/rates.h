// SPDX-License-Identifier: GPL-3.0-or-later
// How fast models of a shape were trained on this machine, remembered between runs for the forecast.
#pragma once

#include "core/models/model_entry.h"

#include <optional>

namespace fettle
{

struct MeasuredRates;

/// Seconds per unit of work.
struct KnownRates {
    double learnSecondsPerToken = 0;
    double checkSecondsPerToken = 0; ///< 0: not known
    double writeSecondsPerByte = 0;  ///< 0: not known
};

/// Kept in ${XDG_STATE_HOME:-~/.local/state}/fettle/rates.json by model shape, processor and threads; a run too short
/// to tell is not kept. Never throws: a forecast is not worth a failed run.
void rememberRates(const ModelEntry& model, int threads, const MeasuredRates& measured);
std::optional<KnownRates> knownRates(const ModelEntry& model, int threads);

} // namespace fettle
