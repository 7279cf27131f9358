// SPDX-License-Identifier: GPL-3.0-or-later
// The folder of a run: what its files are called.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

namespace fettle
{

class RunFolder
{
public:
    static constexpr const char* settingsName = "run.json";
    static constexpr const char* passportName = "passport.json";
    static constexpr const char* journalName = "journal.jsonl";
    static constexpr const char* checkpointPrefix = "checkpoint-";        ///< then the step
    static constexpr const char* stateName = "fettle_state.json";         ///< of a checkpoint
    static constexpr const char* optimizerName = "optimizer.safetensors"; ///< the same
    /// What a run writes first, and no one else: the telling ones before the others.
    static constexpr std::array firstNames{journalName, settingsName, passportName};

    explicit RunFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    const std::filesystem::path& path() const { return m_path; }
    std::string name() const; ///< "ships-log-3"
    std::filesystem::path settings() const { return m_path / settingsName; }
    std::filesystem::path passport() const { return m_path / passportName; }
    std::filesystem::path journal() const { return m_path / journalName; }
    std::filesystem::path checkpoint(int64_t step) const;

    bool hasSettings() const;
    /// Whether the finished model lies in it. (So one asks a checkpoint, too.)
    bool hasWeights() const;
    /// Whether it holds any of what a run writes first, so that a list tells of it, should it be broken.
    bool looksLikeRun() const;
    /// Whether a person who opens it means the run: a model may lie beside the journal of its making, and a run file
    /// beside texts.
    bool isMeantAsRun() const;

private:
    std::filesystem::path m_path;
};

} // namespace fettle
