// SPDX-License-Identifier: GPL-3.0-or-later
// report_to tensorboard: a run's log entries as an event file of TensorBoard.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace fettle
{

/// "events.out.tfevents.…" in the run's folder, with the tags of transformers' TensorBoardCallback: "eval_loss" is
/// eval/loss, "learning_rate" is train/learning_rate. One file for each part of a run; what a part before it had
/// written beyond `fromStep` is taken back, as TensorBoard does it. Format: TFRecord of tensorflow.Event
/// (tensorboard/compat/proto/event.proto).
class TensorBoardFile
{
public:
    /// Throws OutOfResources where it cannot be written.
    TensorBoardFile(const std::filesystem::path& runFolder, int64_t fromStep, bool isResume);
    /// An entry of trainer_state.json's log_history: each number of it at its "step". Throws OutOfResources.
    void add(const Json& entry);

private:
    void write(std::string_view event);

    std::filesystem::path m_path;
    std::ofstream m_file;
};

/// CRC-32C (Castagnoli), masked as TFRecord wants it.
uint32_t maskedCrc32c(std::string_view bytes);

} // namespace fettle
