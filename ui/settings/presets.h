// SPDX-License-Identifier: GPL-3.0-or-later
// Four good beginnings: each sets a handful of arguments, suited to the model's size.
#pragma once

#include "core/arguments/train_args.h"

#include <QString>
#include <vector>

namespace fettle::ui
{

struct Preset {
    QString title;
    QString words;
    /// Argument and value as text. All presets set the same arguments, so that changing from one to another leaves
    /// nothing behind.
    std::vector<std::pair<const char*, std::string>> values;
};

/// A learning rate that changes a model of this size in a few passes without wiping out what it knows.
double usualRate(int64_t parameters);
/// `parameters` of the model: small models take far bigger corrections than big ones. `keptAside`: whether rows are
/// kept aside to check with (stopping early needs them).
std::vector<Preset> presetsFor(int64_t parameters, bool keptAside);
TrainArgs withPreset(TrainArgs arguments, const Preset& preset);
bool hasPreset(const TrainArgs& arguments, const Preset& preset);

} // namespace fettle::ui
