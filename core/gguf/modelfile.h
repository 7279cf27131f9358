// SPDX-License-Identifier: GPL-3.0-or-later
// Ollama's Modelfile: by which `ollama create NAME` takes a GGUF file.
#pragma once

#include <filesystem>
#include <string>

namespace fettle
{

class Tokenizer;
struct TextBounds;

/// FROM, where a text stops, and what generation_config.json says of how to draw. No TEMPLATE: Ollama takes the chat
/// template from the file, and its own are in another language than models' are.
std::string modelfileText(const std::string& ggufName, const std::filesystem::path& modelFolder,
                          const Tokenizer& tokenizer, const TextBounds& bounds);

} // namespace fettle
