// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints: whole or not there; everything a run needs to go on bit for bit, in a folder that transformers loads.
#pragma once

#include "core/base/json.h"
#include "core/runs/checkpoints.h"
#include "core/train/training_progress.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class LanguageModel;
class Optimizer;
struct ModelFacts;

/// The small files of a model's folder (config, generation config, tokenizer), held in memory while the run works, so
/// that neither a moved model nor a removed checkpoint takes them away.
class ModelFiles
{
public:
    /// Reads those of the model, and the tokenizer's. Of a model with adapters the base's own are left out, as PEFT
    /// does, unless `isWhole`: it is to be merged.
    ModelFiles(const ModelFacts& model, const std::vector<std::filesystem::path>& tokenizerFiles, bool isWhole = false);

    /// Names of all files that publish() puts into the run's folder.
    std::vector<std::string> names() const;
    /// Writes model and tokenizer into `target`, as transformers loads them, for writeFolderAtomically.
    void write(const LanguageModel& model, const std::filesystem::path& target) const;
    /// The same at the top of the run's folder: first beside, then file by file into place, the weights last.
    void publish(const LanguageModel& model, const std::filesystem::path& runFolder) const;

private:
    std::map<std::string, std::string> m_files; ///< name in the folder, and content
    bool m_isAdapter;
    uint64_t m_maxShardBytes;
};

/// Blocks. `fettleState` and `trainerState` (the text of its file) are written beside the weights; the former is sealed
/// (runs/checkpoints.h), by which a reader knows that a checkpoint is what was written. Throws OutOfResources on a full
/// disk; then nothing stays.
void writeCheckpoint(const std::filesystem::path& folder, const LanguageModel& model, const ModelFiles& files,
                     Optimizer& optimizer, Json fettleState, const std::string& trainerState);
/// Restores what the optimizer remembers, and the progress; the model has been loaded from the same folder. Throws
/// BadInput.
void readCheckpoint(const std::filesystem::path& folder, Optimizer& optimizer, TrainingProgress& progress);

/// Removes the oldest checkpoints of a run so that `limit` stay, but never `last` nor `best` (steps). What is damaged,
/// or holds something that Fettle did not write there, is left alone and not counted.
void removeOldCheckpoints(const std::filesystem::path& runFolder, int64_t limit, int64_t last,
                          std::optional<int64_t> best);

} // namespace fettle
