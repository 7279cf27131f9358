// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that do nothing as things stand, because another one rules: which, and what would bring them back.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"

#include <QString>
#include <map>

namespace fettle::ui
{

struct Overruled {
    QString words;    ///< "Max. steps sets the length: 300 steps."
    QString fixKey;   ///< setting (or "data.validation") that would have to change; empty: nothing can
    QString fixValue; ///< to what
    QString fixWords; ///< "Go by epochs"
};

/// By setting. Only what would do something otherwise: a field at its default that means "off" is not named.
std::map<QString, Overruled> overruledSettings(const RunConfig& config, Objective objective);

} // namespace fettle::ui
