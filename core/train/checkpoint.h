// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints: whole or not there; everything a run needs to go on bit for bit, in a folder that transformers loads.
#pragma once

#include "core/base/json.h"
#include "core/runs/checkpoints.h"
#include "core/train/training_progress.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class AdamW;
class LanguageModel;

/// The small files of a model's folder (config, generation config, tokenizer), kept beside the run while it works, so
/// that neither a moved model nor a removed checkpoint takes them away.
class ModelFiles
{
public:
    /// Copies them from `modelFolder` and the tokenizer's files into a hidden folder of the run.
    ModelFiles(const std::filesystem::path& runFolder, const std::filesystem::path& modelFolder,
               const std::vector<std::filesystem::path>& tokenizerFiles);
    ~ModelFiles(); ///< removes the hidden folder
    ModelFiles(const ModelFiles&) = delete;
    ModelFiles& operator=(const ModelFiles&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    /// Writes model and tokenizer into `target`, as transformers loads them.
    void write(const LanguageModel& model, const std::filesystem::path& target) const;
    /// The same at the top of the run's folder: first beside, then file by file into place, the weights last.
    void publish(const LanguageModel& model, const std::filesystem::path& runFolder) const;

private:
    std::filesystem::path m_folder;
    std::vector<std::string> m_tokenizerFiles;
};

/// Blocks. `fettleState` and `trainerState` are written beside the weights; the former is sealed (runs/checkpoints.h),
/// by which a reader knows that a checkpoint is what was written. Throws OutOfResources on a full disk; then nothing
/// stays.
void writeCheckpoint(const std::filesystem::path& folder, const LanguageModel& model, const ModelFiles& files,
                     AdamW& optimizer, Json fettleState, const Json& trainerState);
/// Restores moments and progress; the model has been loaded from the same folder. Throws BadInput.
void readCheckpoint(const std::filesystem::path& folder, LanguageModel& model, AdamW& optimizer,
                    TrainingProgress& progress);

/// Removes the oldest checkpoints of a run so that `limit` stay, but never `last` nor `best` (steps). Leftovers of
/// writes that were cut off go as well.
void removeOldCheckpoints(const std::filesystem::path& runFolder, int64_t limit, int64_t last,
                          std::optional<int64_t> best);
/// Removes checkpoints above `step`: a run that goes on from there makes them again.
void removeNewerCheckpoints(const std::filesystem::path& runFolder, int64_t step);
/// Leftovers of writes that were cut off (by a kill) are removed from a run's folder.
void removePartialWrites(const std::filesystem::path& runFolder);

} // namespace fettle
