// SPDX-License-Identifier: GPL-3.0-or-later
// The worst batch of a run, trained for real and forgotten: what `forecast --rehearse` does.
#pragma once

#include "core/arguments/run_config.h"

#include <cstdint>

namespace fettle
{

struct Rehearsal {
    int64_t rows = 0, tokens = 0;   ///< of the worst batch; a block is one row
    double secondsPerStep = 0;      ///< of an optimizer step made of such batches
    uint64_t peakResidentBytes = 0; ///< of this process
};

/// Blocks: loads data and model, trains twice on the longest rows that one batch can hold. Nothing is written. Throws
/// BadInput and OutOfResources.
Rehearsal rehearseRun(const RunConfig& config);

} // namespace fettle
