// SPDX-License-Identifier: GPL-3.0-or-later
// The part of validateRunConfig() that asks no disk, for whoever checks at every change.
#pragma once

#include "core/arguments/run_config.h"

namespace fettle
{

/// Throws the first problem of what values are, each and together, as BadInput with its subject.
void validateSettings(const RunConfig& config);

} // namespace fettle
