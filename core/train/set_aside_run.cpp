// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/set_aside_run.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/train/run_folder_names.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <string_view>

namespace fettle
{

namespace
{

/// What the Trainer and the scripts of transformers write beside checkpoints and model.
constexpr std::array<std::string_view, 7> trainerNames{
    "runs", "README.md", "trainer_state.json", "all_results.json", "train_results.json", "eval_results.json", "logs"};

bool isOfRun(const std::string& name)
{
    return isNameOfRun(name) || name.starts_with(".fettle-") ||
           std::find(trainerNames.begin(), trainerNames.end(), name) != trainerNames.end();
}

bool isWithin(const fs::path& path, const fs::path& folder)
{
    std::error_code ignored;
    const fs::path whole = fs::weakly_canonical(path, ignored), above = fs::weakly_canonical(folder, ignored);
    return std::mismatch(above.begin(), above.end(), whole.begin(), whole.end()).first == above.end();
}

/// "out.aside-1", the first that is free.
fs::path freePlace(const fs::path& folder)
{
    std::error_code ignored;
    for (int number = 1;; ++number)
        if (fs::path place = fmt::format("{}.aside-{}", folder.string(), number);
            !fs::exists(fs::symlink_status(place, ignored)))
            return place;
}

} // namespace

void SetAsideRun::requirePossible(const RunConfig& config)
{
    const fs::path folder = config.arguments.output_dir;
    if (!inTheWay(folder))
        return;
    const std::string what =
        fmt::format("output_dir: {} cannot be set aside (overwrite_output_dir): ", folder.string());
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
        if (const std::string name = entry.path().filename().string(); !isOfRun(name))
            throw badInput(fmt::format("{}beside a run it holds {}", what, shown(name)),
                           "Move that away, or choose another output_dir.", "output_dir");
    const ModelReference model = ModelReference::parse(config.model);
    if (model.source == Reference::Source::Path &&
        (isWithin(model.folder(), folder) ||
         (holdsAdapter(model.folder()) && isWithin(adapterBase(model.folder()), folder))))
        throw badInput(what + "the model of the new run lies in it",
                       "Choose another output_dir, or move the model away.", "output_dir");
}

SetAsideRun::SetAsideRun(const RunConfig& config) : m_folder(config.arguments.output_dir)
{
    if (!inTheWay(m_folder))
        return;
    requirePossible(config);
    const FolderLock lock(m_folder); // nobody writes there
    const fs::path place = freePlace(m_folder);
    std::error_code error;
    fs::rename(m_folder, place, error);
    if (error)
        throw badInput(fmt::format("output_dir: {} cannot be set aside (overwrite_output_dir): {}", m_folder.string(),
                                   error.message()),
                       "Choose another output_dir.", "output_dir");
    m_place = place;
}

SetAsideRun::~SetAsideRun()
{
    std::error_code ignored; // it is then where the notice of the new run would have said
    if (m_place && !m_kept)
        fs::rename(*m_place, m_folder, ignored);
}

} // namespace fettle
