// SPDX-License-Identifier: GPL-3.0-or-later
// Vocabularies and merges as files hold them: vocab.json, vocab.txt, merges.txt, tokenizer.json. Inside the room only.
#pragma once

#include "core/base/json.h"
#include "core/tokenizers/merge_rules.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace fettle
{

/// The whole file; throws BadInput with subject "model".
std::string readModelText(const std::filesystem::path& file);

/// Tokens by id from {"token": id}. Throws BadInput for an id that is negative or absurd.
std::vector<std::string> readVocabulary(const Json& vocabulary, const std::string& source);
/// One token a line, the id is the line's number from 0 on.
std::vector<std::string> readVocabularyLines(const std::filesystem::path& file);

/// "a b" a line, "#version" apart.
MergeRules readMergesFile(const std::filesystem::path& file);
/// "a b" or ["a", "b"].
MergeRules readJsonMerges(const Json& merges, const std::string& source);

} // namespace fettle
