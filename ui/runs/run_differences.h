// SPDX-License-Identifier: GPL-3.0-or-later
// In which settings runs differ, from what each was started with.
#pragma once

#include "core/arguments/run_config.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace fettle::ui
{

struct RunDifference {
    QString label;
    QString name;       ///< as a run file calls it
    QStringList values; ///< in words, a run each; "–" where it has no say there
};

/// The folder apart, of which each run has its own, every setting that is not the same in all.
std::vector<RunDifference> differencesOf(const std::vector<const RunConfig*>& runs);

} // namespace fettle::ui
