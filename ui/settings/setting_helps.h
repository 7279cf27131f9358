// SPDX-License-Identifier: GPL-3.0-or-later
// What stands under a setting about this very run: how many rows are cut, how many checks and saves there will be.
#pragma once

#include "core/session.h"

#include <QString>
#include <map>
#include <optional>

namespace fettle::ui
{

/// By setting; those that say nothing of the run are not in it. Links lead to "data" and "prompts". `preview` may be
/// null; `maskToken` is empty for models that fill no blanks.
std::map<QString, QString> settingHelps(const RunConfig& config, const DataPreview* preview,
                                        const std::optional<Forecast>& forecast, const QString& maskToken);

} // namespace fettle::ui
