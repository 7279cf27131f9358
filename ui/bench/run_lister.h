// SPDX-License-Identifier: GPL-3.0-or-later
// Lists the runs again and again; each time costs what their journals gained.
#pragma once

#include "core/runs/run_summarizer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fettle::ui
{

/// Used by one thread at a time.
class RunLister
{
public:
    /// Every run directly under `root`, and those of `elsewhere` that still exist; newest change first.
    std::vector<RunSummary> list(const std::filesystem::path& root,
                                 const std::vector<std::filesystem::path>& elsewhere);

private:
    struct Known {
        explicit Known(const std::filesystem::path& folder) : reader(folder) {}
        RunSummarizer reader;
        std::string mark; ///< size and time of the journal, and whether the folder is being written
        RunSummary summary;
    };
    const RunSummary& summary(const std::filesystem::path& folder);

    std::map<std::filesystem::path, Known> m_known;
};

} // namespace fettle::ui
