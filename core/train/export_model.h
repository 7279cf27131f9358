// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a model down for other programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

enum class ExportKind {
    HuggingFace, ///< a run's checkpoint, from which transformers' Trainer goes on
    Adapter,     ///< an adapter alone, a PEFT folder
    Merged       ///< an adapter put into its base: a whole Hugging Face folder
};

/// Blocks. Writes the model of `reference` (a run or a checkpoint in it; for the others an adapter) into the new folder
/// `out`, with its tokenizer. Throws BadInput (subject "model", "out"); nothing stays then. Returns what is to be said
/// of the model's files, in sentences.
std::vector<std::string> exportModel(const std::string& reference, ExportKind kind, const std::filesystem::path& out);

} // namespace fettle
