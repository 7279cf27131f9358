// SPDX-License-Identifier: GPL-3.0-or-later
// A model as one file for llama.cpp and Ollama.
#pragma once

#include "core/gguf/ggml_type.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

/// "f32", "f16", "bf16", "q8_0". Throws BadInput (subject "dtype").
GgmlType ggmlType(const std::string& word);

/// What was written, for people.
struct GgufExport {
    std::string checked;              ///< one line: that the file was read back, and what it holds
    std::vector<std::string> notices; ///< in sentences
    std::filesystem::path modelfile;  ///< of Ollama, beside the file; empty: one was there already
};

/// Blocks. Writes the model of `reference` (an adapter is put into its base first) into the new file `out`, with its
/// tokenizer and chat template, reads it back and compares every value. Throws BadInput (subject "model", "out") before
/// anything is written where llama.cpp cannot carry the model or its tokenizer; nothing half-written stays.
GgufExport exportGguf(const std::string& reference, GgmlType type, const std::filesystem::path& out);

} // namespace fettle
