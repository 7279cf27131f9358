// SPDX-License-Identifier: GPL-3.0-or-later
// Models and tokenizers that stay loaded between two uses.
#pragma once

#include "core/chat/chat_template.h"
#include "core/models/model.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;

/// The tokenizer of a model reference; loaded once, again where its files changed. Any thread. Throws BadInput.
std::shared_ptr<const Tokenizer> sharedTokenizer(const std::string& reference);

/// Keeps the few models that were used last. One thread.
class LoadedModels
{
public:
    struct Loaded {
        std::unique_ptr<LanguageModel> model;
        std::shared_ptr<const Tokenizer> tokenizer;
        std::optional<ChatTemplate> chat; ///< read when it is first asked for

        /// Throws BadInput where the model has none.
        const ChatTemplate& chatTemplate();
    };
    /// Blocks where it is not loaded, or where its weights changed. The reference is good until the next call.
    Loaded& get(const std::string& reference);

private:
    struct Kept {
        std::string key;
        Loaded loaded;
    };
    std::vector<Kept> m_kept; ///< used last at the end
};

} // namespace fettle
