// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two run files.
#pragma once

#include "core/base/json.h"

#include <string>
#include <vector>

namespace fettle
{

struct SettingChange {
    std::string key;           ///< as --set takes it: "learning_rate", "data.max_length"
    std::string before, after; ///< as JSON, "not set" for null
};

/// Every value that differs between two run files (toJson of a RunConfig), in their order; where the run lies is not
/// compared.
std::vector<SettingChange> settingChanges(const Json& before, const Json& after);

} // namespace fettle
