// SPDX-License-Identifier: GPL-3.0-or-later
// From a training script for transformers to a run file: what stands in it as a literal is carried over, and what is
// not is said line by line. The script is read as text (python_script.h) and never executed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct ImportNote {
    int line = 0; ///< from 1; 0: about the whole
    std::string words;
};

struct ImportedScript {
    std::string run;               ///< the text of a run file: what the script says, no defaults
    std::vector<ImportNote> notes; ///< what could not be carried over, or means something else here; by line
};

/// Reads the calls of TrainingArguments (and those that end with it), DataCollatorForLanguageModeling,
/// DataCollatorForWholeWordMask, load_dataset, Auto…Model…from_pretrained, AutoTokenizer.from_pretrained, the
/// tokenizer, train_test_split, EarlyStoppingCallback and LoraConfig. Paths stay as they are where `folder` (that of
/// the run file) is the script's own, else they become absolute. Throws BadInput with `name` and the line where the
/// text is no Python, and where nothing of this is in it.
ImportedScript importScript(std::string_view text, const std::filesystem::path& script,
                            const std::filesystem::path& folder);

} // namespace fettle
