// SPDX-License-Identifier: GPL-3.0-or-later
// What the files of a Hugging Face model's folder are called, for those who write, find and carry them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace fettle
{

inline constexpr const char* kWeightsName = "model.safetensors";
inline constexpr const char* kWeightsIndexName = "model.safetensors.index.json"; ///< of weights in several files

/// An adapter's, as PEFT calls them: its weights, once pickled, and what they are.
inline constexpr const char* kAdapterWeightsName = "adapter_model.safetensors";
inline constexpr const char* kAdapterPickleName = "adapter_model.bin";
inline constexpr const char* kAdapterConfigName = "adapter_config.json";

/// The tokenizer's, whatever kind it is, and the chat template's.
inline constexpr std::array kTokenizerFileNames{"vocab.json",
                                                "merges.txt",
                                                "vocab.txt",
                                                "tokenizer.json",
                                                "tokenizer.model",
                                                "spiece.model",
                                                "sentencepiece.bpe.model",
                                                "spm.model",
                                                "tokenizer_config.json",
                                                "special_tokens_map.json",
                                                "added_tokens.json",
                                                "chat_template.jinja",
                                                "chat_template.json"};
/// Further chat templates: NAME.jinja, each by its name.
inline constexpr const char* kChatTemplatesFolder = "additional_chat_templates";

inline bool isTokenizerFileName(std::string_view name)
{
    return std::find(kTokenizerFileNames.begin(), kTokenizerFileNames.end(), name) != kTokenizerFileNames.end();
}

} // namespace fettle
