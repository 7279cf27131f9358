// SPDX-License-Identifier: GPL-3.0-or-later
// A run goes on with the settings that it began with: what differs is said, or refused.
#pragma once

#include "core/arguments/run_config.h"
#include "core/events/events.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

/// Compares run.json with what the passport says of it at the start. Throws BadInput, naming each setting with both
/// values, where a change would break that a run's numbers are those of its first settings; returns a notice for what
/// is harmless (threads, how often is saved, where the same text lies now …).
std::vector<NoticeEvent> requireFirstSettings(const std::filesystem::path& runFolder);

/// Applies "key=value" settings to a run that goes on, from here on. Throws BadInput and returns notices likewise.
std::vector<NoticeEvent> applySettings(RunConfig& config, const std::vector<std::string>& settings);

} // namespace fettle
