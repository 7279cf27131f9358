// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_folder.h"

#include "core/base/model_folder_names.h"
#include "core/runs/checkpoints.h"

#include <algorithm>
#include <system_error>

namespace fettle
{

namespace
{

bool isThere(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

} // namespace

std::string RunFolder::name() const
{
    return (m_path.has_filename() ? m_path : m_path.parent_path()).filename().string();
}

std::filesystem::path RunFolder::checkpoint(int64_t step) const
{
    return m_path / checkpointName(step);
}

bool RunFolder::hasSettings() const
{
    return isThere(settings());
}

bool RunFolder::hasWeights() const
{
    return isThere(m_path / kWeightsName) || isThere(m_path / kWeightsIndexName) ||
           isThere(m_path / kAdapterWeightsName);
}

bool RunFolder::looksLikeRun() const
{
    return std::any_of(firstNames.begin(), firstNames.end(), [&](const char* name) { return isThere(m_path / name); });
}

bool RunFolder::isMeantAsRun() const
{
    return hasSettings() ? isThere(journal()) || isThere(passport())
                         : isThere(journal()) && !isThere(m_path / "config.json");
}

} // namespace fettle
