// SPDX-License-Identifier: GPL-3.0-or-later
// What a model writes on from, free of torch.
#pragma once

#include <string>
#include <utility>

namespace fettle
{

/// A text alone gets the tokens that the model's tokenizer puts before one; what a chat template made has them.
struct Prompt {
    std::string text;
    bool hasSpecialTokens = false;

    Prompt() = default;
    Prompt(std::string plain) : text(std::move(plain)) {}
    Prompt(const char* plain) : text(plain) {}
    static Prompt ofChat(std::string rendered)
    {
        Prompt prompt(std::move(rendered));
        prompt.hasSpecialTokens = true;
        return prompt;
    }
};

} // namespace fettle
