// SPDX-License-Identifier: GPL-3.0-or-later
// How fast runs went on this machine, remembered for the forecast.
#pragma once

#include "core/arguments/run_config.h"
#include "core/models/model_entry.h"

#include <optional>

namespace fettle
{

struct MeasuredRates;

/// Seconds per unit of work on a quiet machine; 0: not known.
struct KnownRates {
    double learnSecondsPerToken = 0;
    double checkSecondsPerToken = 0;
    double sampleSecondsPerToken = 0; ///< of new text
    double secondsPerCheckpoint = 0;
    double otherSeconds = 0;     ///< of a run: reading, loading, what belongs to nothing else
    bool hasSameBatches = false; ///< measured with this batch size and length too
};

/// Kept in ${XDG_STATE_HOME:-~/.local/state}/fettle/rates.json by model shape, processor, threads, batch size and
/// length; a run too short to tell is not kept. Never throws: a forecast is not worth a failed run.
void rememberRates(const ModelEntry& model, const RunConfig& config, int threads, const MeasuredRates& measured);
/// Of such a run, else of one with the same model and other batches.
std::optional<KnownRates> knownRates(const ModelEntry& model, const RunConfig& config, int threads);

} // namespace fettle
