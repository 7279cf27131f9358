// SPDX-License-Identifier: GPL-3.0-or-later
// What the files beside a model's weights say.
#pragma once

#include "core/base/json.h"

#include <filesystem>
#include <string>

namespace fettle
{

/// config.json of a model folder; throws BadInput (subject "model") where there is none.
Json readModelConfig(const std::filesystem::path& folder);
/// Whether a folder holds an adapter alone, and no whole model.
bool isAdapterFolder(const std::filesystem::path& folder);
/// From the model card's front matter, else the first line of LICENSE; empty where neither says.
std::string modelLicence(const std::filesystem::path& folder);

} // namespace fettle
