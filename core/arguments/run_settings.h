// SPDX-License-Identifier: GPL-3.0-or-later
// "data" and "samples" of a run file, read and written by run_settings.def, for the files of this room.
#pragma once

#include "core/arguments/run_config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

/// Throws on the first key of `object` that is not in `known`. `where` is "" or "data." and so on.
void refuseUnknownKeys(const Json& object, const std::string& where, const std::vector<std::string>& known);
/// The object at `key`; an empty one where there is none.
const Json& objectAt(const Json& json, const char* key);

void readData(DataConfig& data, const Json& object, const std::filesystem::path& relativeTo);
void readSamples(SamplesConfig& samples, const Json& object);
Json toJson(const DataConfig& data);
Json toJson(const SamplesConfig& samples);
/// A run file that says no more than what is not as usual.
Json withoutDefaults(const RunConfig& config);

} // namespace fettle
