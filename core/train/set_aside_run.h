// SPDX-License-Identifier: GPL-3.0-or-later
// overwrite_output_dir: what stands in a new run's folder is set aside, never deleted.
#pragma once

#include "core/arguments/run_config.h"

#include <filesystem>
#include <optional>

namespace fettle
{

/// A run, ours or transformers' Trainer's, whose folder takes another name: "out.aside-1". Back again unless kept.
class SetAsideRun
{
public:
    /// Throws BadInput (subject "output_dir") where the folder holds something that no run wrote, or what the new run
    /// is made of.
    static void requirePossible(const RunConfig& config);

    /// Sets aside what is in a new run's way in `config`'s output_dir, if anything. Throws as requirePossible, where
    /// another program writes there, and where the folder cannot be renamed.
    explicit SetAsideRun(const RunConfig& config);
    ~SetAsideRun();
    SetAsideRun(const SetAsideRun&) = delete;
    SetAsideRun& operator=(const SetAsideRun&) = delete;

    const std::optional<std::filesystem::path>& place() const { return m_place; } ///< where it lies; none: nothing was
    void keep() { m_kept = true; }

private:
    std::filesystem::path m_folder;
    std::optional<std::filesystem::path> m_place;
    bool m_kept = false;
};

} // namespace fettle
