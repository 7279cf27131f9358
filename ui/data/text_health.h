// SPDX-License-Identifier: GPL-3.0-or-later
// Simple truths about a text that the preview gives: what is well, what one may mend.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"
#include "core/data/preview.h"
#include "ui/data/length_table.h"

#include <QString>
#include <vector>

namespace fettle::ui
{

struct HealthItem {
    enum class Remedy { None, KeepAside, JoinInBlocks, LeaveEmptyOut, KeepEmpty, ReadAsAnswers };

    bool good = true;
    QString strong; ///< the truth
    QString words;  ///< what it means
    Remedy remedy = Remedy::None;
    QString button; ///< of the remedy
};

/// Warnings first. `table` is of preview.tokensPerRow.
std::vector<HealthItem> healthOf(const RunConfig& config, const DataPreview& preview, const LengthTable& table,
                                 Objective objective);

} // namespace fettle::ui
