// SPDX-License-Identifier: GPL-3.0-or-later
// From where a run goes on, and what becomes of the checkpoints that it does not use.
#pragma once

#include "core/events/events.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

struct ResumePoint {
    std::optional<std::filesystem::path> checkpoint; ///< none: from the very start
    std::vector<NoticeEvent> notices;                ///< what was found on the way
};

/// The checkpoint that was named by hand, or the newest that is what was written (every file is hashed): older ones are
/// taken where newer ones are damaged, with a notice. The lock must be held. `settingsHash`: the run's, from its
/// passport; a checkpoint of another run is none of this one. Throws BadInput where the named one is damaged, or where
/// checkpoints stand and none can be used: a run never begins anew over them.
ResumePoint chooseResumePoint(const std::filesystem::path& runFolder, const std::optional<std::filesystem::path>& named,
                              const std::string& settingsHash);
/// Throws BadInput, naming the others that can be used, where a checkpoint that was named by hand is damaged; a quick
/// look at the sizes.
void requireWhole(const std::filesystem::path& checkpoint);

/// Renames a file or folder to a free name beside it ("checkpoint-30.aside-1") and returns that. Throws where that
/// fails.
std::string setAside(const std::filesystem::path& path);
/// Sets aside the checkpoints above `step`, which a run that goes on from there makes again; what is named like one and
/// holds nothing of a training is left alone. Nothing is removed. Returns what to say about it.
std::vector<NoticeEvent> setAsideAbove(const std::filesystem::path& runFolder, int64_t step);

} // namespace fettle
