// SPDX-License-Identifier: GPL-3.0-or-later
// The part of validateRunConfig() that asks no disk, for whoever checks at every change.
#pragma once

#include "core/arguments/run_config.h"

namespace fettle
{

/// Throws BadInput (subject "data.prompt", "data.template" …) where the settings that say what a row's text is speak
/// against each other.
void requireOneText(const DataConfig& data);
/// Throws the first problem of what values are, each and together, as BadInput with its subject.
void validateSettings(const RunConfig& config);

} // namespace fettle
