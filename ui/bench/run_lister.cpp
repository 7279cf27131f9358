// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/run_lister.h"

#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/runs/run_folder.h"

#include <algorithm>

namespace fettle::ui
{
namespace
{
std::string markOf(const fs::path& folder)
{
    std::error_code ignored;
    std::string mark = FolderLock::isHeld(folder) ? "w" : "-";
    for (const char* name : {RunFolder::journalName, RunFolder::settingsName}) {
        const fs::path file = folder / name;
        const auto size = fs::file_size(file, ignored);
        mark += std::to_string(ignored ? 0 : size) + ':';
        const auto time = fs::last_write_time(file, ignored);
        mark += std::to_string(ignored ? 0 : time.time_since_epoch().count()) + ' ';
    }
    return mark;
}
} // namespace

const RunSummary& RunLister::summary(const std::filesystem::path& folder)
{
    Known& known = m_known.try_emplace(folder, folder).first->second;
    const std::string mark = markOf(folder);
    if (known.mark != mark) {
        known.mark = mark;
        known.summary = known.reader.summarize();
    }
    return known.summary;
}

std::vector<RunSummary> RunLister::list(const std::filesystem::path& root,
                                        const std::vector<std::filesystem::path>& elsewhere)
{
    std::vector<fs::path> folders;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored))
        folders.push_back(entry.path().lexically_normal());
    for (const fs::path& folder : elsewhere)
        folders.push_back(folder.lexically_normal());
    std::sort(folders.begin(), folders.end());
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    std::erase_if(m_known,
                  [&](const auto& known) { return !std::binary_search(folders.begin(), folders.end(), known.first); });
    std::vector<RunSummary> runs;
    for (const fs::path& folder : folders)
        if (fs::is_directory(folder, ignored) && RunFolder(folder).looksLikeRun())
            runs.push_back(summary(folder));
    std::stable_sort(runs.begin(), runs.end(),
                     [](const RunSummary& a, const RunSummary& b) { return a.changed > b.changed; });
    return runs;
}

} // namespace fettle::ui
